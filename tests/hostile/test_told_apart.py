"""Whom a reporter names in what is told apart, and who is related to them."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.people.handover import recovery_of, successor
from jobs.models import Job
from jobs.runner import run_due
from organisations.access.bars import is_barred
from organisations.models import Assignment, Person
from organisations.people.appointments import declare_relation
from reporting.complaints.readers import readers_now
from reporting.models import Complaint
from tests.support.barred import about_nobody, called
from tests.support.build import signed_in, who
from tests.support.reporter import act, come_back, words_of

pytestmark = pytest.mark.django_db


def _tell(receipt: str, **fields) -> Complaint:
    client = Client()
    assert act(client, come_back(client, receipt), "other_handler", **fields).status_code == 200
    return Complaint.objects.get()


def _reader(complaint: Complaint) -> Person:
    return readers_now(complaint)[0].person


@pytest.mark.parametrize("relation", ["case_officer", "co_reader"])
def test_a_task_is_not_given_to_whom_the_reporter_says_to_be_threatened_by(place, relation):
    case, receipt = about_nobody(place)
    task = who(case.id, relation).person
    comes = successor(case, relation, recovery_of(case), leaving=task.id).person
    called(comes, "Xerxes", "Zoutkamp")
    complaint = _tell(
        receipt, text="Geef mij een ander. Niet Xerxes Zoutkamp: die bedreigt mij, over hem gaat mijn melding."
    )
    reader = _reader(complaint)
    row = Assignment.objects.running().get(case=case.id, relation=relation)
    url = reverse("cases:complaint", args=[complaint.id])
    assert signed_in(reader).post(url, {"what": "give", "assignment": row.id}).status_code == 302
    run_due()
    assert who(case.id, relation).person != comes, "the task went to whom the reporter named"
    assert signed_in(comes).get(f"/werkplek/zaak/{case.id}/melding/").status_code == 404


def test_a_reader_who_is_related_to_whom_the_reporter_names_later_reads_no_longer(place):
    _case, receipt = about_nobody(place)
    chair = called(place["alderman"], "Xerxes", "Zoutkamp")
    complaint = _tell(receipt, text="Ik wil graag iemand anders.")
    reader = _reader(complaint)
    declare_relation(reader, place.organisation, chair, "partner")
    run_due()
    client = Client()
    act(client, come_back(client, receipt), "apart", complaint=str(complaint.id), text="Xerxes Zoutkamp bedreigt mij.")
    assert complaint.messages.count() == 2
    url = reverse("cases:complaint", args=[complaint.id])
    page = signed_in(reader).get(url)
    assert page.status_code == 404, words_of(page)


def test_a_reader_who_declares_a_relation_to_whom_the_reporter_named_reads_no_longer(place):
    """'Het telt vanaf nu voor elke melding.'"""
    _case, receipt = about_nobody(place)
    chair = called(place["alderman"], "Xerxes", "Zoutkamp")
    complaint = _tell(receipt, text="Ik wil iemand anders: Xerxes Zoutkamp bedreigt mij.")
    reader = _reader(complaint)
    assert reader != chair
    declared = signed_in(reader).post("/werkplek/relaties/", {"other": str(chair.id), "code": "partner"})
    assert declared.status_code == 302
    run_due()
    url = reverse("cases:complaint", args=[complaint.id])
    assert signed_in(reader).get(url).status_code == 404


def test_a_reader_whose_name_became_that_of_whom_the_reporter_named_reads_no_longer(place):
    _case, receipt = about_nobody(place)
    complaint = _tell(receipt, text="Ik wil iemand anders: Xerxes Zoutkamp bedreigt mij.")
    reader = _reader(complaint)
    called(reader, "Xerxes", "Zoutkamp")
    run_due()
    url = reverse("cases:complaint", args=[complaint.id])
    assert signed_in(reader).get(url).status_code == 404


def run_due_at_last() -> None:
    """The slot of the mail came too."""
    Job.objects.filter(state="open").update(due=timezone.now())
    run_due()


def _named_in_the_case(place):
    """Something told apart, of which the first reader is named in a message of the case since."""
    case, receipt = about_nobody(place)
    complaint = _tell(receipt, text="Ik wil graag iemand anders.")
    run_due()
    accused = called(_reader(complaint), "Xerxes", "Zoutkamp")
    client = Client()
    said = {"text": "Xerxes Zoutkamp nam het geld zelf aan.", "about_reader": "unknown"}
    act(client, come_back(client, receipt), "message", **said)
    run_due()
    assert is_barred(case.id, accused.id)
    return complaint, accused, receipt


def test_a_reader_who_is_named_in_the_case_gets_no_mail_of_what_was_told_apart(place):
    complaint, accused, receipt = _named_in_the_case(place)
    run_due_at_last()  # what was promised before goes now
    mail.outbox.clear()
    client = Client()
    act(client, come_back(client, receipt), "apart", complaint=str(complaint.id), text="Hoort er iemand mij nog?")
    assert complaint.messages.count() == 2
    run_due_at_last()
    assert accused.email not in {to for message in mail.outbox for to in message.to}, "the accused gets a mail"


def test_what_was_told_apart_is_read_by_somebody_else_once_its_reader_is_named_in_the_case(place):
    complaint, accused, _receipt = _named_in_the_case(place)
    assert signed_in(accused).get(reverse("cases:complaint", args=[complaint.id])).status_code == 404
    reading = {row.person for row in readers_now(complaint)} - {accused}
    assert accused not in {row.person for row in readers_now(complaint)}
    assert reading, "nobody can read it, and nobody is alarmed"
