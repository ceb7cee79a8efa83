"""The whole way in a real browser: report, receipt, case, closure, figure. Once without script, once with it."""

import re
from typing import Literal
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import override_settings

from cases.deciding.proposals import agree
from cases.identity.identity import ask_identity
from cases.models import Case
from cases.redaction.sets import begin_redaction
from jobs import runner
from monitor.editions.release import withdraw
from monitor.models import Edition, EditionBuild
from organisations.access.policy import Actor
from reporting.counting.facts import quarter
from reporting.dialogue.progress import progress_words
from tests.support.build import PASSWORD, a_case, a_place, posted, second, walk, who
from tests.support.evidence import evidence_store
from tests.support.figures.editions import publishers, the_editions
from tests.support.figures.facts import facts
from vault import receipts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STORY = "Na de vergadering stond een man bij mijn fiets."


def _choose(page, label: str) -> None:
    page.locator(".wb-choice label").filter(has_text=re.compile("^" + re.escape(label))).first.click()


def _follow(page, target) -> None:
    """A link or button that leads to another page, which has wholly come when this returns."""
    with page.expect_navigation():
        target.click()


def _press(page, name: str) -> None:
    _follow(page, page.get_by_role("button", name=name))


LOOKS: list[tuple[int, Literal["light", "dark"]]] = [(1280, "dark"), (320, "light")]


@pytest.fixture
def page(browser):
    """A page whose fonts never arrive: in the one that stands in for them everything is at its widest."""
    context = browser.new_context(viewport={"width": 320, "height": 900}, reduced_motion="reduce", locale="nl-NL")
    context.route("**/*.woff2", lambda route: route.abort())
    yield context.new_page()
    context.close()


def _check(page, where: str) -> None:
    """On a wide dark and on a narrow light screen axe finds nothing, and nothing is wider than the screen. Needs script; the
    page without it is the same HTML."""
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        _check_look(page, f"{where}, {width} px, {scheme}")


def _check_look(page, where: str) -> None:
    wide = page.evaluate("document.fonts.ready.then(() => document.documentElement.scrollWidth - innerWidth)")
    assert wide <= 0, f"{where}: {wide} px too wide"
    found = Axe().run(page).response["violations"]
    assert not found, (
        where,
        [(one["id"], [node["html"] + node["failureSummary"] for node in one["nodes"]]) for one in found],
    )


def _report(page, url: str, *, look=lambda page, where: None) -> str:
    page.goto(url + "/voorbeeldstad/melden/")
    look(page, "start")
    _press(page, "Agressie of intimidatie")
    look(page, "what")
    _press(page, "Verder")
    assert "3 antwoorden vragen uw aandacht" in page.content()
    look(page, "what with errors")
    page.locator("#account").fill(STORY)
    _choose(page, "Bedreiging")
    _choose(page, "Beledigen of schelden")
    page.locator("#files").set_input_files({"name": "a.exe", "mimeType": "x/x", "buffer": b"MZ" * 90})
    page.get_by_text("Kreeg u veel berichten tegelijk?").click()
    page.locator("#messages").fill("Ik weet waar je woont, Dorpsstraat 12\n\nHou op")
    _choose(page, "Ja")
    _press(page, "Voeg toe")
    look(page, "what with evidence and an error")
    _press(page, "Verder")
    look(page, "who")
    page.locator("#own_function").select_option("council_member")
    _choose(page, "Vertrouwelijk")
    page.locator("#name").fill("Robin Vermelder")
    _press(page, "Verder")
    look(page, "summary")
    assert STORY in page.content()
    _press(page, "Nog een paar vragen")
    look(page, "more")
    _press(page, "Verder")
    _follow(page, page.locator("button[value='edit:evidence']"))
    look(page, "evidence")
    _press(page, "Verder")
    _press(page, "Verstuur mijn melding")
    assert "Kies wat het zwaarst weegt" in page.content()
    look(page, "summary with an error")
    page.get_by_role("radio", name="Bedreiging").check(force=True)
    _press(page, "Verstuur mijn melding")
    look(page, "sent")
    code = "-".join(page.locator(".wb-code span").all_inner_texts())
    assert receipts.parse(code)
    _press(page, "Ik heb de code bewaard")
    look(page, "sent and kept")
    return code


