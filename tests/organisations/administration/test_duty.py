"""The duty roster: who is on duty when, what the administrator may put on it, and what the page says of the week."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from jobs.runner import sweep
from organisations.models import DutyAsked, DutyShift, Function, Person, Role
from organisations.people.appointments import appoint, be_away
from organisations.people.duty import roster_of, somebody_is_on_duty
from tests.support.barred import called, run_due, time_ahead
from tests.support.build import signed_in
from tests.support.reporter import words_of
from vault.ledger import entries

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY = 1  # 1 March 2027


def _at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=AMSTERDAM)


def _url() -> str:
    return reverse("organisation_administration:duty")


def _add(place, person: Person, days: list[int], begins: str, ends: str):
    fields = {"what": "shift", "person": person.id, "days": days, "begins": begins, "ends": ends}
    return place.client("administrator").post(_url(), fields)


def _stand_in(place, name: str = "Robin Achtervang", email: str = "robin@elders.example"):
    return place.client("administrator").post(_url(), {"what": "stand_in", "name": name, "email": email})


def _agreed(place, **contact: str):
    """The stand-in whom the administrator asks for and the coordinator agrees with."""
    assert _stand_in(place, **contact).status_code == 302
    asked = DutyAsked.objects.latest("asked_on")
    return place.client("coordinator").post(_agree_url(asked), {"sure": "1"})


def _agree_url(asked: DutyAsked) -> str:
    return reverse("organisation_administration:agree_duty", args=[asked.id])


def _on_duty(place, moment: datetime) -> list[Person]:
    return [shift.person for shift in roster_of(place.organisation).on_duty(moment)]


def test_an_empty_roster_says_so_and_what_a_reporter_reads(place):
    page = words_of(place.client("administrator").get(_url()))
    assert "Er staat nog niemand op het rooster." in page
    assert "Er heeft hier nu niemand dienst." in page
    assert "0900-8844" in page
    assert "Er is nog geen vervanger." in page
    assert not somebody_is_on_duty(place.organisation)


def test_two_shifts_across_midnight_follow_each_other_on_the_clock(place):
    first, second = place["officer"], place["coordinator"]
    assert _add(place, first, [0], "18:00", "08:00").status_code == 302
    assert _add(place, second, [1], "08:00", "23:00").status_code == 302
    assert _on_duty(place, _at(MONDAY, 17, 59)) == []
    assert _on_duty(place, _at(MONDAY, 18)) == [first]
    assert _on_duty(place, _at(MONDAY + 1, 0)) == [first]
    assert _on_duty(place, _at(MONDAY + 1, 7, 59)) == [first]
    assert _on_duty(place, _at(MONDAY + 1, 8)) == [second]
    assert _on_duty(place, _at(MONDAY + 1, 23)) == []
    assert _on_duty(place, _at(MONDAY + 7, 23)) == [first]


def test_a_shift_of_sunday_night_ends_on_monday_morning(place):
    _add(place, place["officer"], [6], "20:00", "07:30")
    assert _on_duty(place, _at(7, 20)) == [place["officer"]]
    assert _on_duty(place, _at(8, 7, 29)) == [place["officer"]]
    assert _on_duty(place, _at(8, 7, 30)) == []


def test_a_shift_ends_by_the_clock_in_the_nights_in_which_it_is_changed(place):
    _add(place, place["officer"], [5], "22:00", "06:00")
    for day, month in ((28, 3), (31, 10)):  # Sundays
        before = _at(day, 5, 59, month)
        assert _on_duty(place, before) == [place["officer"]]
        assert _on_duty(place, _at(day, 6, 0, month)) == []
    twice = _at(31, 2, 30, 10)
    assert _on_duty(place, twice.replace(fold=0)) == _on_duty(place, twice.replace(fold=1)) == [place["officer"]]


def test_the_hours_without_anybody_are_named(place):
    _add(place, place["officer"], [0, 1, 2, 3, 4], "18:00", "08:00")
    page = words_of(place.client("administrator").get(_url()))
    assert "dinsdag 8.00 – dinsdag 18.00" in page
    assert "zaterdag 8.00 – maandag 18.00" in page
    _add(place, place["coordinator"], [0, 1, 2, 3, 4, 5, 6], "08:00", "08:00")
    page = words_of(place.client("administrator").get(_url()))
    assert "Op elk uur van de week heeft iemand dienst." in page


@time_machine.travel("2027-03-01 19:00+01:00", tick=False)
def test_the_page_says_who_is_on_duty_now_and_what_the_reporter_reads(place):
    _add(place, place["officer"], [0], "18:00", "08:00")
    page = words_of(place.client("administrator").get(_url()))
    assert f"Nu dienst: {place['officer'].name}." in page
    assert "Er heeft nu iemand dienst, en er gaat een alarm uit." in page
    be_away(place["officer"], place.organisation, timezone.localdate(), timezone.localdate())
    assert "Nu heeft niemand dienst." in words_of(place.client("administrator").get(_url()))


def test_who_left_or_has_no_account_any_more_is_not_on_duty(place):
    officer = place["officer"]
    _add(place, officer, [0, 1, 2, 3, 4, 5, 6], "00:00", "00:00")
    assert somebody_is_on_duty(place.organisation)
    Person.objects.filter(id=officer.id).update(is_active=False)
    assert not somebody_is_on_duty(place.organisation)
    Person.objects.filter(id=officer.id).update(is_active=True)
    for model in (Role, Function):
        model.objects.filter(person=officer).delete()
    assert not somebody_is_on_duty(place.organisation)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"person": ""}, "Kies wie dienst heeft."),
        ({"person": "00000000-0000-4000-8000-000000000000"}, "Kies wie dienst heeft."),
        ({"days": []}, "Kies minstens één dag."),
        ({"begins": "laat"}, "Geef een tijd"),
        ({"ends": ""}, "Geef een tijd"),
    ],
)
def test_what_is_not_right_is_said_and_nothing_typed_is_lost(place, change, words):
    fields = {"what": "shift", "person": place["officer"].id, "days": [2], "begins": "18:07", "ends": "08:09"} | change
    answer = place.client("administrator").post(_url(), fields)
    assert answer.status_code == 422
    assert words in words_of(answer)
    kept = [value for name, value in (("begins", "18:07"), ("ends", "08:09")) if name not in change]
    assert all(value in answer.content.decode() for value in kept)
    assert not DutyShift.objects.exists()


@pytest.mark.both
def test_an_address_that_two_people_share_is_refused(place):
    officer, other = place["officer"], place["coordinator"]
    Person.objects.filter(id=other.id).update(email=(officer.email or "").upper())
    answer = _add(place, officer, [0], "18:00", "08:00")
    assert answer.status_code == 422
    assert "Twee mensen hebben dit mailadres." in words_of(answer)
    _agreed(place)
    Person.objects.filter(id=other.id).update(email="robin@elders.example")
    assert "Twee mensen hebben dit mailadres." in words_of(_add(place, place["coordinator"], [0], "18:00", "08:00"))


@pytest.mark.both
def test_the_stand_in_is_one_person_outside(place):
    inside = _stand_in(place, "Een collega", place["officer"].email)
    assert inside.status_code == 422
    assert "De vervanger moet iemand buiten uw organisatie zijn." in words_of(inside)
    assert _stand_in(place, "", "geen adres").status_code == 422
    assert _agreed(place).status_code == 200
    assert "Robin Achtervang, robin@elders.example" in words_of(place.client("administrator").get(_url()))
    second = _stand_in(place, "Sam Tweede", "sam@elders.example")
    assert "Er is al een vervanger." in words_of(second)
    elsewhere = place.others["province"]
    elsewhere_shared = elsewhere.client("administrator").post(
        _url(), {"what": "stand_in", "name": "Iemand Anders", "email": "robin@elders.example"}
    )
    assert "Twee mensen hebben dit mailadres." in words_of(elsewhere_shared)


def test_a_stand_in_who_works_elsewhere_is_that_person(place):
    person = place.others["province"]["officer"]
    assert _stand_in(place, "Van de provincie", person.email).status_code == 302
    assert roster_of(place.organisation).stand_ins[0].person == person


def test_what_stands_on_the_roster_of_oneself_can_be_taken_off_and_the_log_says_who_did(place):
    _add(place, place["administrator"], [0], "18:00", "08:00")
    client = place.client("administrator")
    which = re.search(r'name="which" value="([^"]+)"', client.get(_url()).content.decode())
    assert which
    for words in ("Van het dienstrooster gehaald.", "Dit was al van het dienstrooster gehaald."):
        answer = client.post(_url(), {"what": "remove", "which": which[1]}, follow=True)
        assert words in words_of(answer)
    assert client.post(_url(), {"what": "remove", "which": "niets"}).status_code == 200
    events = [entry.action for entry in entries(place.organisation.id)]
    assert [event for event in events if event.startswith("duty.")] == ["duty.given", "duty.ended"]


def test_nobody_but_the_administrator_sees_the_roster(place):
    for code in ("officer", "mayor", "coordinator"):
        assert place.client(code).get(_url()).status_code == 403


WAITS = "Zeg of u het eens bent met een verandering van het dienstrooster"


def _second_row(place, of: Person) -> Person:
    called(of, "Bo", "Tweerijen")
    row = called(Person.objects.create(email="tweede.rij@voorbeeld.test", name="x"), "Bo", "Tweerijen")
    appoint(row, place.organisation, "coordinator")
    return row


def test_a_contact_without_an_account_comes_by_two_people(place, mailoutbox):
    """An administrator whom a report is about could else have the alarm sent to themselves."""
    own_row = _second_row(place, place["administrator"])
    run_due()
    mailoutbox.clear()
    asked_page = place.client("administrator").post(
        _url(), {"what": "stand_in", "name": "Robin Achtervang", "email": "robin@elders.example"}, follow=True
    )
    assert "Tot die tijd verandert er niets." in words_of(asked_page)
    assert not DutyShift.objects.exists()
    sweep()
    told = {address for sent in mailoutbox for address in sent.to}
    assert place["coordinator"].email in told
    assert not told & {place["administrator"].email, own_row.email, "robin@elders.example"}
    assert not any(word in sent.subject + sent.body for sent in mailoutbox for word in ("Robin", "rooster"))
    asked = DutyAsked.objects.get()
    for person in (place["administrator"], own_row):
        assert WAITS not in words_of(signed_in(person).get("/werkplek/wacht/"))
        refused = signed_in(person).post(_agree_url(asked), {"sure": "1"})
        assert refused.status_code == 422
        assert "U hebt dit zelf gevraagd" in words_of(refused)
    assert signed_in(place["officer"]).post(_agree_url(asked), {"sure": "1"}).status_code == 403
    second = place.client("coordinator")
    assert WAITS in words_of(second.get("/werkplek/wacht/"))
    assert "robin@elders.example" in words_of(second.get(_agree_url(asked)))
    assert second.post(_agree_url(asked), {"sure": "1"}).status_code == 200
    (row,) = roster_of(place.organisation).stand_ins
    assert (row.name, row.entered_by, row.agreed_by) == (
        "Robin Achtervang",
        place["administrator"],
        place["coordinator"],
    )
    assert WAITS not in words_of(second.get("/werkplek/wacht/"))
    assert second.post(_agree_url(asked), {"sure": "1"}).status_code == 404


def test_and_goes_by_two_people(place):
    _agreed(place)
    shift = DutyShift.objects.get()
    assert place.client("administrator").post(_url(), {"what": "remove", "which": shift.id}).status_code == 302
    assert roster_of(place.organisation).stand_ins == (shift,)
    assert place.client("mayor").post(_agree_url(DutyAsked.objects.get()), {"sure": "1"}).status_code == 200
    assert not DutyShift.objects.exists()
    events = [entry.action for entry in entries(place.organisation.id) if entry.action.startswith("duty.")]
    assert events == ["duty.asked", "duty.given", "duty.asked", "duty.ended"]


def test_nobody_alone_takes_a_handler_off_the_roster(place, mailoutbox):
    """An administrator whom a report is about could else choose who is not called."""
    officer = place["officer"]
    _add(place, officer, [0, 1], "18:00", "08:00")
    first, other = DutyShift.objects.order_by("begins")
    for shift in (first, other):
        answer = place.client("administrator").post(_url(), {"what": "remove", "which": shift.id}, follow=True)
        assert "Tot die tijd verandert er niets." in words_of(answer)
    assert roster_of(place.organisation).shifts == (first, other)
    page = words_of(place.client("administrator").get(_url()))
    assert f"{place['administrator'].name} vraagt om dit van het rooster te halen." in page
    sweep()
    assert place["coordinator"].email in {address for sent in mailoutbox for address in sent.to}
    asked = DutyAsked.objects.get(shift=first)
    assert place.client("administrator").post(_agree_url(asked), {"sure": "1"}).status_code == 422
    second = place.client("coordinator")
    assert WAITS in words_of(second.get("/werkplek/wacht/"))
    shown = words_of(second.get(_agree_url(asked)))
    assert f"{officer.name} van het dienstrooster te halen voor maandag 18.00 – dinsdag 8.00" in shown
    assert "op andere uren op het rooster" in shown
    assert second.post(_agree_url(asked), {"sure": "1"}).status_code == 200
    assert roster_of(place.organisation).shifts == (other,)
    last = words_of(second.get(_agree_url(DutyAsked.objects.get())))
    assert f"dan krijgt {officer.name} geen alarm van dit rooster meer" in last
    ended = [entry for entry in entries(place.organisation.id) if entry.action == "duty.ended"]
    assert [(entry.actor, entry.detail) for entry in ended] == [(place["coordinator"].id, {"person": str(officer.id)})]


def test_a_stand_in_with_an_account_goes_by_two_people_too(place):
    _stand_in(place, "Van de provincie", place.others["province"]["officer"].email)
    shift = DutyShift.objects.get()
    assert place.client("administrator").post(_url(), {"what": "remove", "which": shift.id}).status_code == 302
    assert roster_of(place.organisation).stand_ins == (shift,)
    assert place.client("coordinator").post(_agree_url(DutyAsked.objects.get()), {"sure": "1"}).status_code == 200
    assert not DutyShift.objects.exists()


def test_a_row_by_which_nobody_can_be_called_goes_by_one(place):
    _add(place, place["officer"], [0], "18:00", "08:00")
    Person.objects.filter(id=place["officer"].id).update(is_active=False)
    assert (
        place.client("administrator").post(_url(), {"what": "remove", "which": DutyShift.objects.get().id}).status_code
        == 302
    )
    assert not DutyShift.objects.exists()


def test_what_is_asked_of_a_contact_grows_old_and_is_asked_anew(place):
    assert _stand_in(place).status_code == 302
    first = DutyAsked.objects.get()
    assert _stand_in(place, "Sam Tweede", "sam@elders.example").status_code == 302
    second = DutyAsked.objects.get()
    assert second.id != first.id, "nobody agrees with what was exchanged after they looked"
    assert place.client("coordinator").get(_agree_url(first)).status_code == 404
    with time_ahead(days=8):
        assert place.client("coordinator").post(_agree_url(second), {"sure": "1"}).status_code == 404
    assert not DutyShift.objects.exists()


def test_who_has_an_account_by_now_is_no_contact_any_more(place):
    assert _stand_in(place).status_code == 302
    Person.objects.filter(id=place.others["province"]["officer"].id).update(email="robin@elders.example")
    refused = place.client("coordinator").post(_agree_url(DutyAsked.objects.get()), {"sure": "1"})
    assert refused.status_code == 422
    assert "heeft iemand een account" in words_of(refused)
    assert not DutyShift.objects.exists()


def test_where_nobody_else_could_agree_no_contact_is_asked_for(place):
    Role.objects.filter(code__in=["coordinator", "chair"]).delete()
    refused = _stand_in(place)
    assert refused.status_code == 422
    assert "Niemand anders hier kan" in words_of(refused)
    assert "robin@elders.example" in refused.content.decode()


def test_a_contact_of_whom_nobody_knows_who_agreed_gets_no_alarm_and_the_page_says_so(place):
    _agreed(place)
    DutyShift.objects.update(agreed_by=None)
    assert roster_of(place.organisation).stand_ins == ()
    administrator = place.client("administrator")
    page = words_of(administrator.get(_url()))
    assert "krijgt geen alarm" in page
    assert "Er is dus geen vervanger die een alarm krijgt." in page
    assert "Op het dienstrooster staat iemand die geen alarm krijgt: Robin Achtervang." in words_of(
        administrator.get("/beheer/")
    )
    assert 'value="robin@elders.example"' in administrator.get(_url()).content.decode(), "to be sent again"
    _agreed(place)
    assert len(roster_of(place.organisation).stand_ins) == 1
    assert "krijgt geen alarm" not in words_of(administrator.get(_url()))
    assert "geen alarm" not in words_of(administrator.get("/beheer/"))


def test_such_a_contact_is_taken_off_by_one_since_nobody_is_called_by_it(place):
    _agreed(place)
    DutyShift.objects.update(entered_by=None)
    which = DutyShift.objects.get().id
    assert place.client("administrator").post(_url(), {"what": "remove", "which": which}).status_code == 302
    assert not DutyShift.objects.exists()


def test_a_roster_of_people_who_left_is_not_filled(place):
    officer = place["officer"]
    _add(place, officer, [0, 1, 2, 3, 4, 5, 6], "00:00", "00:00")
    administrator = place.client("administrator")
    assert "Op elk uur van de week heeft iemand dienst." in words_of(administrator.get(_url()))
    yesterday = timezone.localdate() - timedelta(days=1)
    for model in (Role, Function):
        model.objects.filter(person=officer).update(held_to=yesterday)
    page = words_of(administrator.get(_url()))
    assert "Op elk uur van de week heeft iemand dienst." not in page
    assert "Niemand van hen krijgt een alarm" in page
    assert f"geen alarm krijgt: {officer.name}." in words_of(administrator.get("/beheer/"))
