"""Whom an alarm called and who is named in what is told apart, or is related to whom it names, has neither the alarm nor the number
any more. Who has the case would notice, and keeps the alarms of the report."""

from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cases.deciding.opening import open_case
from jobs.runner import run_due
from organisations.access.bars import is_barred
from organisations.models import DutyShift
from organisations.people.appointments import declare_relation
from reporting.complaints.complaints import complain
from reporting.dialogue.alarm import raise_alarm
from reporting.mailbox.mailbox import open_mailbox
from reporting.models import Alarm
from tests.support.barred import called
from tests.support.build import a_report, signed_in, who
from tests.support.reporter import act, come_back, words_of
from vault.compartments import Compartment, readers
from vault.keyring.keys import stored_digest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_evening")]
NUMBER = {"danger": "unsafe", "call_number": "06 12 34 56 78"}
NAMES_CALLER = "Xerxes Zoutkamp bedreigt mij: over hem gaat dit."
NAMES_NOBODY = "Mijn rooster is veranderd."


@pytest.fixture
def _evening():
    with time_machine.travel("2027-03-01 20:00+01:00", tick=False):  # a Monday
        yield


def _on_duty(place, person):
    DutyShift.objects.create(organisation=place.organisation, person=person, begins=0, ends=7 * 24 * 60)
    return person


def _case(place, given):
    report, receipt = a_report(place, "aggression", **given)
    open_case(report)
    return report, receipt


def _complain(report, receipt, told: str):
    return complain(report, open_mailbox(receipt).opened, "retaliation", told, token=stored_digest("page", uuid4()))


def _work() -> None:
    for _ in range(3):
        run_due()


def _answered(caller, occasion) -> str:
    """The page of the alarm, after its caller said to call."""
    _work()
    url = reverse("cases:alarm", args=[occasion])
    assert signed_in(caller).post(url).status_code == 302
    return url


def _writes(receipt: str, complaint, text: str) -> None:
    before, client = complaint.messages.count(), Client()
    act(client, come_back(client, receipt), "apart", complaint=str(complaint.id), text=text)
    assert complaint.messages.count() == before + 1


def _closed(caller, url: str, report) -> None:
    assert caller.id not in readers(report.case, Compartment.CALL)
    page = signed_in(caller).get(url)
    assert page.status_code == 404, words_of(page)


@pytest.mark.parametrize("given", [{}, NUMBER])
def test_who_is_named_in_what_is_told_apart_loses_its_alarm(place, given):
    caller = _on_duty(place, called(place["archivist"], "Xerxes", "Zoutkamp"))
    report, receipt = _case(place, given)
    complaint = _complain(report, receipt, NAMES_NOBODY)
    url = _answered(caller, Alarm.objects.get(complaint=complaint).occasion)
    assert (caller.id in readers(report.case, Compartment.CALL)) == bool(given)
    _writes(receipt, complaint, NAMES_CALLER)
    _closed(caller, url, report)


@pytest.mark.parametrize("by", ["relation", "name"])
def test_who_is_found_to_be_meant_later_loses_its_alarm(place, by):
    caller, report_and_receipt = _on_duty(place, place["archivist"]), _case(place, NUMBER)
    report, receipt = report_and_receipt
    complaint = _complain(report, receipt, NAMES_CALLER)
    url = _answered(caller, Alarm.objects.get(complaint=complaint).occasion)
    if by == "name":
        called(caller, "Xerxes", "Zoutkamp")
    else:
        other = called(place["alderman"], "Xerxes", "Zoutkamp")
        declare_relation(caller, place.organisation, other, "partner")
    _work()
    _closed(caller, url, report)


def test_an_alarm_of_the_report_closes_for_whom_is_named_apart(place):
    caller = _on_duty(place, called(place["archivist"], "Xerxes", "Zoutkamp"))
    report, receipt = _case(place, NUMBER)
    raise_alarm(report, report.id, at_once=True)
    url = _answered(caller, report.id)
    assert caller.id in readers(report.case, Compartment.CALL)
    _complain(report, receipt, NAMES_CALLER)
    _closed(caller, url, report)


def test_who_has_the_case_keeps_the_alarm_of_the_report(place):
    """They would notice that the reporter told something apart."""
    report, receipt = _case(place, NUMBER)
    caller = _on_duty(place, called(who(report.case, "handler").person, "Xerxes", "Zoutkamp"))
    raise_alarm(report, report.id, at_once=True)
    url = _answered(caller, report.id)
    _complain(report, receipt, NAMES_CALLER)
    _work()
    assert signed_in(caller).get(url).status_code == 200
    assert caller.id in readers(report.case, Compartment.CALL)
    assert not is_barred(report.case, caller.id)