def _return(page, url: str, code: str, *, look=lambda page, where: None) -> None:
    page.goto(url + "/terug/")
    page.locator("#receipt").fill(code[:-1] + ("A" if code[-1] != "A" else "B"))
    _press(page, "Open mijn melding")
    assert "typfout" in page.content(), page.locator("main").inner_text()
    look(page, "return with error")
    page.locator("#receipt").fill(code)
    _press(page, "Open mijn melding")
    assert STORY in page.content()
    look(page, "mailbox")
    page.get_by_text("Zeggen dat u wordt benadeeld").click()
    _follow(page, page.locator("[action='/terug/'] button[value=retaliation]"))
    look(page, "mailbox with an error")
    page.locator("textarea[name=text]").first.fill("Het is weer rustig.")
    _follow(page, page.locator("button[value=message]"))
    look(page, "mailbox with a message")


def _sign_in(page, url: str, address: str) -> None:
    page.goto(url + "/inloggen/")
    page.locator("[name=login]").fill(address)
    page.locator("[name=password]").fill(PASSWORD)
    _press(page, "Aanmelden")


def _decide(page, case: Case, code: str, look=lambda page, where: None) -> None:
    """The deed from the case page: its link, its form filled in as people do, and the second person where two decide."""
    case.refresh_from_db()
    rule = dict(case.protocol.every_decision())[code]
    _follow(page, page.locator(f"main a[href$='/besluit/{code}/']").first)
    look(page, f"decision {code}")
    for name, value in posted(case, code).items():
        _fill(page, name, str(value))
    words = f"Stel voor: {rule.label}" if rule.done_by.other_person else str(rule.label)
    _follow(page, page.get_by_role("button", name=words))
    if rule.done_by.other_person:
        look(page, f"proposal {code}")
        proposal = case.proposals.get(code=code, state="asked")
        agree(case, proposal.id, actor=second(case, Actor.at(proposal.asked_by, case.organisation)))
        _follow(page, page.locator("main").get_by_role("link", name="Naar de zaak"))
    assert case.decisions.filter(code=code).exists(), page.locator("main").inner_text()


def _fill(page, name: str, value: str) -> None:
    field = page.locator(f"main [name='{name}']")
    if not value or not field.count() or field.first.get_attribute("type") == "hidden":
        return
    if field.first.get_attribute("type") == "radio":
        page.locator(f"main [name='{name}'][value='{value}']").check(force=True)
    elif field.first.evaluate("field => field.tagName") == "SELECT":
        field.first.select_option(value)
    else:
        field.first.fill(value)


STEPS = [
    "acknowledge",
    "assess",
    "low",
    "respond_letter",
    "offer_police_report",
    "not_filed",
    "no_damage",
    "give_feedback",
    "no_more_care",
    "close",
]


def _whole_way(page, url: str, look=lambda page, where: None) -> None:
    place = a_place()
    with override_settings(REDIS_URL=""):
        code = _report(page, url, look=look)
        runner.run_due()
    case = Case.objects.get()
    _sign_in(page, url, who(case.id, "case_officer").person.email)
    look(page, "worklist")
    _follow(page, page.locator("tbody a").first)
    look(page, "case")
    for name in ("Melding", "Berichten", "Bewijs", "Besluiten", "Notities", "Wie mag erbij", "Logboek"):
        _follow(page, page.locator(".wb-tabs").get_by_role("link", name=name))
        look(page, name)
    for path in ("telefoon", "te-controleren"):
        page.goto(f"{url}/werkplek/{path}/")
        look(page, path)
    page.goto(f"{url}/werkplek/zaak/{case.id}/")
    for step in STEPS:
        _decide(page, case, step, look=look)
    case.refresh_from_db()
    assert case.phase == "closed"
    _press(page, "Afmelden")
    _return(page, url, code, look=look)
    assert str(progress_words()["closed"]) in str(page.locator("body").text_content())
    this = [quarter(case.closed_on)]
    assert [fact.codes["aggression_form"] for fact in facts("reports", this)] == ["threat"]
    assert [fact.codes["outcome"] for fact in facts("outcomes", this)] == ["response_letter"]
    _sign_in(page, url, place["mayor"].email)
    page.goto(url + "/zorgplicht/")
    assert "Voldoen wij aan onze zorgplicht?" in page.content()
    look(page, "duty of care")
    page.goto(url + "/voorbeeldstad/sleutel/")
    look(page, "signing key")


