"""What a reporter tells apart: who reads it, with which keys, until when, and what the reporter sees of it."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cases.deciding.opening import open_case
from cases.invariants import broken_invariants
from cases.models import Case
from jobs.models import Job
from jobs.outbox import next_mail_slot
from jobs.runner import run_due
from organisations.access.bars import barred_among
from organisations.models import Assignment, Person
from reporting.complaints.complaints import complain
from reporting.complaints.readers import keep_apart, pass_on, readers_now
from reporting.mailbox.mailbox import open_mailbox
from reporting.models import Complaint, ComplaintMessage, Message, Report, Told
from tests.support.build import a_report, who
from tests.support.reporter import act, come_back, words_of
from vault import ledger
from vault.compartments import readers
from vault.models import KeyGrant, KeyPair

pytestmark = pytest.mark.django_db


def _report(place, **answers) -> tuple[Report, str]:
    report, receipt = a_report(place, **({"kind": "integrity", "subject": "employee:"} | answers))
    open_case(report)
    return report, receipt


def _tell(receipt: str, action: str, **fields) -> Complaint:
    client = Client()
    assert act(client, come_back(client, receipt), action, **fields).status_code == 200
    return Complaint.objects.latest("pk") if Complaint.objects.count() > 1 else Complaint.objects.get()


def _of_the_case(report: Report) -> set:
    return set(Assignment.objects.filter(case=report.case).values_list("person", flat=True))


def test_the_officer_named_never_reads_what_is_said_of_the_officer(place):
    """Three things that reached the officer before: only the message, which is meant for who handles the report, does."""
    report, receipt = _report(place)
    officer = who(report.case, "case_officer").person
    for action, text in (("retaliation", "WRAAK-1"), ("other_handler", "WRAAK-2"), ("message", "GEWOON-3")):
        client = Client()
        act(client, come_back(client, receipt), action, text=f"{officer.name}: {text}")
    client = Client()
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = words_of(client.get(f"/werkplek/zaak/{report.case}/berichten/"))
    assert "GEWOON-3" in page
    assert "WRAAK" not in page
    assert [message.kind for message in Message.objects.all()] == ["message"]
    assert not Told.objects.filter(code__in=["asked_other_handler", "told_retaliation"]).exists()
    run_due()
    assert not Case.objects.get().deadlines.filter(code="RETALIATION_48H").exists()


def test_the_keys_are_those_of_its_readers_the_reporter_and_recovery(place):
    report, receipt = _report(place)
    complaint = _tell(receipt, "other_handler", text="Iemand anders graag.")
    by_routing = {row.person_id for row in readers_now(complaint)}
    assert by_routing
    assert not by_routing & _of_the_case(report)
    assert readers(complaint.id) == by_routing
    holders = KeyGrant.objects.filter(case=complaint.id).values_list("reader__purpose", "reader__holder")
    assert {holder for purpose, holder in holders if purpose == KeyPair.Purpose.REPORTER} == {report.id}
    assert {holder for purpose, holder in holders if purpose == KeyPair.Purpose.RECOVERY} == {complaint.handled_by_id}
    assert len(holders) == len(by_routing) + 2
    assert barred_among(complaint.id, _of_the_case(report)).recused == set(_of_the_case(report))


def test_who_once_had_the_case_never_reads_it(place):
    report, receipt = _report(place)
    Assignment.objects.filter(case=report.case, relation__in=["handler", "co_reader"]).update(ended=True)
    complaint = _tell(receipt, "complaint", way="complaint", text="Ik hoor niets.")
    assert not {row.person_id for row in readers_now(complaint)} & _of_the_case(report)


def test_the_page_says_before_and_after_who_reads_it_and_names_nobody(place):
    _reported, receipt = _report(place)
    page = come_back(Client(), receipt)
    said = re.findall(r"Dit leest: ([^.]*?), of een vervanger\. Niet wie uw melding behandelt", words_of(page))
    assert len(said) == 2
    complaint = _tell(receipt, "other_handler", text="Iemand anders graag.")
    after = words_of(come_back(Client(), receipt))
    reader = readers_now(complaint)[0]
    assert said[0] == f"{reader.capacity_label} ({reader.organisation})"
    assert "U vroeg om een andere behandelaar." in after
    assert "Iemand anders graag." in after
    assert reader.person.name not in after


def test_readers_who_changed_since_the_page_was_made_are_shown_first(place):
    _reported, receipt = _report(place)
    client = Client()
    page = come_back(client, receipt)
    complaint = _tell(receipt, "other_handler", text="Wie leest dit?")
    Person.objects.filter(id__in=[row.person_id for row in readers_now(complaint)]).update(is_active=False)
    again = act(client, page, "other_handler", text="Iemand anders graag.")
    assert again.status_code == 422
    assert "Wie dit leest, is intussen veranderd" in words_of(again)
    assert Complaint.objects.count() == 1


def test_a_formal_complaint_says_that_it_reaches_whom_it_is_against_and_has_the_term_of_the_law(place):
    _reported, receipt = _report(place)
    page = words_of(come_back(Client(), receipt))
    assert "Degene over wie het gaat, krijgt die ook" in page
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=timezone.get_current_timezone()), tick=False):
        complaint = _tell(receipt, "complaint", way="formal_complaint", text="Zo behandelt men geen mensen.")
    assert timezone.localtime(complaint.due).date().isoformat() == "2027-04-12"
    assert "geeft uw klacht aan degene over wie die gaat" in words_of(come_back(Client(), receipt))


def test_who_read_an_earlier_complaint_does_not_read_one_about_the_handling(place):
    _reported, receipt = _report(place)
    first = _tell(receipt, "other_handler", text="Iemand anders graag.")
    client = Client()
    act(client, come_back(client, receipt), "complaint", way="complaint", text="Er gebeurt niets met mijn vraag.")
    second = Complaint.objects.exclude(id=first.id).get()
    earlier = {row.person_id for row in readers_now(first)}
    assert not earlier & {row.person_id for row in readers_now(second)}
    assert barred_among(second.id, earlier).recused == set(earlier)


def test_a_page_that_is_sent_twice_is_one_complaint(place):
    _reported, receipt = _report(place)
    client = Client()
    page = come_back(client, receipt)
    act(client, page, "retaliation", text="Ik mag niet meer mee.")
    again = act(client, page, "retaliation", text="Ik mag niet meer mee.")
    assert "eerder verstuurd" in words_of(again)
    assert Complaint.objects.count() == ComplaintMessage.objects.count() == 1


def test_of_an_anonymous_reporter_no_day_and_no_hour_is_kept(place):
    _reported, receipt = _report(place, known_as="anonymous")
    complaint = _tell(receipt, "retaliation", text="Ik kreeg geen nieuw contract.")
    message = complaint.messages.get()
    slot = complaint.due - timedelta(hours=48)
    assert slot == next_mail_slot(), "the same for everybody who tells something before that slot"
    assert complaint.on.weekday() == message.on.weekday() == 0
    assert [entry.action for entry in ledger.entries(complaint.id)] == []
    asked = _tell(receipt, "other_handler", text="")
    mails = Job.objects.filter(kind="mail.ping", key__startswith=f"complaint:{asked.id.hex}")
    if asked.kind == "other_handler":
        assert {timezone.localtime(mail.due).hour for mail in mails} <= {9, 14}


def test_where_nobody_is_left_it_is_kept_and_two_others_are_alarmed(place):
    report, receipt = _report(place)
    busy = _of_the_case(report)
    Person.objects.exclude(id__in=busy).filter(functions__isnull=False).update(is_active=False)
    page = words_of(come_back(Client(), receipt))
    assert "Er is nu niemand die dit apart mag lezen" in page
    complaint = _tell(receipt, "other_handler", text="Iemand anders graag.")
    assert readers(complaint.id) == set()
    Job.objects.filter(kind="mail.ping").delete()
    run_due()
    told = set(Job.objects.filter(kind="mail.ping").values_list("target", flat=True))
    assert told == {place["administrator"].id, place["auditor"].id}
    after = words_of(come_back(Client(), receipt))
    assert "Iemand anders graag." in after
    assert "Er is nu niemand die dit mag lezen" in after


def test_a_small_organisation_goes_outside(place):
    report, receipt = _report(place)
    inside = Person.objects.filter(functions__organisation=place.organisation)
    inside = inside | Person.objects.filter(roles__organisation=place.organisation)
    ids = set(inside.values_list("id", flat=True)) - _of_the_case(report)
    place.organisation.sister = place.others["province"].organisation
    place.organisation.save()
    Person.objects.filter(id__in=ids).update(is_active=False)
    complaint = _tell(receipt, "complaint", way="complaint", text="Ik hoor niets.")
    assert complaint.handled_by == place.others["province"].organisation
    assert readers(complaint.id)


def test_a_reader_who_comes_to_work_the_case_reads_it_no_longer(place):
    report, receipt = _report(place)
    complaint = _tell(receipt, "other_handler", text="Iemand anders graag.")
    reader = readers_now(complaint)[0]
    Assignment.objects.create(
        case=report.case,
        person=reader.person,
        organisation=reader.organisation,
        relation="handler",
        capacity="registrar",
    )
    assert reader.person_id not in {row.person_id for row in readers_now(complaint)}
    keep_apart(complaint.report)
    assert reader.person_id not in readers(complaint.id)
    assert readers(complaint.id)
    assert barred_among(complaint.id, [reader.person_id]).recused
    assert "Iemand anders graag." in words_of(come_back(Client(), receipt))


def test_whom_a_complaint_names_is_not_its_next_reader(place):
    report, receipt = _report(place)
    opened = open_mailbox(receipt).opened
    first = complain(report, opened, "retaliation", "Iemand zet mij onder druk.", token=b"1" * 16)
    pass_on(first, readers_now(first)[0].person_id)
    later = readers_now(first)[0].person
    second = complain(report, opened, "retaliation", f"Ook {later.name} zet mij onder druk.", token=b"2" * 16)
    assert later not in [row.person for row in readers_now(second)]
    for reader in readers_now(second):
        pass_on(second, reader.person_id)
    assert later not in [row.person for row in readers_now(second)]
    assert later.id not in readers(second.id)


def test_a_routing_that_breaks_loses_nothing(place, monkeypatch):
    from reporting.complaints import readers as room

    report, receipt = _report(place)

    def breaks(*_args):
        raise RuntimeError("broken rules")

    monkeypatch.setattr(room, "route", breaks)
    box = open_mailbox(receipt)
    complaint = complain(report, box.opened, "complaint", "Ik hoor niets.", token=b"once")
    assert readers(complaint.id) == set()
    assert Job.objects.filter(kind="reporting.alarm_complaint").exists()


def test_nothing_is_broken_by_it(place):
    _reported, receipt = _report(place)
    before = broken_invariants()
    _tell(receipt, "complaint", way="formal_complaint", text="Zo behandelt men geen mensen.")
    assert broken_invariants() == before
