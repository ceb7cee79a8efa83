"""The readers of what was told apart: they find it, answer it, and give the case to somebody else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.deadlines.feed import read_feed, renew_feed
from cases.invariants import broken_invariants
from cases.models import Case, HandOver
from jobs.models import Job
from organisations.access.bars import barred_among
from organisations.access.policy import Actor
from organisations.models import Assignment
from reporting.complaints.complaints import close
from reporting.complaints.readers import readers_now
from reporting.models import Complaint, Told
from reporting.pings import ping_key
from tests.support.build import signed_in, who
from tests.support.full_case import a_complaint
from tests.support.pages import fields_of
from tests.support.reporter import come_back, words_of
from vault import ledger
from vault.compartments import readers

pytestmark = pytest.mark.django_db
NOWHERE = "00000000-0000-4000-8000-000000000000"


def _url(complaint) -> str:
    return reverse("cases:complaint", args=[complaint.id])


def _reader(complaint) -> Client:
    return signed_in(readers_now(complaint)[0].person)


def test_its_reader_finds_it_and_nobody_else_does(place):
    complaint, _receipt = a_complaint(place)
    reader = _reader(complaint)
    assert "Apart verteld (1)" in words_of(reader.get("/werkplek/"))
    assert complaint.report.number in words_of(reader.get("/werkplek/apart/"))
    page = words_of(reader.get(_url(complaint)))
    assert "Dat is de broer van de dader." in page
    assert "Wie de zaak behandelt, ziet hier niets van" in page
    assert reader.get(f"/werkplek/zaak/{complaint.report.case}/").status_code == 404
    for relation in ("handler", "case_officer", "co_reader", "support"):
        stranger = signed_in(who(complaint.report.case, relation).person)
        assert "Apart verteld" not in words_of(stranger.get("/werkplek/"))
        here, nowhere = stranger.get(_url(complaint)), stranger.get(reverse("cases:complaint", args=[NOWHERE]))
        assert (here.status_code, nowhere.status_code) == (404, 404)
        assert here.content.replace(str(complaint.id).encode(), b"") == nowhere.content.replace(NOWHERE.encode(), b"")
        assert stranger.post(_url(complaint), {"what": "leave"}).status_code == 404


def test_a_reader_who_gets_a_task_in_the_case_loses_it_at_once(place):
    complaint, _receipt = a_complaint(place)
    row = readers_now(complaint)[0]
    client = signed_in(row.person)
    Assignment.objects.create(
        case=complaint.report.case,
        person=row.person,
        organisation=row.organisation,
        relation="support",
        capacity=row.capacity,
    )
    assert client.get(_url(complaint)).status_code == 404


def test_the_reporter_reads_the_answer_and_why_it_was_dealt_with(place):
    complaint, receipt = a_complaint(place)
    reader = _reader(complaint)
    assert reader.post(_url(complaint), {"what": "answer", "text": "", "token": uuid4()}).status_code == 422
    assert (
        reader.post(_url(complaint), {"what": "answer", "text": "Wie bedoelt u?", "token": uuid4()}).status_code == 302
    )
    assert reader.post(_url(complaint), {"what": "close", "reason": "kort"}).status_code == 422
    assert reader.post(_url(complaint), {"what": "close", "reason": "Een ander doet het nu."}).status_code == 302
    page = words_of(come_back(Client(), receipt))
    assert "Wie bedoelt u?" in page
    assert "Een ander doet het nu." in page
    assert "Dit is afgehandeld." in page
    assert reader.post(_url(complaint), {"what": "answer", "text": "Nog iets.", "token": uuid4()}).status_code == 200
    assert Complaint.objects.get().messages.count() == 3
    assert "Apart verteld" not in words_of(reader.get("/werkplek/"))


def test_the_case_is_given_to_somebody_else_as_in_any_handing_over(place):
    complaint, _receipt = a_complaint(place)
    case = Case.objects.get(id=complaint.report.case)
    leaving = Assignment.objects.get(case=case.id, relation="case_officer", ended=False)
    reader = _reader(complaint)
    said = reader.post(_url(complaint), {"what": "give", "assignment": leaving.id})
    assert said.status_code == 302
    comes = who(case.id, "case_officer").person
    assert comes not in {leaving.person, readers_now(complaint)[0].person}
    assert leaving.person_id not in readers(case.id)
    assert barred_among(case.id, [leaving.person_id]).recused
    assert signed_in(leaving.person).get(f"/werkplek/zaak/{case.id}/").status_code == 410
    handed = HandOver.objects.get()
    assert (handed.why, handed.relation, handed.made_by) == ("handed_over", "case_officer", None)
    case_chain = ledger.entries(case.id)
    assert case_chain[-1].action == "hand_over.handed_over"
    assert not [entry for entry in case_chain if "complaint" in entry.action]
    assert not [entry for entry in case_chain if entry.actor == readers_now(complaint)[0].person_id]
    assert "complaint.case_given" in [entry.action for entry in ledger.entries(complaint.id)]
    assert signed_in(comes).get(f"/werkplek/zaak/{case.id}/toegang/").status_code == 200
    assert broken_invariants() == []


def test_the_reporter_hears_that_somebody_else_handles_it(place):
    complaint, receipt = a_complaint(place, kind="other_handler", subject="alderman:")
    case = Case.objects.get(id=complaint.report.case)
    handler = who(case.id, "handler").person
    leaving = Assignment.objects.get(case=case.id, relation="handler", ended=False)
    reader = readers_now(complaint)[0].person
    signed_in(reader).post(_url(complaint), {"what": "give", "assignment": leaving.id})
    assert who(case.id, "handler").person not in {handler, reader}
    assert Told.objects.filter(report=complaint.report, code__in=["handed_over", "moved"]).count() == 1
    page = words_of(come_back(Client(), receipt))
    assert "Dat is de broer van de dader." in page


def test_where_only_a_reader_can_take_the_case_that_reader_no_longer_reads_what_was_told(place):
    complaint, receipt = a_complaint(place)
    before = [row.person for row in readers_now(complaint)]
    leaving = Assignment.objects.get(case=complaint.report.case, relation="handler", ended=False)
    said = signed_in(before[-1]).post(_url(complaint), {"what": "give", "assignment": leaving.id})
    assert said.status_code == 302
    handler = who(complaint.report.case, "handler").person
    assert handler in before
    assert readers(complaint.id) == {person.id for person in before} - {handler.id}
    assert "Dat is de broer van de dader." in words_of(come_back(Client(), receipt))


@pytest.mark.parametrize("dealt_with", [False, True])
def test_a_reader_who_becomes_the_handler_by_the_chain_reads_it_no_longer(place, dealt_with):
    """The handler is not free, and the next of the chain reads what was told apart: nobody but that reader did."""
    complaint, receipt = a_complaint(place, "complaint", subject="unknown:")
    before = readers_now(complaint)
    if dealt_with:
        close(complaint, "Een ander doet het nu.", actor=Actor.at(before[0].person, before[0].organisation))
    leaving = Assignment.objects.get(case=complaint.report.case, relation="handler", ended=False)
    url = reverse("cases:conflict", args=[leaving.case, leaving.id])
    said = signed_in(leaving.person).post(url, {"grounds": ["interest"], "reason": "Ik ken de melder te goed."})
    assert said.status_code == 302
    handler = who(leaving.case, "handler").person
    assert handler in [row.person for row in before], "else this tells nothing"
    assert handler.id not in readers(complaint.id)
    complaint.refresh_from_db()
    after = [row.person for row in readers_now(complaint)]
    assert dealt_with or after
    assert readers(complaint.id) == {person.id for person in after}
    assert handler not in after
    assert "Dat is de broer van de dader." in words_of(come_back(Client(), receipt))
    assert broken_invariants() == []


def test_who_is_not_free_lets_somebody_else_read_it(place):
    complaint, receipt = a_complaint(place, subject="unknown:")
    first = [row.person_id for row in readers_now(complaint)]
    for row in readers_now(complaint):
        assert signed_in(row.person).post(_url(complaint), {"what": "leave"}).status_code == 302
    complaint.refresh_from_db()
    after = readers_now(complaint)
    assert after
    assert not {row.person_id for row in after} & set(first)
    assert readers(complaint.id) == {row.person_id for row in after}
    assert "Dat is de broer van de dader." in words_of(signed_in(after[0].person).get(_url(complaint)))
    assert "Dat is de broer van de dader." in words_of(come_back(Client(), receipt))
    came = {ping_key("complaint", complaint.id, left, after[0].person_id) for left in first}
    assert Job.objects.filter(kind="mail.ping", target=after[0].person_id, key__in=came).exists()


def test_its_due_moment_stands_in_the_calendar_of_its_readers(place):
    complaint, _receipt = a_complaint(place)
    row = readers_now(complaint)[0]
    token = renew_feed(Actor.at(row.person, row.organisation))
    assert read_feed(token, "https://weerbaar.example").count(b"BEGIN:VEVENT") == 1


def test_hours_of_an_anonymous_report_run_although_nobody_opens_it(place):
    complaint, _receipt = a_complaint(place, "retaliation", known_as="anonymous")
    due = timezone.localtime(complaint.due)
    assert (due.hour, due.minute, due.second) in {(9, 0, 0), (14, 0, 0)}
    assert due > timezone.now() + timedelta(hours=48)
    page = words_of(_reader(complaint).get(_url(complaint)))
    complaint.refresh_from_db()
    assert complaint.due == due, "opening it changes nothing"
    assert f"{due.hour}.00" in page
    assert Job.objects.filter(kind="reporting.complaint_due", target=complaint.id).count() == 1


def test_a_double_click_answers_once(place):
    complaint, receipt = a_complaint(place)
    reader, url = _reader(complaint), _url(complaint)
    page = {**fields_of(reader.get(url)), "what": "answer", "text": "Wie bedoelt u?"}
    assert [reader.post(url, page).status_code for _ in range(2)] == [302, 302]
    assert words_of(come_back(Client(), receipt)).count("Wie bedoelt u?") == 1
