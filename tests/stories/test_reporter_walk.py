"""The reporter's whole path in a browser: three kinds, three ways of being known, a file, the code, the way back, a reply.

By keyboard only, without script, on a screen of 320 by 256: what is left of 1280 by 1024 at 400 % zoom.
"""

import io
import itertools
from uuid import uuid4

import pytest
from django.test import override_settings
from PIL import Image
from playwright.sync_api import expect

from cases.models import Case
from jobs import runner
from reporting.models import Message, Report
from tests.support.build import a_place, signed_in, who
from vault import receipts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STORY = "Na de vergadering stond een man bij mijn fiets."
KINDS = ["aggression", "integrity", "pressure"]
KNOWN_AS = ["named", "confidential", "anonymous"]


class Keyboard:
    """Somebody without a mouse. Nothing is clicked, only tabbed to."""

    def __init__(self, page) -> None:
        self.page = page

    def to(self, selector: str) -> None:
        for _ in range(150):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("one => document.activeElement.matches(one)", selector):
                return
        raise AssertionError(f"the keyboard never reaches {selector}")

    def write(self, selector: str, text: str) -> None:
        self.to(selector)
        self.page.keyboard.type(text)

    def check(self, name: str, value: str) -> None:
        """A checkbox, or a radio button by way of its group."""
        wanted = f"[name={name}][value={value}]"
        if self.page.locator(wanted).get_attribute("type") == "checkbox":
            self.to(wanted)
            self.page.keyboard.press("Space")
            return
        self.to(f"[name={name}]")
        if not self.page.evaluate("one => document.querySelector(one).checked", wanted):
            self.page.keyboard.press("Space")
        for _ in range(12):
            if self.page.evaluate("one => document.querySelector(one).checked", wanted):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows never reach {wanted}")

    def choose(self, selector: str, value: str) -> None:
        """An option of a list."""
        self.to(selector)
        for _ in range(80):
            if self.page.evaluate("one => document.querySelector(one).value", selector) == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{value} is not in {selector}")

    def press(self, selector: str) -> None:
        self.to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        overflow = self.page.evaluate(
            "document.fonts.ready.then(() => document.documentElement.scrollWidth - innerWidth)"
        )
        assert overflow <= 0, f"{overflow} px too wide after {selector}"

    def attach(self, selector: str, name: str) -> None:
        made = io.BytesIO()
        Image.new("RGB", (32, 32), "teal").save(made, "JPEG")
        self.to(selector)  # what opens from here is the system's own window
        self.page.set_input_files(selector, {"name": name, "mimeType": "image/jpeg", "buffer": made.getvalue()})


@pytest.fixture
def keyboard(browser):
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 256}, locale="nl-NL", accept_downloads=True
    )
    yield Keyboard(context.new_page())
    context.close()


def _next(keys: Keyboard) -> None:
    keys.press(".wb-actions button[value=next]")


def _report(keys: Keyboard, url: str, kind: str, known_as: str) -> str:
    page = keys.page
    page.goto(url + "/voorbeeldstad/melden/")
    keys.press(f"button[name=kind][value={kind}]")
    form, code = {
        "aggression": ("aggression_form", "threat"),
        "integrity": ("integrity_type", "nepotism"),
        "pressure": ("pressure_form", "P3"),
    }[kind]
    keys.write("#account", STORY)
    keys.check(form, code)
    if kind != "integrity":
        keys.check("danger", "safe")
    keys.attach("#files", "dreiging.jpg")
    _next(keys)
    if kind == "integrity":
        keys.choose("#subject", "alderman:")
    keys.check("known_as", known_as)
    if known_as != "anonymous":
        keys.write("#name", "Robin Vermelder")
    _next(keys)
    assert "dreiging.jpg" in page.content()
    assert STORY in page.content()
    keys.press(".wb-actions button[value=send]")
    assert "Uw melding is binnen" in page.content()
    code = "-".join(page.locator(".wb-code span").all_inner_texts())
    assert receipts.parse(code)
    keys.press("button[value=kept]")
    assert code[:4] not in page.locator("main").inner_text()
    return code


@pytest.mark.parametrize(("kind", "known_as"), list(itertools.product(KINDS, KNOWN_AS)))
def test_report_return_and_reply_by_keyboard_without_script(live_server, keyboard, kind, known_as):
    a_place()
    with override_settings(REDIS_URL=""):
        code = _report(keyboard, live_server.url, kind, known_as)
        runner.run_due()
    case = Case.objects.get()
    assert (case.kind, case.report.known_as, case.report.evidence.count()) == (kind, known_as, 1)
    officer = signed_in(who(case.id, "case_officer").person)
    with override_settings(REDIS_URL=""):
        officer.post(f"/werkplek/zaak/{case.id}/berichten/", {"text": "Weet u nog hoe laat het was?", "token": uuid4()})
    page = keyboard.page
    page.goto(live_server.url + "/terug/")
    keyboard.write("#receipt", code.lower().replace("-", " "))
    keyboard.press(".wb-actions button")
    assert "Weet u nog hoe laat het was?" in page.content()
    keyboard.write("textarea[name=text]", "Om kwart over elf.")
    keyboard.check("about", "no")
    keyboard.to("details summary")
    page.keyboard.press("Enter")
    keyboard.attach("#m-files", "nog-een.jpg")
    with override_settings(REDIS_URL=""):
        keyboard.press("button[value=message]")
    assert "Verstuurd" in page.content()
    assert "Om kwart over elf." in page.content()
    assert Message.objects.count() == 2
    assert Report.objects.get().evidence.count() == 2
    assert not page.context.cookies()


def test_with_script_the_browser_does_a_little_work_and_prints_and_copies(live_server, browser):
    """The proof of work arrives with the report, so that a busy moment does not delay it."""
    from reporting.form import lanes
    from reporting.form.drafts import Draft

    place = a_place()
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    keys = Keyboard(page)
    with override_settings(REDIS_URL="", ABUSE_CHECKS=True, BUSY_AT=0):
        page.goto(live_server.url + "/voorbeeldstad/melden/")
        keys.press("button[name=kind][value=aggression]")
        keys.write("#account", STORY)
        keys.check("aggression_form", "threat")
        keys.check("danger", "safe")
        _next(keys)
        keys.check("known_as", "anonymous")
        _next(keys)
        draft = Draft.open(place.organisation, page.locator("[name=state]").input_value())
        expect(page.locator("[name=proof]")).not_to_have_value("")
        assert lanes.is_proof(draft, page.locator("[name=proof]").input_value())
        keys.press(".wb-actions button[value=send]")
    assert "Uw melding is binnen" in page.content()
    code = "-".join(page.locator(".wb-code span").all_inner_texts())
    page.get_by_role("button", name="Kopieer").click()
    expect(page.locator("[data-copied]")).to_have_text("Gekopieerd")
    assert page.evaluate("navigator.clipboard.readText()") == code
    context.close()
