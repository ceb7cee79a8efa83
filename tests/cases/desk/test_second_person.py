"""Whatever two people decide: they are two humans, it lapses with the case, and only who can answer hears of it."""

from uuid import uuid4

import pytest
from django.core import mail
from django.utils import timezone

from cases.corrections.kind import KindAnswers, ask_kind, decide_kind
from cases.deciding.proposals import agree, propose, refuse
from cases.desk.refusals import Refused
from cases.desk.two_people import lapse, seconds
from cases.identity.identity import answer_identity, ask_identity
from cases.models import Case, Redaction, TwoPersonRequest
from cases.people.concerned import say_somebody_else
from cases.people.transfer import ask_transfer, decide_transfer, destinations
from cases.redaction.exports import Why, answer_export, ask_export
from cases.redaction.sets import check_redaction
from cases.waiting.queue import waiting_for
from cases.worklist.quarantine import judge
from jobs.runner import run_due
from organisations.access.bars import Suspended, is_barred, suspend
from organisations.access.policy import Actor
from organisations.models import Assignment, Person
from organisations.people.comparing import compare_again
from organisations.people.naming import NAME_FIELDS
from reporting.models import Report
from tests.cases.deciding.test_two_people import _choice
from tests.support.barred import compare_now
from tests.support.build import REASON, a_case, walk, who

pytestmark = pytest.mark.django_db
OTHER_KIND = KindAnswers("nepotism", "alderman:")
WHY = Why("de gemeenteraad", "inzage", "Woo 4.1")


def _proposal(case: Case, actor: Actor):
    return propose(case, _choice(case, "respond_none"), actor=actor, revision=case.revision)


def _kind(case: Case, actor: Actor):
    return ask_kind(case, "integrity", OTHER_KIND, REASON, actor=actor)


def _transfer(case: Case, actor: Actor):
    return ask_transfer(case, destinations(case)[0].organisation.id, actor=actor, reason=REASON)


def _export(case: Case, actor: Actor):
    redaction = Redaction.objects.create(
        case=case, number=1, state="approved", title=uuid4(), made_by=actor.person, token=uuid4()
    )
    return case.exports.create(
        number=1, redaction=redaction, outside=True, words=uuid4(), state="asked", asked_by=actor.person, token=uuid4()
    )


def _name(case: Case, actor: Actor):
    return ask_identity(case, motive="contact", words=REASON, actor=actor, token=uuid4())


ASK = {"proposal": _proposal, "kind": _kind, "transfer": _transfer, "export": _export, "name": _name}
AGREE = {
    "proposal": lambda case, row, actor: agree(case, row.id, actor=actor),
    "kind": lambda case, row, actor: decide_kind(case, actor=actor, agree=True),
    "transfer": lambda case, row, actor: decide_transfer(row, actor=actor, agree=True),
    "export": lambda case, row, actor: answer_export(case, row.number, agree=True, actor=actor),
    "name": lambda case, row, actor: answer_identity(case, row.id, agree=True, actor=actor),
}
REFUSE = {
    "proposal": lambda case, row, actor: refuse(case, row.id, actor=actor, reason=REASON),
    "kind": lambda case, row, actor: decide_kind(case, actor=actor, agree=False),
    "transfer": lambda case, row, actor: decide_transfer(row, actor=actor, agree=False),
    "export": lambda case, row, actor: answer_export(case, row.number, agree=False, actor=actor),
    "name": lambda case, row, actor: answer_identity(case, row.id, agree=False, actor=actor),
}


@pytest.fixture
def case(place):
    return walk(a_case(place), "acknowledge", "assess", "low")


def _become_one(person: Person, other: Person) -> None:
    """From now on both rows are called the same, as when one human was entered twice."""
    Person.objects.filter(id=other.id).update(**{name: getattr(person, name) for name in NAME_FIELDS})


@pytest.mark.parametrize("kind", ASK)
def test_two_rows_of_one_human_never_ask_and_agree(case, kind):
    asks, other = who(case.id, "case_officer"), who(case.id, "co_reader")
    row = ASK[kind](case, asks)
    assert isinstance(row, TwoPersonRequest)
    assert other.person in seconds(row)
    assert any(one.number == case.number for one in waiting_for(other))
    _become_one(asks.person, other.person)
    assert other.person not in seconds(row)
    assert not any(one.number == case.number for one in waiting_for(other) if one.since == timezone.localdate())
    with pytest.raises(Refused, match="zelf gevraagd"):
        AGREE[kind](case, row, other)
    row.refresh_from_db()
    assert row.answered_by is None