def test_the_whole_way_without_script(live_server, page_without_script):
    _whole_way(page_without_script, live_server.url)


def test_the_whole_way_with_script_and_no_accessibility_errors(live_server, page):
    _whole_way(page, live_server.url, look=_check)


def test_the_protocol_is_composed_and_a_conflict_told_with_no_accessibility_errors(live_server, page):
    """Story S14 with a keyboard's page order and script: what the checker says appears while it is filled in."""
    place = a_place()
    case = a_case(place, "integrity")
    url = live_server.url
    _sign_in(page, url, place["administrator"].email)
    page.goto(url + "/beheer/protocol/")
    _check(page, "protocols")
    page.goto(url + "/beheer/protocol/integrity/")
    _check(page, "compose")
    page.locator("[name=length-REBUTTAL_10WD]").fill("0")
    page.keyboard.press("Tab")
    page.locator("[data-rule=deadline_length]").wait_for()
    _press(page, "Bewaar")
    assert page.locator("[data-rule=deadline_length]").count() == 1
    _check(page, "compose with findings")
    page.locator("[name=length-REBUTTAL_10WD]").fill("12")
    _press(page, "Bewaar")
    _check(page, "adopt")
    assert "12" in page.locator("main").inner_text()
    _press(page, "Stel vast")
    assert "Het protocol is vastgesteld" in page.content()
    page.goto(url + "/beheer/protocol/integrity/document/1/")
    _check(page, "document")
    _press(page, "Afmelden")
    handler = who(case.id, "handler").person
    _sign_in(page, url, handler.email)
    for path in ("", "protocol/", "toegang/", "besluit/register/"):
        page.goto(f"{url}/werkplek/zaak/{case.id}/{path}")
        _check(page, path)
    for path in ("relaties/", "afwezig/", f"zaak/{case.id}/elders/"):
        page.goto(f"{url}/werkplek/{path}")
        _check(page, path)
    page.goto(f"{url}/werkplek/zaak/{case.id}/toegang/")
    _follow(page, page.get_by_role("link", name="Ik sta niet vrij"))
    _check(page, "conflict")
    _choose(page, "Een eigen belang")
    page.locator("#reason").fill("Zit in hetzelfde koorbestuur.")
    _press(page, "Beëindig de toegang")
    assert case.number not in page.content()


def test_public_pages_have_no_accessibility_errors(live_server, page):
    a_place()
    for path in (
        "/",
        "/?q=bestaat-niet",
        "/privacy/",
        "/toegankelijkheid/",
        "/monitor/",
        "/monitor/methode/",
        "/inloggen/",
        "/nope/",
        "/en/",
    ):
        page.goto(live_server.url + path)
        _check(page, path)


FIGURES = """
    /monitor/ /monitor/methode/ /monitor/2025/ /monitor/2025-Q3/Q1/ /monitor/2024/T1/ /monitor/2025/T1/?toon=venster
    /monitor/2025/T2/?open=aggression_form.verbal&open=group.office_holder&toon=rij /monitor/2025/T11/?layer=province
    /monitor/2025/T14/?rij=province&kolom=kind&naast=2024 /monitor/2025/T19/?kolom=geen /en/monitor/ /en/monitor/2025/T2/
""".split()
DESK = "/monitor/redactie/ /monitor/redactie/2024/ /monitor/redactie/2025/ /monitor/redactie/2025/T2/".split()


