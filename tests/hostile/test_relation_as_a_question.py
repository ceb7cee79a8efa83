"""Whoever counts or only follows can find out whom a case is about by declaring relations, one after another."""

import pytest

from tests.support.barred import CLEAR, compare_now, run_due, url_of
from tests.support.build import a_case, signed_in, who
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db


def _asks(person, place, other) -> None:
    """Declare a relation, and take it back."""
    browser = signed_in(person)
    assert browser.post("/werkplek/relaties/", {"other": str(other.id), "code": "partner"}).status_code == 302
    compare_now()
    run_due()
    withdrawn = person.declared.get().id
    assert browser.post("/werkplek/relaties/", {"withdraw": str(withdrawn)}).status_code == 302


def test_the_chair_does_not_learn_about_whom_a_case_is_by_declaring_relations(place):
    """ "Wie voorzit, ziet of de zorgplicht is gehaald, zonder de inhoud van een zaak."""
    accused, other = place.people["officer"][:2]
    for _number in range(3):
        a_case(place, "integrity", subject=f"officer:{accused.id}", account=CLEAR)
    chair = place["mayor"]
    browser = signed_in(chair)
    before = words_of(browser.get("/zorgplicht/"))
    _asks(chair, place, other)
    assert words_of(browser.get("/zorgplicht/")) == before
    _asks(chair, place, accused)
    after = words_of(browser.get("/zorgplicht/"))
    assert after == before, "the page told whom the cases are about"


def test_who_guards_the_process_does_not_learn_about_whom_it_is_by_declaring_relations(place):
    """ "Procesbewaking ziet geen inhoud."""
    accused, other = place.people["officer"][:2]
    case = a_case(place, "integrity", subject="employee:", subject_name=accused.name, account=CLEAR)
    guard = who(case.id, "support").person
    for person in (other, accused):
        _asks(guard, place, person)
        assert signed_in(guard).get(url_of(case)).status_code == 200, f"it is about {person.name}"
