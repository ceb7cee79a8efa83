"""Whoever is named in what was told apart does not come to the case, in whatever way somebody comes; who has it loses nothing."""

from contextlib import suppress
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cases.alarm.alarm import ring
from cases.people.departure.leaving import deactivate
from cases.people.handover import colleagues, recovery_of, successor
from cases.people.transfer import destinations
from jobs.runner import run_due
from organisations.access.routing import NoAdviser
from organisations.models import Assignment, DutyShift
from organisations.people.appointments import declare_relation
from reporting.complaints.heard import named_apart
from reporting.complaints.readers import readers_now
from reporting.mailbox.mailbox import open_mailbox, share_identity
from reporting.models import Alarm, AlarmCall, Complaint
from tests.support.barred import about_nobody, called, task_of, url_of
from tests.support.build import REASON, signed_in, who
from tests.support.reporter import act, come_back

pytestmark = pytest.mark.django_db
WORDS = "Geef mij een ander. Niet Xerxes Zoutkamp: die bedreigt mij, over hem gaat mijn melding."


def _tell(receipt: str) -> Complaint:
    client = Client()
    assert act(client, come_back(client, receipt), "other_handler", text=WORDS).status_code == 200
    return Complaint.objects.get()


def _comes(case, relation: str):
    return successor(case, relation, recovery_of(case), leaving=who(case.id, relation).person.id)


@pytest.mark.parametrize("relation", ["case_officer", "co_reader"])
def test_a_task_is_not_given_to_whom_the_reporter_says_to_be_threatened_by(place, relation):
    case, receipt = about_nobody(place)
    comes = called(_comes(case, relation).person, "Xerxes", "Zoutkamp")
    complaint = _tell(receipt)
    reader = signed_in(readers_now(complaint)[0].person)
    row = Assignment.objects.running().get(case=case.id, relation=relation)
    url = reverse("cases:complaint", args=[complaint.id])
    assert reader.post(url, {"what": "give", "assignment": row.id}).status_code == 302
    run_due()
    assert who(case.id, relation).person not in {comes, row.person}
    assert signed_in(comes).get(url_of(case, "melding/")).status_code == 404


def test_a_task_is_not_given_to_a_relative_of_whom_the_reporter_names(place):
    case, receipt = about_nobody(place)
    comes = _comes(case, "case_officer").person
    declare_relation(comes, place.organisation, called(place["alderman"], "Xerxes", "Zoutkamp"), "partner")
    _tell(receipt)
    assert _comes(case, "case_officer").person != comes


def test_nobody_hands_a_task_over_to_whom_the_reporter_named_apart(place):
    case, receipt = about_nobody(place)
    named = called(colleagues(case)[-1].person, "Xerxes", "Zoutkamp")
    assert named in {one.person for one in colleagues(case)}
    _tell(receipt)
    assert named not in {one.person for one in colleagues(case)}
    officer = who(case.id, "case_officer").person
    page = url_of(case, f"toegang/{task_of(case, 'case_officer').id}/overdragen/")
    assert signed_in(officer).post(page, {"to": str(named.id), "reason": REASON}).status_code == 422
    assert who(case.id, "case_officer").person == officer


def test_a_case_goes_to_no_organisation_for_whom_the_reporter_named_apart(place):
    case, receipt = about_nobody(place)
    outside = destinations(case)
    assert outside
    called(outside[0].person, "Xerxes", "Zoutkamp")
    assert outside[0].person in {one.person for one in destinations(case)}
    _tell(receipt)
    assert outside[0].person not in {one.person for one in destinations(case)}


def test_whoever_leaves_is_not_followed_by_whom_the_reporter_named_apart(place):
    case, receipt = about_nobody(place)
    officer, named = (
        who(case.id, "case_officer").person,
        called(_comes(case, "case_officer").person, "Xerxes", "Zoutkamp"),
    )
    _tell(receipt)
    deactivate(officer, place.organisation, by=place["administrator"])
    run_due()
    assert who(case.id, "case_officer").person not in {named, officer}


def test_an_alarm_of_the_report_calls_nobody_whom_the_reporter_named_apart(place):
    case, receipt = about_nobody(place)
    named, other = called(place["archivist"], "Xerxes", "Zoutkamp"), place["alderman"]
    for person in (named, other):
        DutyShift.objects.create(organisation=place.organisation, person=person, begins=0, ends=7 * 24 * 60)
    _tell(receipt)
    alarm = Alarm.objects.create(report=case.report, occasion=case.id)
    for _round in range(3):
        ring(alarm.id)
    assert set(AlarmCall.objects.values_list("person", flat=True)) == {other.id}


@pytest.mark.parametrize("is_named", [True, False])
def test_an_adviser_whom_the_reporter_named_apart_gets_no_name(place, is_named):
    case, receipt = about_nobody(place)
    adviser = called(place["confidential_adviser"], "Xerxes", "Zoutkamp")
    if is_named:
        _tell(receipt)
    with suppress(NoAdviser):
        share_identity(open_mailbox(receipt), "Sanne Vis", "sanne@example.org", "confidential", token=b"t" * 32)
    advises = Assignment.objects.filter(case=case.id, relation="adviser", person=adviser)
    assert advises.exists() != is_named


def test_what_a_reader_wrote_themselves_keeps_them_from_nothing(place):
    """They sign what they write to the reporter."""
    case, receipt = about_nobody(place)
    complaint = _tell(receipt)
    reader = called(readers_now(complaint)[0].person, "Willemijn", "Oosterbaan")
    answer = {"what": "answer", "text": "Wij kijken ernaar. Willemijn Oosterbaan", "token": uuid4()}
    assert signed_in(reader).post(reverse("cases:complaint", args=[complaint.id]), answer).status_code == 302
    assert complaint.messages.count() == 2
    other = called(place["archivist"], "Willemijn", "Oosterbaan")
    assert named_apart(case.report, {reader.id, other.id}) == {other.id}
