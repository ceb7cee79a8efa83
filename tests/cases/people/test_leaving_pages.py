"""An administrator ends roles and sign-ins on pages that tell nothing of cases."""

import re

import pytest

from organisations.models import Role
from tests.support.barred import time_ahead
from tests.support.build import a_case, a_place, who
from tests.support.leaving import held_by
from vault.compartments import readers

pytestmark = [pytest.mark.django_db, pytest.mark.both]
LIST = "/beheer/mensen/"


@pytest.fixture
def place():
    return a_place()


def test_an_administrator_ends_a_role_on_a_page_that_tells_nothing_of_cases(place):
    case = a_case(place, "integrity")
    officer = who(case.id, "case_officer").person
    page = place.client("administrator")
    assert officer.name in page.get(LIST).content.decode()
    path = f"{LIST}rol/{held_by(officer, 'officer').id}/beeindigen/"
    idle = next(person for person in place.people["officer"] if not person.assignments.exists())
    asked = page.get(path).content.decode().replace(officer.name, "").replace(path, "")
    other = f"{LIST}rol/{held_by(idle, 'officer').id}/beeindigen/"
    unasked = page.get(other).content.decode().replace(idle.name, "").replace(other, "")
    assert _plain(asked) == _plain(unasked), "nobody sees from the page who has cases"
    assert case.number not in asked
    assert page.post(path, {"sure": "1"})["Location"].startswith(f"{LIST}?gedaan=gevraagd")
    answer = place.client("coordinator").post(path, {"sure": "1"}, follow=True)
    [(address, status)] = answer.redirect_chain
    assert address.startswith(f"{LIST}?gedaan=beeindigd")
    assert status == 302
    assert officer.name not in answer.content.decode()
    assert officer.id not in readers(case.id)
    assert page.post(path, {"sure": "1"}).status_code == 404


def test_an_administrator_ends_a_sign_in(place):
    officer = place.people["officer"][0]
    page, second = place.client("administrator"), place.client("coordinator")
    path = f"{LIST}{officer.id}/inloggen/"
    assert page.get(path).status_code == 200
    for asked in (page, second):
        assert asked.post(path, {"sure": "1"}, follow=True).status_code == 200
    officer.refresh_from_db()
    assert not officer.is_active
    assert "Logt niet meer in" in page.get(LIST).content.decode()


def test_an_administrator_alone_ends_nobody_who_could_handle_a_report(place):
    """Also where a case is about the administrator: ending roles one after another would move it along the chain."""
    accused = place["administrator"]
    case = a_case(place, "integrity", subject=f"administrator:{accused.id}")
    handler, page = who(case.id, "handler").person, place.client("administrator")
    path = f"{LIST}functie/{held_by(handler, 'general_secretary').id}/beeindigen/"
    for _time in range(2):
        assert page.post(path, {"sure": "1"})["Location"].startswith(f"{LIST}?gedaan=gevraagd")
    assert who(case.id, "handler").person == handler
    assert place.client("coordinator").post(path, {"sure": "1"})["Location"].startswith(f"{LIST}?gedaan=beeindigd")
    assert who(case.id, "handler").person != handler


def test_a_request_grows_old_and_nobody_agrees_with_the_end_of_their_own_role(place):
    coordinator = place["coordinator"]
    path = f"{LIST}rol/{held_by(coordinator, 'coordinator').id}/beeindigen/"
    assert place.client("administrator").post(path, {"sure": "1"}).status_code == 302
    assert place.client("coordinator").post(path, {"sure": "1"}).status_code == 422
    with time_ahead(days=8):
        assert place.client("mayor").post(path, {"sure": "1"}).status_code == 422, "the request is too old"
        assert place.client("administrator").post(path, {"sure": "1"}).status_code == 302
        assert place.client("mayor").post(path, {"sure": "1"})["Location"].startswith(f"{LIST}?gedaan=beeindigd")


def test_where_nobody_else_could_agree_the_page_says_who_can_end_it(place):
    officer = place.people["officer"][0]
    Role.objects.filter(code__in=["coordinator", "chair"]).delete()
    path = f"{LIST}rol/{held_by(officer, 'officer').id}/beeindigen/"
    answer = place.client("administrator").post(path, {"sure": "1"})
    assert answer.status_code == 422
    assert "Niemand anders hier kan ermee instemmen" in answer.content.decode()


def test_what_is_refused_says_why_and_changes_nothing(place):
    page, last = place.client("administrator"), place["administrator"]
    for path in (f"{LIST}rol/{held_by(last, 'administrator').id}/beeindigen/", f"{LIST}{last.id}/inloggen/"):
        assert page.post(path, {"sure": "1"}).status_code == 302
        answer = place.client("coordinator").post(path, {"sure": "1"})
        assert answer.status_code == 422
        assert "Dit is de laatste beheerder" in answer.content.decode()
    assert page.get(LIST).status_code == 200


def test_nobody_ends_what_is_of_another_organisation_or_without_the_role(place):
    there = place.others["province"].people["officer"][0]
    path = f"{LIST}rol/{held_by(there, 'officer').id}/beeindigen/"
    for page in (place.client("administrator"), place.client("officer")):
        assert page.post(path, {"sure": "1"}).status_code in {403, 404}
        assert page.post(f"{LIST}{there.id}/inloggen/", {"sure": "1"}).status_code in {403, 404}
    assert place.client("officer").get(LIST).status_code == 403
    assert Role.objects.filter(person=there, code="officer", held_to=None).exists()


def _plain(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken"\s+value="[^"]+"', "", page)