@pytest.mark.parametrize("kind", ASK)
def test_only_who_can_answer_hears_of_it(case, kind):
    asks, other = who(case.id, "case_officer"), who(case.id, "co_reader")
    _become_one(asks.person, other.person)
    run_due()
    mail.outbox.clear()
    row = ASK[kind](case, asks)
    run_due()
    told = {address for message in mail.outbox for address in message.to}
    if kind != "export":  # made without its verb here
        assert told == {person.email for person in seconds(row)}
    assert not told & {asks.person.email, other.person.email}


@pytest.mark.parametrize("kind", ASK)
def test_what_waits_lapses_when_the_case_ends(place, case, kind):
    if kind == "name":  # with aggression it opens at once, and waits for nobody
        case = a_case(place, "integrity")
    row = ASK[kind](case, who(case.id, "case_officer"))
    lapse(case)
    row.refresh_from_db()
    assert row.state == ("asked" if kind == "export" else "lapsed"), "an export is asked after the end too"


def test_who_lost_the_case_asks_nothing_any_more(case):
    asks, other = who(case.id, "case_officer"), who(case.id, "co_reader")
    row = _transfer(case, asks)
    Assignment.objects.filter(case=case.id, person=asks.person).update(ended=True, ended_on=timezone.localdate())
    with pytest.raises(Refused, match="werkt niet meer aan de zaak"):
        decide_transfer(row, actor=other, agree=True)


@pytest.mark.parametrize("kind", ASK)
def test_while_who_asked_is_compared_the_words_say_to_wait_and_afterwards_it_is_agreed(place, case, kind):
    if kind == "name":  # with aggression it opens at once, and waits for nobody
        case = a_case(place, "integrity")
    asks, other = who(case.id, "case_officer"), who(case.id, "co_reader")
    row = ASK[kind](case, asks)
    run_due()
    compare_again(asks.person)
    with pytest.raises(Refused, match="over een paar minuten") as refused:
        AGREE[kind](case, row, other)
    assert "werkt niet meer" not in str(refused.value)
    row.refresh_from_db()
    assert row.state == "asked"
    compare_now()
    if kind != "export":  # there is no file behind it here
        AGREE[kind](case, row, other)
        row.refresh_from_db()
        assert row.answered_by == other.person


def test_who_is_out_of_the_case_does_not_work_it_while_they_are_compared(case):
    asks, other = who(case.id, "case_officer"), who(case.id, "co_reader")
    row = _transfer(case, asks)
    run_due()
    suspend(case.id, case.report.organisation, [Suspended(str(asks.person.id))])
    compare_again(asks.person)
    with pytest.raises(Refused, match="werkt niet meer aan de zaak"):
        decide_transfer(row, actor=other, agree=True)


def test_an_export_that_is_asked_of_nobody_is_made(case):
    export = ask_export(case, WHY, redaction=None, outside=False, actor=who(case.id, "case_officer"), token=uuid4())
    assert (export.state, export.answered_by) == ("made", None)


def test_a_redaction_is_not_checked_by_another_row_of_who_made_it(case):
    made, other = who(case.id, "case_officer"), who(case.id, "co_reader")
    case.redactions.create(number=1, state="offered", title=uuid4(), made_by=made.person, token=uuid4())
    _become_one(made.person, other.person)
    with pytest.raises(Refused, match="zelf"):
        check_redaction(case, 1, approve=True, remark="", seen=0, actor=other)


@pytest.mark.parametrize("kind", REFUSE)
def test_two_rows_of_one_human_never_ask_and_refuse(case, kind):
    asks, other = who(case.id, "case_officer"), who(case.id, "co_reader")
    row = ASK[kind](case, asks)
    _become_one(asks.person, other.person)
    with pytest.raises(Refused, match="zelf gevraagd"):
        REFUSE[kind](case, row, other)
    row.refresh_from_db()
    assert row.answered_by is None


def test_two_rows_of_one_human_never_let_somebody_back(case):
    first, other, out = who(case.id, "case_officer"), who(case.id, "co_reader"), who(case.id, "handler").person
    [row] = suspend(case.id, case.report.organisation, [Suspended(str(out.id))])
    assert not say_somebody_else(case, row.id, REASON, actor=first)
    _become_one(first.person, other.person)
    with pytest.raises(Refused):
        say_somebody_else(case, row.id, REASON, actor=other)
    assert is_barred(case.id, out.id)


def test_two_rows_of_one_human_never_set_a_report_aside(case):
    first, other = who(case.id, "case_officer"), who(case.id, "co_reader")
    Report.objects.filter(id=case.report_id).update(lane=Report.Lane.PROPOSED, lane_by=first.person)
    _become_one(first.person, other.person)
    judge(other, [case.report_id], real=False)
    case.report.refresh_from_db()
    assert case.report.lane == Report.Lane.PROPOSED
