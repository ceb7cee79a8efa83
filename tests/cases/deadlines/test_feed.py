"""The calendar of deadlines: moments and nothing else, at a secret address."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from cases.desk.access import take_away
from cases.file.notes import write_todo
from cases.models import CalendarFeed, Deadline
from tests.support.build import a_case, a_place, signed_in, who
from vault import ledger

pytestmark = pytest.mark.django_db
PAGE = "/werkplek/agenda/"


@pytest.fixture
def place():
    return a_place()


def _address(person) -> str:
    page = signed_in(person).post(PAGE, {"what": "make"}).content.decode()
    return re.search(r'value="http://testserver(/agenda/[^"]+\.ics)"', page)[1]


def _events(address: str) -> list:
    answer = Client().get(address)
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_it_holds_every_running_deadline_and_no_word_of_the_case(place):
    case = a_case(place)
    address = _address(who(case.id, "case_officer").person)
    answer = Client().get(address)
    text = answer.content.decode()
    assert len(_events(address)) == Deadline.objects.running().filter(case=case).count()
    for secret in (case.number, str(case.id), "Reageer", "Agressie", "bedreig", "voorbeeldstad"):
        assert secret.lower() not in text.lower()
    assert answer["Cache-Control"] == "private, no-store"


def test_a_deadline_keeps_its_name_that_says_nothing(place):
    case = a_case(place)
    address = _address(who(case.id, "case_officer").person)
    first, second = ({event["uid"] for event in _events(address)} for _ in range(2))
    assert first == second
    assert not any(str(deadline.id) in uid for deadline in case.deadlines.all() for uid in first)


def test_a_case_of_an_anonymous_reporter_is_there_from_the_mail_about_it(place):
    with time_machine.travel("2027-03-03T10:31:00+01:00", tick=False) as clock:
        case = a_case(place, known_as="anonymous")
        address = _address(who(case.id, "case_officer").person)
        clock.move_to("2027-03-03T13:59:00+01:00")
        assert _events(address) == [], "a calendar that asks every minute would tell when the report came"
        clock.move_to("2027-03-03T14:00:00+01:00")
        assert len(_events(address)) == Deadline.objects.running().filter(case=case).count()


def test_a_case_of_an_anonymous_reporter_has_days_only(place):
    case = a_case(place, known_as="anonymous")
    officer = who(case.id, "case_officer").person
    Deadline.objects.filter(case=case, due=None).update(due=timezone.now() + timedelta(hours=5))
    assert not any(hasattr(event["dtstart"].dt, "hour") for event in _events(_address(officer)))


def test_moments_are_right_when_the_deadlines_change(place):
    from datetime import datetime
    from zoneinfo import ZoneInfo

    case = a_case(place)
    due = datetime(2027, 3, 28, 3, 30, tzinfo=ZoneInfo("Europe/Amsterdam"))
    case.deadlines.exclude(code="PERP_RESPONSE_48H").delete()
    case.deadlines.update(due=due)
    (event,) = _events(_address(who(case.id, "case_officer").person))
    assert event["dtend"].dt == due


@pytest.mark.both
def test_a_new_address_ends_the_old_one_and_dropping_ends_it_too(place):
    person = place["coordinator"]
    old, new = _address(person), _address(person)
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200
    signed_in(person).post(PAGE, {"what": "drop"})
    assert Client().get(new).status_code == 404


def test_the_address_is_kept_nowhere_and_shown_once(place):
    person = place["coordinator"]
    token = _address(person).removeprefix("/agenda/").removesuffix(".ics")
    assert token not in signed_in(person).get(PAGE).content.decode()
    assert token.encode() not in bytes(CalendarFeed.objects.get().token)


def test_who_lost_the_case_or_the_account_sees_no_deadline_of_it(place):
    case = a_case(place)
    person = who(case.id, "case_officer").person
    address = _address(person)
    assert _events(address)
    take_away(case, person, recused=True)
    assert not _events(address)
    person.is_active = False
    person.save()
    assert Client().get(address).status_code == 404


def test_a_case_about_somebody_changes_no_byte_of_their_calendar(place):
    person = place["alderman"]
    address = _address(person)
    before = Client().get(address).content
    a_case(place, "integrity", subject=f"alderman:{person.id}")
    assert Client().get(address).content == before


def test_reading_it_is_in_the_ledger_once_a_day(place):
    address = _address(place["coordinator"])
    for _ in range(3):
        Client().get(address)
    actions = [entry.action for entry in ledger.entries(place.organisation.id)]
    assert actions.count("calendar.read") == 1
    assert "calendar.made" in actions


def test_many_deadlines_cost_no_more_questions(place):
    case = a_case(place)
    address = _address(who(case.id, "handler").person)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            Client().get(address)
        return len(captured)

    queries()
    few = queries()
    a_case(place)
    assert queries() == few


def _choose(person, **chosen):
    return signed_in(person).post(PAGE, {"what": "choose", "alarm": "none", "shows_number": "no", **chosen})


@pytest.mark.both
def test_an_alarm_and_the_case_number_are_there_only_for_who_chose_them(place):
    case = a_case(place)
    person = who(case.id, "case_officer").person
    address = _address(person)
    assert b"VALARM" not in Client().get(address).content
    assert _choose(person, alarm="hour").status_code == 302
    body = Client().get(address).content.decode()
    assert case.number not in body
    for event in Calendar.from_ical(body).walk("VEVENT"):
        (alarm,) = event.walk("VALARM")
        is_moment = hasattr(event["dtstart"].dt, "hour")
        assert alarm["trigger"].dt == (-timedelta(hours=1) if is_moment else timedelta(hours=16))
        assert str(alarm["description"]) == str(event["summary"])
    assert _choose(person, alarm="day", shows_number="yes").status_code == 302
    events = _events(address)
    assert all(case.number in str(event["summary"]) for event in events)
    assert {event.walk("VALARM")[0]["trigger"].dt for event in events} <= {-timedelta(days=1), -timedelta(hours=7)}
    _address(person)  # a new address keeps what was chosen
    assert CalendarFeed.objects.get().shows_number


@pytest.mark.parametrize("chosen", [{"alarm": "always"}, {"alarm": ""}, {"shows_number": "perhaps"}])
def test_a_choice_that_does_not_exist_changes_nothing(place, chosen):
    person = place["coordinator"]
    _address(person)
    assert _choose(person, **chosen).status_code == 422
    assert (CalendarFeed.objects.get().alarm, CalendarFeed.objects.get().shows_number) == ("none", False)


def test_todos_with_a_day_stand_in_the_calendar_of_who_must_do_them_without_a_word(place):
    case = a_case(place)
    officer = who(case.id, "case_officer")
    other = who(case.id, "co_reader").person
    day = timezone.localdate() + timedelta(days=3)
    mine, theirs, guard = _address(officer.person), _address(other), _address(who(case.id, "support").person)
    before = {address: len(_events(address)) for address in (mine, theirs, guard)}

    def write(due, whom) -> None:
        write_todo(case, "Bel de wijkagent.", due=due, whom=whom, actor=officer, token=uuid4())

    write(day, officer.person.id)
    write(day, None)  # for whoever comes first
    write(None, officer.person.id)  # without a day
    assert len(_events(mine)) == before[mine] + 2
    assert len(_events(theirs)) == before[theirs] + 1
    assert len(_events(guard)) == before[guard]
    body = Client().get(mine).content.decode()
    assert "wijkagent" not in body
    assert any(event["dtstart"].dt == day for event in _events(mine))