def test_the_figures_and_their_publishing_have_no_accessibility_errors(live_server, page):
    the_editions()
    withdraw("2024", publishers()[0], "Een organisatie telde dubbel.")
    EditionBuild.objects.create(period="2026-Q1", state="refused", why="Geen bewijs gevonden.")
    for path in FIGURES:
        assert page.goto(live_server.url + path).status == 200, path
        _check(page, path)
    Edition.objects.filter(id="2025").update(status="draft", released_by=None, published_at=None)
    second = publishers()[1].person
    second.set_password(PASSWORD)
    second.save()
    _sign_in(page, live_server.url, second.email)
    for path in DESK:
        assert page.goto(live_server.url + path).status == 200
        _check(page, path)
    page.goto(f"{live_server.url}/monitor/redactie/2025/")
    _press(page, "Geef vrij")
    _check(page, "release with an error")
    page.keyboard.press("Tab")
    box = page.locator(".wb-choice input[type=checkbox]").first
    box.focus()
    assert box.evaluate("one => getComputedStyle(one.closest('.wb-choice')).outlineStyle") == "solid"
    _choose(page, "Meteen")
    _choose(page, "Ja, ik weet het zeker")
    _press(page, "Geef vrij")
    assert "De editie is vrijgegeven" in page.content()


def test_a_factsheet_has_no_accessibility_errors(live_server, page):
    the_editions("2024", "2025")
    for path in ("/monitor/factsheets/", "/monitor/factsheets/wethouders/", "/en/monitor/factsheets/waterschappen/"):
        assert page.goto(live_server.url + path).status == 200
        _check(page, path)


def test_quick_exit_is_the_first_stop_of_the_keyboard_and_leaves_no_trace(live_server, page):
    a_place()
    page.goto(live_server.url + "/")
    page.goto(live_server.url + "/voorbeeldstad/melden/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/verlaat/"
    asked = []
    page.route(
        "**/*",
        lambda route: (
            (asked.append(route.request.url), route.abort())
            if "127.0.0.1" not in route.request.url and "localhost" not in route.request.url
            else route.continue_()
        ),
    )
    with page.expect_request("**/verlaat/"):
        for _ in range(3):
            page.keyboard.press("Escape")


def test_every_page_of_a_case_and_of_the_workplace_has_no_accessibility_errors(live_server, page, tmp_path, settings):
    """The pages that the whole way does not pass by, with something on each of them."""
    evidence_store(tmp_path, settings)
    place = a_place()
    case = a_case(place, name="Robin Vermelder", perpetrator_name="Jan de Wit")
    a_case(place, perpetrator_name="Jan de Wit")
    walk(case, "acknowledge")
    officer = who(case.id, "case_officer")
    ask_identity(case, motive="care", words="Bellen over de veiligheid.", actor=officer, token=uuid4())
    begin_redaction(case, "Woo-verzoek", actor=officer, token=uuid4())
    paths = ["werkplek/", "werkplek/?show=unread", "werkplek/agenda/", "werkplek/zoeken/"]
    parts = (
        "melder/ documenten/ documenten/nieuw/police_file/ documenten/nieuw/perpetrator_letter/ uitvoer/ uitvoer/nieuw/ lakken/ "
        "lakken/1/ lakken/1/woorden/ lakken/1/tekst/report:account/ termijnen/ termijnen/start/ tijdlijn/ samenhang/ geteld/ "
        "afsplitsen/"
    ).split()
    paths += [f"werkplek/zaak/{case.id}/{part}" for part in parts]
    _sign_in(page, live_server.url, officer.person.email)
    for path in paths:
        assert page.goto(f"{live_server.url}/{path}").status in {200, 405}, path
        _check(page, path)
    page.goto(f"{live_server.url}/werkplek/zaak/{case.id}/documenten/nieuw/perpetrator_letter/")
    _press(page, "Maak het document")
    _check(page, "document with errors")
    page.context.clear_cookies()
    _sign_in(page, live_server.url, place["administrator"].email)
    for path in ("sjablonen/", "sjablonen/closing_letter/", "namen/", f"namen/{officer.person.id}/"):
        page.goto(f"{live_server.url}/beheer/{path}")
        _check(page, path)
