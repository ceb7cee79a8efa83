"""Who said to call and is kept out afterwards calls nobody: the alarm rings with the next on duty, and says so."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from cases.alarm.alarm import record_call
from cases.deciding.opening import open_case
from cases.desk.agreement import disagreements
from jobs.runner import run_due
from organisations.access.policy import Actor
from organisations.models import DutyShift
from organisations.people.appointments import declare_relation
from reporting.complaints.complaints import complain
from reporting.dialogue.alarm import raise_alarm
from reporting.dialogue.progress import lines, progress_words
from reporting.mailbox.mailbox import open_mailbox, send_message
from reporting.models import Alarm
from tests.support.barred import called
from tests.support.build import a_report, signed_in
from vault.compartments import Compartment, readers
from vault.keyring.keys import stored_digest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_evening")]


@pytest.fixture
def _evening():
    with time_machine.travel("2027-03-01 20:00+01:00", tick=False):  # a Monday
        yield


def _work() -> None:
    for _ in range(4):
        run_due()


def _named(place, report, receipt, caller) -> None:
    send_message(open_mailbox(receipt), "Het gaat over Xerxes Zoutkamp.", "unknown", [], token=uuid4().bytes)


def _named_apart(place, report, receipt, caller) -> None:
    told = "Het gaat over Xerxes Zoutkamp."
    complain(report, open_mailbox(receipt).opened, "complaint", told, token=stored_digest("page", uuid4()))


def _declares(place, report, receipt, caller) -> None:
    declare_relation(caller, place.organisation, place["registrar"], "friend")


@pytest.fixture
def answered(place):
    """An alarm that the first on duty answered: (report, receipt, who answered, the next)."""
    first, second = called(place["archivist"], "Xerxes", "Zoutkamp"), place["auditor"]
    for person in (first, second):
        DutyShift.objects.create(organisation=place.organisation, person=person, begins=0, ends=7 * 24 * 60)
    report, receipt = a_report(place, "aggression", danger="unsafe", call_number="06 12 34 56 78")
    open_case(report)
    raise_alarm(report, report.id, at_once=True)
    _work()
    assert {one.to[0] for one in mail.outbox} & {first.email, second.email}
    called_first = first if signed_in(first).get(_url(report)).status_code == 200 else second
    if called_first != first:
        called(second, "Xerxes", "Zoutkamp")
        called(first, "Anouk", "Zeegers")
        first, second = second, first
    assert signed_in(first).post(_url(report)).status_code == 302
    assert first.id in readers(report.case, Compartment.CALL)
    mail.outbox.clear()
    return report, receipt, first, second


def _url(report) -> str:
    return reverse("cases:alarm", args=[report.id])


@pytest.mark.parametrize("closes", [_named, _named_apart, _declares])
def test_the_next_on_duty_is_called_where_who_said_to_call_is_kept_out(place, answered, closes):
    report, receipt, first, second = answered
    closes(place, report, receipt, first)
    _work()
    assert first.id not in readers(report.case, Compartment.CALL)
    assert signed_in(first).get(_url(report)).status_code == 404
    assert Alarm.objects.get(occasion=report.id).answered_by is None
    assert [one.to[0] for one in mail.outbox if one.to[0] in {first.email, second.email}] == [second.email]
    assert signed_in(second).post(_url(report)).status_code == 302
    assert second.id in readers(report.case, Compartment.CALL)
    calls, again = str(progress_words()["duty_calls"]), str(progress_words()["duty_again"])
    assert [line.text for line in lines(report) if line.text in {calls, again}] == [calls, again, calls]
    assert not disagreements()


def test_a_call_that_was_recorded_does_not_ring_again(place, answered):
    report, receipt, first, second = answered
    record_call(report.id, Alarm.CameOf.REACHED, actor=Actor.at(first, place.organisation))
    _named(place, report, receipt, first)
    _work()
    assert Alarm.objects.get(occasion=report.id).answered_by == first
    assert not [one for one in mail.outbox if one.to[0] == second.email and "alarm" in one.subject.lower()]


def test_the_next_who_says_to_call_has_the_whole_time_to_record_it(place, answered):
    report, receipt, first, second = answered
    _named(place, report, receipt, first)
    with time_machine.travel(timezone.now() + timedelta(minutes=40), tick=False):
        _work()
        assert signed_in(second).post(_url(report)).status_code == 302
    with time_machine.travel(timezone.now() + timedelta(minutes=65), tick=False):
        _work()
        assert Alarm.objects.get(occasion=report.id).answered_by == second
    with time_machine.travel(timezone.now() + timedelta(minutes=101), tick=False):
        _work()
        assert Alarm.objects.get(occasion=report.id).answered_by is None
