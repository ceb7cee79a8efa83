"""What a browser makes of the styles, where a wrong look would say something wrong."""

import pytest
from django.conf import settings

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
