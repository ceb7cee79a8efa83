"""docs/security.md: "Whom an alarm called knows of the report: whatever their office is, being named afterwards, by the reporter
or by a colleague, closes the alarm and the number for them." """

from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cases.deciding.opening import open_case
from jobs.runner import run_due
from organisations.models import DutyShift
from reporting.complaints.complaints import complain
from reporting.mailbox.mailbox import open_mailbox
from reporting.models import Alarm
from tests.support.barred import called
from tests.support.build import a_report, signed_in
from tests.support.reporter import act, come_back, words_of
from vault.compartments import Compartment, readers
from vault.keys import stored_digest

pytestmark = pytest.mark.django_db
EVENING = "2027-03-01 20:00+01:00"  # a Monday
NUMBER = "06 12 34 56 78"


@time_machine.travel(EVENING, tick=False)
@pytest.mark.parametrize("number", ["", NUMBER])
def test_who_is_named_in_what_is_told_apart_loses_its_alarm(place, number):
    caller = called(place["archivist"], "Xerxes", "Zoutkamp")
    DutyShift.objects.create(organisation=place.organisation, person=caller, begins=0, ends=7 * 24 * 60)
    given = {"danger": "unsafe", "call_number": number} if number else {}
    complaint, receipt = _complaint(place, given)
    for _ in range(3):
        run_due()
    url = reverse("cases:alarm", args=[Alarm.objects.get(complaint=complaint).occasion])
    assert signed_in(caller).post(url).status_code == 302, "the accused says to call"
    client = Client()
    words = "Xerxes Zoutkamp bedreigt mij: over hem gaat dit."
    act(client, come_back(client, receipt), "apart", complaint=str(complaint.id), text=words)
    assert complaint.messages.count() == 2
    for _ in range(3):
        run_due()
    page = signed_in(caller).get(url)
    assert caller.id not in readers(complaint.report.case, Compartment.CALL), "the accused has the key of the number"
    assert page.status_code == 404, words_of(page)


def _complaint(place, given):
    report, receipt = a_report(place, "aggression", **given)
    open_case(report)
    told = "Mijn rooster is veranderd."
    made = complain(report, open_mailbox(receipt).opened, "retaliation", told, token=stored_digest("page", uuid4()))
    return made, receipt
