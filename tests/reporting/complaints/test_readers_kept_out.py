"""Whoever may not know of a case, or may be meant by what was told apart about it, reads nothing of that and hears nothing of it."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.invariants import broken_invariants
from jobs.models import Job
from jobs.outbox import enqueue
from jobs.runner import run_due
from organisations.access.bars import is_barred, recuse
from organisations.access.routing import ALARMED
from organisations.models import Assignment, Person
from organisations.people.appointments import Rosters, declare_relation
from reporting.complaints.readers import readers_now
from reporting.job_kinds import ReportJob
from reporting.models import Complaint
from tests.support.barred import about_nobody, called
from tests.support.build import signed_in
from tests.support.reporter import act, come_back, words_of
from vault.compartments import readers

pytestmark = pytest.mark.django_db
ABOUT_ZOUTKAMP = "Ik wil iemand anders: Xerxes Zoutkamp bedreigt mij."


def _tell(receipt: str, text: str = "Ik wil graag iemand anders.") -> Complaint:
    client = Client()
    assert act(client, come_back(client, receipt), "other_handler", text=text).status_code == 200
    return Complaint.objects.get()


def _further(complaint: Complaint, receipt: str, text: str) -> None:
    before, client = complaint.messages.count(), Client()
    act(client, come_back(client, receipt), "apart", complaint=str(complaint.id), text=text)
    assert complaint.messages.count() == before + 1


def _reader(complaint: Complaint) -> Person:
    return readers_now(complaint)[0].person


def _page(person: Person, complaint: Complaint):
    return signed_in(person).get(reverse("cases:complaint", args=[complaint.id]))


def _work_all() -> None:
    """The slot of the mail came too."""
    Job.objects.filter(state="open").update(due=timezone.now())
    run_due()


def _named_in_the_case(place):
    """Something told apart, of which the first reader is named in a message of the case since."""
    case, receipt = about_nobody(place)
    complaint = _tell(receipt)
    run_due()
    accused = called(_reader(complaint), "Xerxes", "Zoutkamp")
    client, said = Client(), {"text": "Xerxes Zoutkamp nam het geld zelf aan.", "about_reader": "unknown"}
    act(client, come_back(client, receipt), "message", **said)
    assert is_barred(case.id, accused.id)
    return complaint, accused, receipt


def test_a_reader_who_is_named_in_the_case_gets_no_mail_of_what_was_told_apart(place):
    complaint, accused, receipt = _named_in_the_case(place)
    mail.outbox.clear()
    _work_all()  # also what was promised before they were named
    _further(complaint, receipt, "Hoort er iemand mij nog?")
    _work_all()
    assert accused.email not in {to for message in mail.outbox for to in message.to}


def test_somebody_else_reads_it_once_its_reader_is_named_in_the_case(place):
    complaint, accused, _receipt = _named_in_the_case(place)
    run_due()
    assert _page(accused, complaint).status_code == 404
    reading = {row.person for row in readers_now(complaint)}
    assert reading
    assert accused not in reading
    assert accused.id not in readers(complaint.id)


def test_a_reader_of_what_was_dealt_with_loses_it_too_once_they_are_kept_out_of_the_case(place):
    case, receipt = about_nobody(place)
    complaint = _tell(receipt)
    reader = _reader(complaint)
    Complaint.objects.update(closed_on=timezone.localdate())
    recuse(case.id, [reader.id])
    assert any("assignment of what was told apart about it" in words for words in broken_invariants())
    enqueue(ReportJob.END_PARTS, case.id)
    run_due()
    assert not [words for words in broken_invariants() if "told apart" in words]
    assert not Assignment.objects.running().filter(case=complaint.id, person=reader).exists()
    assert reader.id not in readers(complaint.id)


def test_nobody_who_is_kept_out_of_the_case_is_mailed_that_nobody_reads_what_was_told_apart(place):
    case, receipt = about_nobody(place)
    complaint = _tell(receipt)
    _work_all()
    rosters = Rosters(timezone.localdate())
    watched = [person for code in ALARMED for person in rosters.holders(place.organisation, code) if person.email]
    others = [person for person in watched if person.id not in set(Assignment.objects.values_list("person", flat=True))]
    assert others
    recuse(case.id, [others[0].id])
    mail.outbox.clear()
    enqueue(ReportJob.ALARM_COMPLAINT, complaint.id)
    _work_all()
    told = {to for message in mail.outbox for to in message.to}
    assert told
    assert others[0].email not in told


def test_a_reader_who_is_related_to_whom_the_reporter_names_later_reads_no_longer(place):
    _case, receipt = about_nobody(place)
    chair = called(place["alderman"], "Xerxes", "Zoutkamp")
    complaint = _tell(receipt)
    reader = _reader(complaint)
    with time_machine.travel(timezone.now() - timedelta(weeks=2)):  # a declaration of its week would take it away
        declare_relation(reader, place.organisation, chair, "partner")
    run_due()
    assert _page(reader, complaint).status_code == 200
    _further(complaint, receipt, "Xerxes Zoutkamp bedreigt mij.")
    page = _page(reader, complaint)
    assert page.status_code == 404, words_of(page)
    assert reader.id not in readers(complaint.id)


def test_a_reader_who_declares_a_relation_to_whom_the_reporter_named_reads_no_longer(place):
    """'Het telt vanaf nu voor elke melding.'"""
    _case, receipt = about_nobody(place)
    chair = called(place["alderman"], "Xerxes", "Zoutkamp")
    complaint = _tell(receipt, ABOUT_ZOUTKAMP)
    reader = _reader(complaint)
    assert reader != chair
    declared = signed_in(reader).post("/werkplek/relaties/", {"other": str(chair.id), "code": "partner"})
    assert declared.status_code == 302
    assert _page(reader, complaint).status_code == 404, "not before a worker looked either"
    run_due()
    assert _page(reader, complaint).status_code == 404
    assert reader.id not in readers(complaint.id)
    assert readers_now(complaint)


def test_a_reader_whose_name_became_that_of_whom_the_reporter_named_reads_no_longer(place):
    _case, receipt = about_nobody(place)
    complaint = _tell(receipt, ABOUT_ZOUTKAMP)
    reader = _reader(complaint)
    called(reader, "Xerxes", "Zoutkamp")
    assert _page(reader, complaint).status_code == 404
    assert reader.id not in readers(complaint.id)


def test_a_reader_is_not_meant_by_what_they_wrote_themselves(place):
    _case, receipt = about_nobody(place)
    complaint = _tell(receipt)
    reader = called(_reader(complaint), "Willemijn", "Oosterbaan")
    answer = {"what": "answer", "text": "Wij kijken ernaar. Willemijn Oosterbaan", "token": complaint.id}
    signed_in(reader).post(reverse("cases:complaint", args=[complaint.id]), answer)
    _further(complaint, receipt, "Dank u wel.")
    assert _page(reader, complaint).status_code == 200
