"""What the page says of somebody who is out of a case until people look: what was really said of them, and by whom."""

from uuid import uuid4

import pytest

from cases.deciding.opening import open_case
from cases.models import Case
from organisations.models import Person
from tests.support.barred import called
from tests.support.build import Place, a_place, a_report, signed_in, who
from tests.support.pages import in_one_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return a_place()


@pytest.fixture
def case(place) -> Case:
    """Nobody is named in it."""
    words = "Iemand van buiten de organisatie."
    report, _receipt = a_report(place, "integrity", subject="unknown:", known_as="anonymous", account=words)
    return open_case(report)


def _url(case: Case, part: str) -> str:
    return f"/werkplek/zaak/{case.id}/{part}"


def _people_page(case: Case, reader: Person) -> str:
    return in_one_line(signed_in(reader).get(_url(case, "toegang/")).content.decode())


def test_words_about_a_colleague_are_no_conflict_of_interest(case):
    called(who(case.id, "co_reader").person, "Kees", "Bos")
    note = {
        "what": "note",
        "kind": "note",
        "text": "Kees Bos nam het aan.",
        "token": str(uuid4()),
        "about": "concerned",
    }
    assert signed_in(who(case.id, "case_officer").person).post(_url(case, "notities/"), note).status_code == 302
    page = _people_page(case, who(case.id, "handler").person)
    assert "“Kees Bos nam het aan.”" in page
    assert "zegt: niet vrij in deze zaak" not in page


def test_a_name_that_was_recorded_as_a_perpetrator_is_shown_as_what_it_is_about(case):
    called(who(case.id, "case_officer").person, "Kees", "Bos")
    handler = who(case.id, "handler").person
    assert signed_in(handler).post(_url(case, "samenhang/"), {"what": "name", "name": "meneer Bos"}).status_code == 302
    assert "“meneer Bos”" in _people_page(case, handler)
