"""An administrator ends roles and sign-ins on pages that tell nothing of cases."""

import re

import pytest

from cases.jobs import look_what_waits
from cases.people.departure.leaving import end_role
from jobs.models import Job
from jobs.runner import run_due, sweep
from organisations.administration.renaming import SECONDS
from organisations.models import Person, Role
from organisations.people.appointments import appoint
from tests.support.barred import called, time_ahead
from tests.support.build import a_case, a_place, signed_in, who
from tests.support.leaving import held_by
from vault.compartments import readers

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
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
    assert page.post(path, {"sure": "1"})["Location"].startswith(f"{LIST}?gedaan=asked")
    answer = place.client("coordinator").post(path, {"sure": "1"}, follow=True)
    [(address, status)] = answer.redirect_chain
    assert address.startswith(f"{LIST}?gedaan=ended")
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
        assert page.post(path, {"sure": "1"})["Location"].startswith(f"{LIST}?gedaan=asked")
    assert who(case.id, "handler").person == handler
    assert place.client("coordinator").post(path, {"sure": "1"})["Location"].startswith(f"{LIST}?gedaan=ended")
    assert who(case.id, "handler").person != handler


def _another_row(place, of: Person, *roles: str) -> Person:
    """A second account of the same human."""
    row = Person.objects.create(email="tweede.rij@voorbeeld.test", name=of.name)
    called(row, of.given_names or of.name.split()[0], of.surname, of.prefix)
    for role in roles:
        appoint(row, place.organisation, by=place["administrator"], role=role)
    return row


def test_one_human_with_two_accounts_does_not_ask_and_agree(place):
    officer, administrator = place.people["officer"][0], called(place["administrator"], "Bo", "Tweerijen")
    second = signed_in(_another_row(place, administrator, "coordinator", "administrator"))
    for path in (f"{LIST}rol/{held_by(officer, 'officer').id}/beeindigen/", f"{LIST}{officer.id}/inloggen/"):
        assert place.client("administrator").post(path, {"sure": "1"}).status_code == 302
        page = second.get(path).content.decode()
        assert "Ik stem hiermee in" not in page
        answer = second.post(path, {"sure": "1"})
        assert answer.status_code == 422
        assert "U hebt dit zelf gevraagd" in answer.content.decode()
    assert held_by(officer, "officer").held_to is None
    officer.refresh_from_db()
    assert officer.is_active
    assert place.client("coordinator").post(path, {"sure": "1"}).status_code == 302


def test_nobody_agrees_under_another_row_with_the_end_of_an_own_role(place):
    officer = called(place.people["officer"][0], "Bo", "Tweerijen")
    second = signed_in(_another_row(place, officer, "coordinator"))
    path = f"{LIST}rol/{held_by(officer, 'officer').id}/beeindigen/"
    assert place.client("administrator").post(path, {"sure": "1"}).status_code == 302
    answer = second.post(path, {"sure": "1"})
    assert answer.status_code == 422
    assert "Dit gaat over uzelf" in answer.content.decode()


def test_where_only_another_row_of_who_asks_could_agree_nobody_can(place):
    officer, administrator = place.people["officer"][0], called(place["administrator"], "Bo", "Tweerijen")
    Role.objects.filter(code__in=["coordinator", "chair"]).delete()
    _another_row(place, administrator, "coordinator")
    answer = place.client("administrator").post(f"{LIST}{officer.id}/inloggen/", {"sure": "1"})
    assert answer.status_code == 422
    assert "Niemand anders hier kan ermee instemmen" in answer.content.decode()


WAITS = "Zeg of u ermee instemt dat een rol, een functie of inloggen eindigt"


def test_an_ending_waits_and_is_mailed_to_who_can_agree_and_to_nobody_else(place, mailoutbox):
    """Never to whom it is about, to who asked, or to another row of one of both."""
    coordinator = called(place["coordinator"], "Bo", "Tweerijen")
    own_row = _another_row(place, coordinator, "administrator")
    path = f"{LIST}rol/{held_by(coordinator, 'coordinator').id}/beeindigen/"
    run_due()
    mailoutbox.clear()
    assert place.client("administrator").post(path, {"sure": "1"}).status_code == 302
    sweep()
    can = {
        role.person.email
        for role in Role.objects.filter(organisation=place.organisation, code__in=SECONDS).select_related("person")
    } - {coordinator.email, own_row.email, place["administrator"].email}
    assert can
    assert {address for sent in mailoutbox for address in sent.to} == can
    assert all(coordinator.name not in sent.subject + sent.body for sent in mailoutbox)
    for email in can:
        page = signed_in(Person.objects.get(email=email)).get("/werkplek/wacht/").content.decode()
        assert WAITS in page
        assert path in page
    for person in (coordinator, own_row, place["administrator"], place.people["officer"][0]):
        assert WAITS not in signed_in(person).get("/werkplek/wacht/").content.decode()
    with time_ahead(days=8):
        assert WAITS not in signed_in(Person.objects.get(email=email)).get("/werkplek/wacht/").content.decode()


def test_what_ended_by_another_way_waits_no_more_and_what_waits_long_is_mailed(place, mailoutbox):
    officer, chair = place.people["officer"][0], place["mayor"]
    held = held_by(officer, "officer")
    assert place.client("administrator").post(f"{LIST}rol/{held.id}/beeindigen/", {"sure": "1"}).status_code == 302
    sweep()
    mailoutbox.clear()
    with time_ahead(days=5):
        look_what_waits(Job())
        run_due()
    with time_ahead(days=6):
        run_due()
    assert chair.email in {address for sent in mailoutbox for address in sent.to}
    end_role(held, by=None)
    assert WAITS not in signed_in(chair).get("/werkplek/wacht/").content.decode()


def test_a_request_grows_old_and_nobody_agrees_with_the_end_of_their_own_role(place):
    coordinator = place["coordinator"]
    path = f"{LIST}rol/{held_by(coordinator, 'coordinator').id}/beeindigen/"
    assert place.client("administrator").post(path, {"sure": "1"}).status_code == 302
    assert place.client("coordinator").post(path, {"sure": "1"}).status_code == 422
    with time_ahead(days=8):
        assert place.client("mayor").post(path, {"sure": "1"}).status_code == 422, "the request is too old"
        assert place.client("administrator").post(path, {"sure": "1"}).status_code == 302
        assert place.client("mayor").post(path, {"sure": "1"})["Location"].startswith(f"{LIST}?gedaan=ended")


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
