"""A reporter's browser over HTTP: fills in the form, keeps the receipt, comes back."""

import html
import re
from typing import Any, Protocol

from tests.support.build import ACCOUNT

URL = "/voorbeeldstad/melden/"
MAILBOX = "/terug/"
FORM = {
    "aggression": ("aggression_form", "threat"),
    "integrity": ("integrity_type", "nepotism"),
    "pressure": ("pressure_form", "P3"),
}


class Browser(Protocol):
    """Django's client, or one that sends over the network."""

    def post(self, path: str, data: dict, /) -> Any: ...


def state_of(page) -> str:
    return re.search(r'name="state"\s+value="([^"]+)"', page.content.decode())[1]


def session_of(page) -> str:
    return re.search(r'name="session"\s+value="([^"]+)"', page.content.decode())[1]


def receipt_of(page) -> str:
    return "-".join(re.findall(r"<span>([2-9A-HJKMNP-Z]{4})</span>", page.content.decode()))


def words_of(page) -> str:
    """What a page says, without its markup."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode())))


def to_summary(client: Browser, kind: str = "aggression", url: str = URL, **answers):
    """Fill in the form as a browser does; returns the page with the summary."""
    page = client.post(url, {"kind": kind})
    name, code = FORM[kind]
    given = {name: code, "account": ACCOUNT, "known_as": "named", "name": "Robin Vermelder"}
    given |= {"subject": "alderman:"} if kind == "integrity" else {"danger": "safe"}
    return fill_in(client, page, url, **given | answers)


def fill_in(client: Browser, page, url: str = URL, **answers):
    """From a step to the summary, answering what is asked."""
    while step := re.search(r'name="step"\s+value="(\w+)"', page.content.decode()):
        asked = set(re.findall(r'name="(\w+)"', page.content.decode()))
        fields = {key: value for key, value in answers.items() if key in asked}
        kind = re.search(r'name="kind"\s+value="(\w+)"', page.content.decode())[1]
        page = client.post(url, {"state": state_of(page), "step": step[1], "kind": kind, "action": "next", **fields})
        assert page.status_code == 200, words_of(page)
    return page


def press(client: Browser, page, action: str, url: str = URL, **fields):
    """A button of the summary or a later page."""
    return client.post(url, {"state": state_of(page), "step": "", "kind": "aggression", "action": action, **fields})


def send(client: Browser, page, url: str = URL, **fields):
    """From the summary by way of the receipt to the last page. What the summary answers otherwise is returned."""
    page = press(client, page, "receipt", url)
    if not receipt_of(page):
        return page
    return press(client, page, "send", url, **{"last_group": receipt_of(page)[-4:], **fields})


def come_back(client: Browser, receipt: str):
    return client.post(MAILBOX, {"receipt": receipt})


def act(client: Browser, page, action: str, **fields):
    """A button of the mailbox. A message is about none of its readers, unless `about` says otherwise."""
    fields = {"about": "no", **fields} if action == "message" else fields
    return client.post(MAILBOX, {"session": session_of(page), "action": action, **fields})
