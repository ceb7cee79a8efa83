"""A reporter's browser over HTTP: fills in the form, keeps the receipt, comes back."""

import html
import re
from typing import Any, Protocol

from tests.support.build import ACCOUNT

URL = "/voorbeeldstad/melden/"
MAILBOX = "/terug/"
SENDS = "send"
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


def step_of(page) -> str:
    """The step of a page of the form; empty where it has none."""
    found = re.search(r'name="step"\s+value="(\w+)"', page.content.decode())
    return found[1] if found else ""


def fill_in(client: Browser, page, url: str = URL, **answers):
    """From a step to the summary, answering what is asked; also on the page with more questions, where an answer is left."""
    left = dict(answers)
    while step_of(page) != SENDS:
        page = answer_page(client, page, url, left)
        assert page.status_code == 200, words_of(page)
    if left and 'value="edit:more"' in page.content.decode():
        page = answer_page(client, press(client, page, "edit:more", url), url, left)
        assert page.status_code == 200, words_of(page)
    return answer_page(client, page, url, left, "look") if _asked(page) & set(left) else page


def _asked(page) -> set[str]:
    return set(re.findall(r'name="(\w+)"', page.content.decode()))


def answer_page(client: Browser, page, url: str, left: dict, action: str = "next"):
    """Answer what this page of the form asks, and take these answers out of `left`."""
    fields = {name: left.pop(name) for name in _asked(page) & set(left)}
    kind = re.search(r'name="kind"\s+value="(\w+)"', page.content.decode())[1]
    return client.post(url, {"state": state_of(page), "step": step_of(page), "kind": kind, "action": action, **fields})


def press(client: Browser, page, action: str, url: str = URL, **fields):
    """A button of the summary or a later page, which keeps what was answered there before."""
    return client.post(url, {"state": state_of(page), "step": "", "kind": "aggression", "action": action, **fields})


def send(client: Browser, page, url: str = URL, **fields):
    """From the summary to the last page. What the summary answers otherwise is returned."""
    return press(client, page, "send", url, **fields)


def come_back(client: Browser, receipt: str):
    return client.post(MAILBOX, {"receipt": receipt})


def act(client: Browser, page, action: str, **fields):
    """A button of the mailbox. A message is about none of its readers, unless `about` says otherwise."""
    fields = {"about": "no", **fields} if action == "message" else fields
    return client.post(MAILBOX, {"session": session_of(page), "action": action, **fields})
