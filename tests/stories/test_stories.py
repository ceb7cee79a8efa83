"""Stories of the design that this landing can tell, in their simplest form: S1, S2, S3, S9."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cases.counting.facts import leave_report
from cases.deciding.opening import open_case
from cases.desk.codes import case_codes
from cases.models import Case
from jobs.outbox import next_mail_slot
from organisations.models import Assignment
from reporting.counting.facts import quarter
from reporting.dialogue.progress import lines, progress_words
from reporting.models import Report
from tests.support.build import a_case, a_place, a_report, allowed, signed_in, walk, who
from tests.support.figures.editions import publish
from tests.support.figures.facts import facts
from vault import ledger
from vault.compartments import Compartment, readers

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_s1_a_threat_at_night_is_handled_answered_and_counted():
    place = a_place()
    report, receipt = a_report(place, own_function="council_member")
    assert receipt
    case = open_case(report)
    assert case.protocol_id == "safety"
    deadline = case.deadlines.get(code="PERP_RESPONSE_48H")
    assert deadline.due == report.received_at + timedelta(hours=48)
    assert case.deadlines.get(code="ACK_24H").due == report.received_at + timedelta(hours=24)
    walk(case, "acknowledge", "assess", "medium", "adopt", "respond_letter")
    assert case.deadlines.get(code="PERP_RESPONSE_48H").met_at is not None
    assert not case.deadlines.get(code="PERP_RESPONSE_48H").is_missed()
    walk(case, "filed", "no_damage")
    leave_report(case, timezone.now())  # as the worker does on the day on which it counts
    assert "complete" not in allowed(case)
    walk(case, "give_feedback", "aftercare_24h", "aftercare_1w", "aftercare_1m", "aftercare_3m", "complete", "close")
    assert case.phase == "closed"
    assert lines(report)[-1].text == str(progress_words()["closed"])
    counted = list(facts("reports", [quarter(timezone.localdate())]))
    assert [(one.codes["aggression_form"], one.codes["group"]) for one in counted] == [("threat", "council_member")]
    assert {one.codes["outcome"] for one in facts("outcomes", [quarter(case.closed_on)])} == {"response_letter"}


def test_s2_an_anonymous_report_about_an_alderman_goes_the_whole_way_to_a_disposition():
    place = a_place()
    alderman = place["alderman"]
    report, _receipt = a_report(place, "integrity", known_as="anonymous", subject=f"alderman:{alderman.id}")
    case = open_case(report)
    assert who(case.id, "handler").person == place["mayor"]
    support = Assignment.objects.filter(case=case.id, relation="support")
    assert {task.person for task in support} == {place["general_secretary"], place["registrar"]}
    assert report.received_at is None
    assert report.received_on.weekday() == 0
    assert readers(case.id, Compartment.IDENTITY) == set()
    walk(case, "acknowledge", "register", "accept", "preliminary_inquiry", "plausible", "internal", "inform_subject")
    walk(case, "signed", "draft_ready", "hold")
    assert case.deadlines.running().filter(code="FEEDBACK_3M").exists()
    walk(
        case,
        "give_feedback",
        "resume",
        "replies_in",
        "accept_report",
        "to_body",
        "dispose=written_address",
        "complete",
        "close",
    )
    assert case_codes(case)["outcome"] == "political"
    assert [one.codes["path"] for one in facts("outcomes", [quarter(case.closed_on)])] == ["internal"]
    assert all(entry.at.__class__.__name__ == "date" for entry in ledger.entries(case.id) if entry.actor is None)


def test_s3_about_the_mayor_the_cabinet_has_the_keys_and_counts_it_where_it_happened():
    place = a_place()
    report, _receipt = a_report(place, "integrity", known_as="confidential", subject=f"mayor:{place['mayor'].id}")
    case = open_case(report)
    province = place.others["province"]
    assert case.organisation == province.organisation
    assert who(case.id, "handler").person.id in readers(case.id, Compartment.FILE)
    follower = signed_in(place["registrar"])
    page = follower.get(f"/werkplek/zaak/{case.id}/")
    assert page.status_code == 200
    assert "U bewaakt het proces" in page.content.decode()
    assert follower.get(f"/werkplek/zaak/{case.id}/melding/").status_code == 404
    walk(case, "register", actor=who(case.id, "handler"))
    leave_report(case, timezone.now())
    assert [one.organisation for one in facts("reports", [quarter(timezone.localdate())])] == [place.organisation.id]


def test_s9_a_misread_character_is_named_and_a_lost_receipt_leaks_nothing():
    place = a_place()
    _report, receipt = a_report(place, account="Alleen met de code te lezen.")
    client = Client()
    misread = receipt[:-2] + ("A" if receipt[-2] != "A" else "B") + receipt[-1]
    assert "typfout in de code" in client.post("/terug/", {"receipt": misread}).content.decode()
    from vault.receipts import new_receipt

    unknown = client.post("/terug/", {"receipt": new_receipt()})
    assert unknown.status_code == 422
    assert "Wij kennen deze code niet" in unknown.content.decode()
    assert "Alleen met de code te lezen." not in unknown.content.decode()
    found = client.post("/terug/", {"receipt": receipt.lower().replace("-", " ")})
    assert "Alleen met de code te lezen." in found.content.decode()
    assert not client.cookies


def test_pressure_without_a_subject_is_handled_by_the_chair_and_ends_with_a_measure():
    place = a_place()
    case = a_case(place, "pressure", known_as="anonymous")
    assert who(case.id, "handler").person == place["mayor"]
    walk(case, "acknowledge", "register", "accept")
    assert "investigate" not in allowed(case)
    walk(case, "preliminary_inquiry", "conclude=training", "complete", "close")
    assert case_codes(case)["outcome"] == "informal"


def test_hour_deadlines_of_an_anonymous_report_run_from_the_slot_or_from_when_it_is_read_before():
    place = a_place()
    case = a_case(place, "aggression", known_as="anonymous")
    from_slot = next_mail_slot() + timedelta(hours=24)
    assert case.deadlines.get(code="ACK_24H").due == from_slot
    adviser_like = who(case.id, "support")
    signed_in(adviser_like.person).get(f"/werkplek/zaak/{case.id}/")
    assert case.deadlines.get(code="ACK_24H").due == from_slot
    signed_in(who(case.id, "case_officer").person).get(f"/werkplek/zaak/{case.id}/melding/")
    assert case.deadlines.get(code="ACK_24H").due < from_slot


def test_opening_a_case_twice_is_opening_it_once():
    report, _receipt = a_report(a_place())
    first, second = open_case(report), open_case(report)
    assert first == second
    assert Case.objects.count() == Report.objects.count() == 1
    assert first.deadlines.count() == 7


def test_what_was_reported_and_handled_is_in_the_next_edition():
    """From the button to the published figure, in a quarter that is over."""
    place = a_place()
    today = timezone.localdate()
    moment = timezone.now() - timedelta(
        days=(today - today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)).days + 20
    )
    for _ in range(12):
        report, _receipt = a_report(place, now=moment, own_function="council_member")
        case = walk(open_case(report), "assess", now=moment)
        leave_report(case, moment + timedelta(days=14))
        walk(case, "withdraw=withdrawn")
    period = quarter(timezone.localdate(moment))
    edition = publish(period)
    published = dict(edition.stored.get(table="Q1").rows)
    assert published["aggression"] in {10, 15}
    assert published["_T"] == published["aggression"]
    page = Client().get(f"/monitor/{period}/Q1/").content.decode()
    assert re.search(rf">\s*{published['_T']}\s*<", page)


def test_what_was_withdrawn_before_it_was_registered_is_in_no_figure():
    case = walk(a_case(a_place()), "withdraw=withdrawn")
    this = [quarter(timezone.localdate())]
    assert case.phase == "withdrawn"
    assert list(facts("reports", this)) == list(facts("outcomes", this)) == []
