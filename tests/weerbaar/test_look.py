"""What a browser makes of the styles, where a wrong look would say something wrong."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

from cases.redaction.sets import begin_redaction
from tests.support.build import a_case, a_place, signed_in, walk, who

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FRAMED = """
    Array.from(document.querySelectorAll("fieldset"))
        .filter(one => parseFloat(getComputedStyle(one).borderTopWidth) || one.querySelector("legend").offsetLeft > one.offsetLeft)
        .map(one => one.querySelector("legend").innerText)
"""


@pytest.mark.parametrize("width", [390, 1280])
def test_no_group_of_fields_has_the_browsers_own_frame(live_server, browser, width):
    place = a_place()
    case = walk(a_case(place, own_function="alderman"), "acknowledge", "assess", "low")
    officer = who(case.id, "case_officer")
    begin_redaction(case, "Woo-verzoek", actor=officer, token=case.id)
    pages = [(place["administrator"], f"beheer/{path}") for path in ("profiel/", "protocol/integrity/")]
    parts = ("geteld/", "lakken/1/tekst/report:account/")
    pages += [(officer.person, f"werkplek/zaak/{case.id}/{part}") for part in parts]
    for person, path in pages:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="nl-NL")
        session = signed_in(person).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}/{path}")
        assert page.locator("fieldset").count(), path
        assert page.evaluate(FRAMED) == [], path
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_component_is_whole_and_readable_in_each_state(live_server, browser, width, scheme, tmp_path):
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="nl-NL", color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{live_server.url}/stijl/")
    wide = page.evaluate("document.fonts.ready.then(() => document.documentElement.scrollWidth - innerWidth)")
    assert wide <= 0
    violations = Axe().run(page).response["violations"]
    assert not violations, [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in violations]
    picture = tmp_path / f"style-{width}-{scheme}.png"
    page.screenshot(path=picture, full_page=True)
    assert picture.stat().st_size > 50_000, "something is drawn"
    context.close()


def test_every_component_stands_on_the_style_page(settings):
    """Which ones it includes, also through a tag, is read from its templates."""
    root = settings.BASE_DIR / "templates"
    shown = (root / "weerbaar/style.html").read_text("utf-8")
    tags = {"field.html": "{% field ", "summary_list.html": "{% answer_list "}
    elsewhere = {"kind_doors.html"}  # posts to the form of an organisation
    missing = {
        path.name
        for path in (root / "components").glob("*.html")
        if f"components/{path.name}" not in shown and tags.get(path.name, "\0") not in shown
    }
    assert missing == elsewhere
    assert Client().get("/stijl/").status_code == 200
    settings.MODE = "production"
    assert Client().get("/stijl/").status_code == 404
