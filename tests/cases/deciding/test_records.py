"""What was recorded: what runs stands on top, ends with a day and words, and nothing with a last day outlives its case."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from cases.deciding.decisions import Choice
from cases.deciding.judging import options_of, situation
from cases.deciding.proposals import propose
from cases.deciding.records.amounts import amount_of
from cases.deciding.records.records import by_form, end_record, extend_record, records_of, running
from cases.desk.refusals import Refused
from cases.models import CaseRecord, RecordChange
from cases.related.joining import join
from jobs.models import Job
from jobs.runner import run_due
from organisations.models import Assignment
from reporting.dialogue.dialogue import say
from tests.support.build import REASON, a_case, a_place, posted, signed_in, take, walk, who
from tests.support.reporter import words_of
from vault.compartments import Compartment, open_compartment
from vault.models import SealedText
from weerbaar.demo.deeds import a_deed, a_row

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
WAY_TO_REPLY = (
    "register", "accept", "preliminary_inquiry", "plausible", "internal", "inform_subject", "signed", "draft_ready",
    "send_extracts",
)  # fmt: skip

WAY_TO_CLOSE = ("respond_letter", "not_filed", "no_damage", "give_feedback", "no_more_care", "close")


@pytest.fixture
def case():
    return walk(a_case(a_place()), "acknowledge", "assess", "medium", "adopt")


def _record(case, form: str = "measure") -> CaseRecord:
    return case.records.get(form=form)


def _client(case, relation: str = "case_officer"):
    return signed_in(who(case.id, relation).person)


def _url(case, rest: str = "") -> str:
    return f"/werkplek/zaak/{case.id}/vastgelegd/{rest}"


def _end(case, came_to: str, fields: dict, form: str = "measure"):
    return _client(case).post(_url(case, f"{_record(case, form).id}/einde/{came_to}/"), fields)


def test_what_runs_stands_on_top_with_its_last_day_and_can_be_ended(case):
    page = words_of(_client(case).get(_url(case)))
    assert "Loopt nog" in page
    assert "Geef een latere laatste dag" in page
    answer = _end(case, "done", {"on": TODAY().isoformat(), "record-1-words": "De sloten zijn vervangen."})
    assert answer.status_code == 302
    ended = _record(case)
    assert (ended.came_to, ended.ended_on) == ("done", TODAY())
    page = words_of(_client(case).get(_url(case)))
    assert "Loopt nog" not in page
    assert "De sloten zijn vervangen." in page


def test_a_measure_of_which_the_last_day_passed_is_late(case):
    CaseRecord.objects.filter(id=_record(case).id).update(until=TODAY() - timedelta(days=1))
    assert "De laatste dag is voorbij" in words_of(_client(case).get(_url(case)))


@pytest.mark.parametrize("days", [1, -400])
def test_nothing_ends_in_the_future_or_before_it_was_made(case, days):
    on = (TODAY() + timedelta(days=days)).isoformat()
    answer = _end(case, "done", {"on": on, "record-1-words": "Wat ik typte."})
    assert answer.status_code == 422
    assert "Wat ik typte." in answer.content.decode()
    assert not _record(case).came_to


def test_what_ended_does_not_end_twice_and_the_words_are_sealed(case):
    actor, record = who(case.id, "case_officer"), _record(case)
    end_record(case, record.id, "done", TODAY(), {"words": "Klaar."}, actor=actor)
    with pytest.raises(Refused):
        end_record(case, record.id, "stopped", TODAY(), {"words": "Toch niet."}, actor=actor)
    change = RecordChange.objects.get()
    assert SealedText.objects.get(id=change.words).purpose == "record_change"


def test_who_reads_along_sees_it_and_ends_nothing(case):
    reader = _client(case, "co_reader")
    assert reader.get(_url(case)).status_code == 200
    assert reader.get(_url(case, f"{_record(case).id}/einde/done/")).status_code == 404
    assert reader.post(_url(case, f"{_record(case).id}/langer/")).status_code == 404


def test_a_last_day_moves_on_with_a_reason_and_never_back(case):
    record, client = _record(case), _client(case)
    page = _url(case, f"{record.id}/langer/")
    earlier, later = record.until - timedelta(days=1), record.until + timedelta(days=14)
    assert client.post(page, {"until": earlier.isoformat(), "reason": REASON}).status_code == 422
    assert client.post(page, {"until": later.isoformat(), "reason": "kort"}).status_code == 422
    assert client.post(page, {"until": later.isoformat(), "reason": REASON}).status_code == 302
    assert _record(case).until == later
    assert REASON in words_of(client.get(_url(case)))


def test_the_day_before_the_last_day_who_works_the_case_gets_a_mail_without_content(case):
    assert _mails_at_the_end_of(case) == sorted(
        task.person.email for task in Assignment.objects.filter(case=case.id, relation="case_officer", ended=False)
    )
    assert case.number not in "".join(message.subject + str(message.body) for message in mail.outbox)


def test_what_ended_or_lasts_longer_sends_no_mail(case):
    record, actor = _record(case), who(case.id, "case_officer")
    extend_record(case, record.id, record.until + timedelta(days=30), REASON, actor=actor)
    assert _mails_at_the_end_of(case, first=True) == []
    end_record(case, record.id, "done", TODAY(), {}, actor=actor)
    assert _mails_at_the_end_of(case) == []


def _mails_at_the_end_of(case, *, first: bool = False) -> list[str]:
    """Whom the job mails at noon: the morning before has come then, at whatever hour the suite runs."""
    with time_machine.travel(timezone.localtime().replace(hour=12, minute=0), tick=True):
        return _mails_of_the_due_jobs(case, first=first)


def _mails_of_the_due_jobs(case, *, first: bool) -> list[str]:
    run_due()
    mail.outbox.clear()
    jobs = Job.objects.filter(target=_record(case).id).order_by("due")
    if not first:
        CaseRecord.objects.filter(id=_record(case).id).update(until=TODAY() + timedelta(days=1))
    for job in jobs[:1] if first else jobs:
        job.due = timezone.now()
        job.save()
    run_due()
    run_due()
    return sorted(address for message in mail.outbox for address in message.to)


def test_damage_adds_up_per_owner():
    case = walk(a_case(a_place()), "acknowledge", "assess", "medium", "adopt", "respond_letter")
    actor = who(case.id, "case_officer")
    code = next(code for code, rule in case.protocol.every_decision() if rule.done_by.record == "damage")
    rule = dict(case.protocol.every_decision())[code]
    row = dict(a_row("damage", timezone.now()))
    of_victim = {"whose": "victim", "mandate_on": TODAY().isoformat()}
    rows = (row | {"amount": "100,50"}, row | {"amount": "49.50"}, row | {"amount": "10"} | of_victim)
    now = timezone.now()
    walk(case, "not_filed")
    deed = a_deed(case, rule, now)
    take(case, code, actor, deed=replace(deed, rows=rows))
    first = case.records.filter(form="damage")[0]
    end_record(case, first.id, "part", TODAY(), {"recovered": "60"}, actor=actor)
    [group] = [group for group in by_form(records_of(case, actor)) if group.label == "Schade"]
    totals = dict(group.totals)
    assert totals["Van de organisatie: Bedrag in euro's"] == "€ 150,00"
    assert totals["Van wie het overkwam, alleen met volmacht: Bedrag in euro's"] == "€ 10,00"
    assert totals["Van de organisatie: Hoeveel euro is vergoed?"] == "€ 60,00"
    assert next(one.record.form for one in running(records_of(case, actor))) == "measure"


@pytest.mark.parametrize(
    "amount",
    [
        "Infinity",
        "NaN",
        "-1",
        "1e12",
        "veel",
        "1_000",
        "99,505",
        "1,000",
        "1.00.000",
        "12.34,56",
        "99,5",
        "٣",
        "9" * 5000,
    ],
)
def test_an_amount_is_an_amount(amount):
    assert amount_of(amount) is None


@pytest.mark.parametrize(
    ("written", "euros"),
    [("250", "250"), ("1.000", "1000"), ("1.250,50", "1250.50"), ("12.345.678", "12345678"), ("99.50", "99.50")],
)
def test_an_amount_is_read_as_people_write_it_here(written, euros):
    assert amount_of(written) == Decimal(euros)


def test_the_page_shows_one_number_on_the_line_and_in_the_total(place):
    case = walk(a_case(place), "acknowledge", "assess", "medium", "adopt", "respond_letter", "not_filed")
    code = next(code for code, rule in case.protocol.every_decision() if rule.done_by.record == "damage")
    client = signed_in(who(case.id, "case_officer").person)
    sent = posted(case, code) | {"record-1-amount": "1.000", "record-1-claimed": "not", "record-1-claimed_amount": ""}
    url = reverse("cases:decision", args=[case.id, code])
    refused = client.post(url, sent | {"record-1-amount": "1,000"})
    assert refused.status_code == 422
    assert "bijvoorbeeld 250, 1.250 of 99,50" in words_of(refused)
    assert 'value="1,000"' in refused.content.decode()
    assert client.post(url, sent).status_code == 302
    page = words_of(client.get(reverse("cases:records", args=[case.id])))
    assert set(re.findall(r"€ [0-9.,]+", page)) == {"€ 1.000,00"}, "on the line and in the total"


def test_the_right_of_reply_ends_before_its_term_only_when_everybody_answered():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", *WAY_TO_REPLY)
    actor, record = who(case.id, "case_officer"), _record(case, "extract")
    assert "extract" not in situation(case).ended
    now = record.decision.done_at
    on = timezone.localdate(now)
    with pytest.raises(Refused):
        end_record(case, record.id, "replied", on, {}, actor=actor, now=now)
    with pytest.raises(Refused):  # what an officer says of it is not the word of who replied
        end_record(case, record.id, "replied", on, {"where": "Map 3"}, actor=actor, now=now)
    end_record(case, record.id, "replied", on, {"where": "Map 3", "how": "letter"}, actor=actor, now=now)
    assert "extract" in situation(case).ended
    waiting = [
        option
        for option in options_of(case, now=now)
        if option.decision.not_before and option.decision.not_before.unless
    ]
    assert waiting
    assert all(option.not_before is None for option in waiting)


def test_a_case_with_a_running_measure_does_not_close(case):
    now = timezone.now() + timedelta(days=200)
    key = open_compartment(
        case.id,
        Compartment.CONTENT,
        who(case.id, "case_officer").organisation.id,
        who(case.id, "case_officer").person.id,
    )
    say(case.report, key, "Ik wil stoppen.", kind="withdraw")
    walk(case, "offer_adviser")
    option = next(option for option in options_of(case, now=now) if option.code == "withdraw")
    assert option.still_runs == ("measure",)
    rule = option.decision
    with pytest.raises(Refused) as refused:
        propose(
            case,
            Choice(option.code, REASON, rule.outcome[0] if rule.outcome else "", {}, a_deed(case, rule, now)),
            actor=who(case.id, "case_officer"),
            revision=case.revision,
            now=now,
        )
    assert "Maatregelen" in str(refused.value)


def test_a_case_does_not_close_while_a_measure_runs_in_a_case_that_ends_with_it():
    place = a_place()
    lead, joined = a_case(place), walk(a_case(place), "acknowledge", "assess", "medium", "adopt")
    lead = walk(lead, "acknowledge", "assess", "low")
    join(joined, lead.id, actor=who(joined.id, "case_officer"))
    lead.refresh_from_db()
    with pytest.raises(Refused, match=joined.number):
        walk(lead, *WAY_TO_CLOSE)
    joined.refresh_from_db()
    assert joined.is_open
