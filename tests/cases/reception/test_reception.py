"""The reception sees name, place and last day of bans whose letter went out, and nothing of a case."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from cases.deciding.records.records import end_record
from cases.jobs import clear_reception
from cases.models import BarredVisitor
from jobs.models import Job
from jobs.runner import run_due
from organisations.access.bars import recuse
from organisations.access.policy import Actor
from organisations.people.appointments import appoint, declare_relation
from reporting.pdf import can_make_pdf
from tests.support.barred import called
from tests.support.build import a_case, signed_in, walk, who
from tests.support.measures import BAN, DECIDE, NAME, SEND, a_measure, a_weighed_case, done
from tests.support.places import a_place
from tests.support.reporter import words_of
from vault import ledger

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not can_make_pdf(), reason="no PDF on this machine")]
LIST = "/werkplek/balie/"


@pytest.fixture
def place():
    return a_place()


@pytest.fixture
def receptionist(place):
    """Somebody of the organisation who now sits at the reception too."""
    person = place["publisher"] if "publisher" in place.people else place["auditor"]
    appoint(person, place.organisation, role="reception", since=date(2026, 1, 1))
    run_due()
    return person


def _list(person) -> str:
    return words_of(signed_in(person).get(LIST))


def test_a_ban_stands_on_the_list_once_its_letter_went_out_and_leaves_by_itself(place, receptionist):
    with time_machine.travel("2026-03-04T10:00:00+01:00", tick=False) as clock:
        case = a_weighed_case(place)
        a_measure(case, **BAN, review="2026-03-20", until="2026-04-01")
        assert NAME not in _list(receptionist)
        done(case, SEND)
        page = _list(receptionist)
        assert NAME in page
        assert BAN["places"] in page
        assert "1 april 2026" in page
        assert case.number not in page
        clock.move_to("2026-04-01T23:00:00+02:00")
        assert NAME in _list(receptionist)
        clock.move_to("2026-04-02T00:10:00+02:00")
        assert NAME not in _list(receptionist)


def test_what_is_no_ban_or_was_ended_does_not_stand_there(place, receptionist):
    case = a_weighed_case(place)
    a_measure(case, what="warning", ground="contact", name="Wim Waarschuwing")
    done(case, SEND)
    assert not BarredVisitor.objects.exists()
    record = a_measure(case, **BAN)
    done(case, SEND)
    assert NAME in _list(receptionist)
    today = timezone.localdate()
    told = {"why": "Het is rustig gebleven.", "told_on": today.isoformat(), "told_how": "Per brief"}
    end_record(case, record.id, "stopped", today, told, actor=who(case.id, "case_officer"))
    assert NAME not in _list(receptionist)


def test_a_line_that_left_the_list_is_kept_nowhere(place):
    with time_machine.travel("2026-03-04T10:00:00+01:00", tick=False) as clock:
        past, ended = a_weighed_case(place), a_weighed_case(place)
        a_measure(past, **BAN, review="2026-03-20", until="2026-04-01")
        done(past, SEND)
        record = a_measure(ended, **BAN, review="2026-03-20", until="2026-06-01")
        done(ended, SEND)
        clear_reception(Job())
        assert BarredVisitor.objects.count() == 2
        clock.move_to("2026-04-01T10:00:00+02:00")
        clear_reception(Job())
        assert BarredVisitor.objects.filter(record__case=past).exists(), "its last day is today"
        clock.move_to("2026-04-02T10:00:00+02:00")
        clear_reception(Job())
        assert [row.record for row in BarredVisitor.objects.all()] == [record]
        told = {"why": "Het is rustig gebleven.", "told_on": "2026-04-02", "told_how": "Per brief"}
        end_record(ended, record.id, "stopped", date(2026, 4, 2), told, actor=who(ended.id, "case_officer"))
        clear_reception(Job())
        assert not BarredVisitor.objects.exists()


def test_who_may_not_know_of_the_case_sees_nothing_of_it(place, receptionist):
    case, other = a_weighed_case(place), a_weighed_case(place)
    a_measure(case, **BAN)
    done(case, SEND)
    a_measure(other, **BAN, name="Bram Anders")
    done(other, SEND)
    assert NAME in _list(receptionist)
    recuse(case.id, [receptionist.id])
    page = _list(receptionist)
    assert NAME not in page
    assert "Bram Anders" in page


def test_who_only_sits_at_the_reception_and_is_named_in_free_words_sees_nothing_of_it(place):
    person = place["council_member"]
    appoint(person, place.organisation, role="reception", since=date(2026, 1, 1))
    case = a_case(place, account=f"{person.name} van de balie schold een inwoner uit.")
    walk(case, "acknowledge", "assess", "low")
    other = a_weighed_case(place)
    a_measure(case, **BAN)
    done(case, SEND)
    a_measure(other, **BAN, name="Bram Anders")
    done(other, SEND)
    page = _list(person)
    assert NAME not in page
    assert "Bram Anders" in page


def test_the_person_at_the_reception_who_is_concerned_sees_nothing(place, receptionist):
    """Whoever has the name of the person against whom the measure is, is kept out of the case, and so of its line."""
    case = a_weighed_case(place)
    a_measure(case, **BAN, name=receptionist.name)
    done(case, SEND)
    assert BarredVisitor.objects.count() == 1
    assert BAN["places"] not in _list(receptionist)


def test_each_look_leaves_a_line_and_only_the_reception_looks(place, receptionist):
    before = len([one for one in ledger.entries(place.organisation.id) if one.action == "reception.seen"])
    _list(receptionist)
    _list(receptionist)
    seen = [one for one in ledger.entries(place.organisation.id) if one.action == "reception.seen"]
    assert len(seen) == before + 2
    assert {one.actor for one in seen} == {receptionist.id}
    for role in ("officer", "coordinator", "mayor", "administrator"):
        assert signed_in(place[role]).get(LIST).status_code == 403, role
    assert Actor.at(receptionist, place.organisation).roles >= {"reception"}


def test_the_list_holds_no_column_that_tells_who(place):
    case = a_weighed_case(place)
    a_measure(case, DECIDE, **BAN)
    done(case, SEND)
    row = BarredVisitor.objects.get()
    assert NAME.encode() not in bytes(row.sealed)
    assert row.until == timezone.localdate() + timedelta(days=30)


@pytest.mark.parametrize("how", ["role", "relation"])
def test_nobody_sees_the_list_before_they_were_compared_with_its_cases(place, how):
    """Somebody in the same case, or a relative of theirs, could else read it until a worker comes."""
    person, other = place["auditor"], place["council_member"]
    accused = called(person if how == "role" else other, "Kees", "Bos")
    run_due()
    case = walk(a_case(place, perpetrator_name="Kees Bos", about_reader="unknown"), "acknowledge", "assess", "low")
    a_measure(case, **BAN)
    done(case, SEND)
    if how == "relation":
        appoint(person, place.organisation, "reception")
        run_due()
        declare_relation(person, place.organisation, accused, "partner")
    else:
        appoint(person, place.organisation, "reception")
    page = _list(person)
    assert NAME not in page
    assert "U ziet deze lijst nog niet" in page
    run_due()
    page = _list(person)
    assert NAME not in page
    assert "Er staat nu niemand op deze lijst" in page
