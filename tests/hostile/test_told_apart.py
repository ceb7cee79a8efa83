"""Whom a reporter names in what is told apart, and who is related to them."""

import pytest
from django.test import Client
from django.urls import reverse

from jobs.runner import run_due
from organisations.models import Person
from organisations.people.appointments import declare_relation
from reporting.complaints.readers import readers_now
from reporting.models import Complaint
from tests.support.barred import about_nobody, called
from tests.support.build import signed_in
from tests.support.reporter import act, come_back, words_of

pytestmark = pytest.mark.django_db


def _tell(receipt: str, **fields) -> Complaint:
    client = Client()
    assert act(client, come_back(client, receipt), "other_handler", **fields).status_code == 200
    return Complaint.objects.get()


def _reader(complaint: Complaint) -> Person:
    return readers_now(complaint)[0].person


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
