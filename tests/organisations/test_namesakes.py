"""Two people with the same name can be told apart wherever somebody is chosen, and nobody's address is shown without need."""

import pytest
from django.urls import reverse

from organisations.models import Person
from organisations.people.appointments import appoint
from organisations.people.namesakes import names_in_list, to_choose
from tests.support.barred import about_nobody, called, task_of, url_of
from tests.support.build import signed_in, who
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
SAME = ("Jan", "Jansen")


@pytest.fixture
def namesakes(place) -> list[Person]:
    """Two more officers with one name and one function."""
    rows = [Person.objects.create(email=f"j.jansen{number}@voorbeeld.test", name="x") for number in (1, 2)]
    for row in rows:
        called(row, *SAME)
        appoint(row, place.organisation, "officer")
    return rows


def _page(place, namesakes, which: str) -> str:
    case, _receipt = about_nobody(place)
    handler = signed_in(who(case.id, "handler").person)
    pages = {
        "hand over": url_of(case, f"toegang/{task_of(case, 'case_officer').id}/overdragen/"),
        "relations": "/werkplek/relaties/",
        "division": "/werkplek/verdeling/",
    }
    if which in pages:
        return words_of(handler.get(pages[which]))
    of_administrator = {"duty": reverse("organisation_administration:duty"), "staff": "/beheer/mensen/"}
    return words_of(place.client("administrator").get(of_administrator[which]))


@pytest.mark.parametrize("which", ["hand over", "relations", "division", "duty", "staff"])
def test_namesakes_are_told_apart_where_somebody_is_chosen_and_others_show_no_address(place, namesakes, which):
    page = _page(place, namesakes, which)
    for row in namesakes:
        assert f"Jan Jansen ({row.email})" in page
    assert place["officer"].name in page
    assert f"({place['officer'].email})" not in page


def test_what_looks_the_same_is_the_same_and_who_has_no_address_says_so():
    rows = [
        Person(name="José  Bos", email="a@voorbeeld.test"),
        Person(name="Jose Bos"),
        Person(name="Anna Bos", email="b@voorbeeld.test"),
    ]
    assert list(names_in_list(rows).values()) == [
        "José  Bos (a@voorbeeld.test)",
        "Jose Bos (geen mailadres)",
        "Anna Bos",
    ]
    assert to_choose([rows[2], rows[2]])[0] == (str(rows[2].id), "Anna Bos"), "one row twice is no namesake"
