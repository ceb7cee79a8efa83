"""Who is away gets no new case while somebody else is there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from organisations.models import Absence
from organisations.people.appointments import be_away
from tests.support.build import a_case, a_place, signed_in, who

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def place():
    return a_place()


def test_a_new_case_goes_to_an_officer_who_is_there(place):
    for officer in place.people["officer"][:2]:
        be_away(officer, place.organisation, TODAY(), TODAY() + timedelta(days=7))
    case = a_case(place, "integrity")
    assert who(case.id, "case_officer").person == place.people["officer"][2]


def test_when_everybody_is_away_a_case_still_has_people(place):
    for officer in place.people["officer"]:
        be_away(officer, place.organisation, TODAY(), TODAY())
    case = a_case(place, "integrity")
    assert who(case.id, "case_officer").person in place.people["officer"]


def test_an_absence_that_is_over_does_not_count(place):
    first = who(a_case(place, "integrity").id, "case_officer").person
    be_away(first, place.organisation, TODAY() - timedelta(days=9), TODAY() - timedelta(days=1))
    assert who(a_case(place, "integrity").id, "case_officer").person == first


def test_the_page_tells_and_takes_back(place):
    client = place.client("officer")
    day = f"{TODAY() + timedelta(days=3):%Y-%m-%d}"
    assert client.post("/werkplek/afwezig/", {"away_from": day, "away_to": day}).status_code == 302
    row = Absence.objects.get()
    assert str(row.id) in client.get("/werkplek/afwezig/").content.decode()
    place.client("coordinator").post("/werkplek/afwezig/", {"back": str(row.id)})
    assert Absence.objects.exists(), "only one's own"
    client.post("/werkplek/afwezig/", {"back": str(row.id)})
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"away_from": "2030-02-30", "away_to": "2030-03-01"},
        {"away_from": "2030-03-02", "away_to": "2030-03-01"},
        {"away_from": "2020-03-01", "away_to": "2020-03-02"},
    ],
)
def test_days_that_cannot_be_are_refused_and_kept_on_the_page(place, data):
    answer = place.client("officer").post("/werkplek/afwezig/", data)
    assert answer.status_code == 422
    for value in data.values():
        assert value in answer.content.decode()
    assert not Absence.objects.exists()


def test_a_double_click_tells_one_absence(place):
    client = signed_in(place["officer"])
    days = {"away_from": f"{TODAY():%Y-%m-%d}", "away_to": f"{TODAY() + timedelta(days=7):%Y-%m-%d}"}
    for _ in range(2):
        assert client.post("/werkplek/afwezig/", days).status_code == 302
    assert place["officer"].absences.count() == 1
