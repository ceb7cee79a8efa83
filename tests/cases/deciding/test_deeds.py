"""A case says only what happened: over chance histories no deadline is met, no step left and no case ended without its deed.

What is asserted is read from the rows and the mailbox, never from the code that judges a deed.
"""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from cases.deciding.decisions import Choice, decide, decisions_taken
from cases.deciding.deeds import NO_DEED, Deed, TextToReporter
from cases.deciding.judging import options_of
from cases.deciding.proposals import agree, propose
from cases.desk.refusals import Refused
from cases.models import Case, CaseDecision, Proposal
from cases.protocol.definitions import Decision
from cases.protocol.engine import NEVER, Option
from reporting.dialogue.dialogue import asked_to_stop, conversation, say
from reporting.models import Fact, Message
from tests.support.build import REASON, a_case, a_place, read_report, second, walk, who
from vault.compartments import Compartment, open_compartment
from weerbaar.demo.deeds import a_deed

pytestmark = pytest.mark.django_db
STEPS = 28


@pytest.mark.parametrize("seed", range(3))
def test_over_chance_histories_nothing_counts_without_its_deed(seed):
    _history(seed)


@pytest.mark.rehearsal
@pytest.mark.parametrize("seed", range(100, 124))
def test_over_many_chance_histories_nothing_counts_without_its_deed(seed):
    _history(seed)


def _history(seed: int) -> None:
    chance = random.Random(seed)
    place = a_place()
    case = a_case(place, chance.choice(["aggression", "integrity", "pressure"]))
    now = timezone.now()
    for _step in range(STEPS):
        if not case.is_open:
            break
        now += timedelta(hours=chance.choice([1, 5, 30, 200]))
        option = _chosen(case, chance, now)
        if option is None:
            _reporter_asks_to_stop(case)
            continue
        maker = _maker(case, option.decision)
        if option.decision.done_by.read:
            read_report(case, maker)
        _is_refused_with_less(case, option, maker, chance, now)
        _take(case, option, maker, chance, now)
        case.refresh_from_db()
        _holds(case)


def _chosen(case: Case, chance: random.Random, now) -> Option | None:
    wanted = [option for option in options_of(case, now=now) if option.allowed]
    if now - timezone.now() < timedelta(days=3):  # nobody was tried to reach on two days yet
        wanted = [option for option in wanted if option.code != "not_reached"]
    forward = [option for option in wanted if option.decision.to and not option.track]
    if chance.random() < 0.05:
        return None
    return chance.choice(forward if forward and chance.random() < 0.6 else wanted)


def _reporter_asks_to_stop(case: Case) -> None:
    actor = who(case.id, "handler")
    key = open_compartment(case.id, Compartment.CONTENT, actor.organisation.id, actor.person.id)
    if asked_to_stop(case.report) is None:
        say(case.report, key, "Ik wil stoppen.", kind="withdraw")


def _maker(case: Case, rule: Decision):
    return who(case.id, "case_officer" if "case_officer" in rule.who else rule.who[0])


def _is_refused_with_less(case: Case, option: Option, maker, chance: random.Random, now) -> None:
    """One part of the deed is left out: nothing is kept, sent or counted."""
    rule, whole = option.decision, a_deed(case, option.decision, now)
    if rule.done_by.is_empty or (rule.done_by.other_person and whole == NO_DEED):
        return
    parts = [
        name for name in ("told", "rows", "sent", "file", "party") if getattr(whole, name) != getattr(Deed(), name)
    ]
    less = replace(whole, **{name: getattr(Deed(), name) for name in [chance.choice(parts)]})
    before = _seen(case)
    with pytest.raises(Refused):
        _act(case, option, maker, less, chance, now)
    assert _seen(case) == before
    if rule.done_by.other_person:
        with pytest.raises(Refused):  # one person alone, with everything
            decide(
                case,
                Choice(option.code, reason=REASON, outcome=_outcome(rule, chance), deed=whole),
                actor=maker,
                revision=case.revision,
                now=now,
            )
        assert _seen(case) == before


def _take(case: Case, option: Option, maker, chance: random.Random, now) -> None:
    _act(case, option, maker, a_deed(case, option.decision, now), chance, now)
    if not option.decision.done_by.other_person:
        return
    proposal = case.proposals.get(code=option.code, state=Proposal.State.ASKED)
    before = _seen(case)
    with pytest.raises(Refused):
        agree(case, proposal.id, actor=maker, now=now)
    assert _seen(case) == before  # a proposal alone does nothing
    agree(case, proposal.id, actor=second(case, maker), now=now)


def _act(case: Case, option: Option, maker, deed: Deed, chance: random.Random, now) -> None:
    rule = option.decision
    choice = Choice(option.code, REASON, _outcome(rule, chance), deed=deed)
    if rule.done_by.other_person:
        propose(case, choice, actor=maker, revision=case.revision, now=now)
        return
    decide(
        case,
        Choice(option.code, reason=REASON, outcome=choice.outcome, deed=deed),
        actor=maker,
        revision=case.revision,
        now=now,
    )


def _outcome(rule: Decision, chance: random.Random) -> str:
    choices = [code for code in rule.outcome if code != "statutory_power"]
    return chance.choice(choices) if choices else ""


def _seen(case: Case) -> tuple:
    case.refresh_from_db()
    return (
        case.phase,
        case.decisions.count(),
        case.records.count(),
        case.report.messages.count(),
        case.report.told.count(),
        case.deadlines.exclude(met_at=None).count(),
        Fact.objects.count(),
    )


def _holds(case: Case) -> None:
    """The whole property, over everything that was decided so far."""
    rules = dict(case.protocol.every_decision())
    taken = list(case.decisions.select_related("actor", "agreed_by"))
    told = case.report.messages.filter(by=Message.By.DESK).count()
    by_code = {decision.code: decision for decision in taken}
    for deadline in case.deadlines.exclude(met_at=None):
        assert any(deadline.code in rules[code].meets for code in by_code), deadline.code
        assert deadline.met_at in {decision.done_at for decision in taken}, deadline.code
    messages = [decision for decision in taken if rules[decision.code].done_by.message]
    assert told == len(messages)
    for decision in taken:
        rule = rules[decision.code]
        by_two = rule.done_by.other_person or (bool(rule.other_person_when) and _was_high(taken, decision))
        assert (decision.agreed_by_id is not None) == by_two, decision.code
        assert decision.agreed_by_id != decision.actor_id
        assert bool(rule.done_by.record) == decision.records.exists(), decision.code
    _replies_had_their_time(case, taken)
    _high_threats_were_told_to_the_police(case, taken)
    if not case.is_open:
        _ended_by_two_and_told(case, taken[-1], rules[taken[-1].code])


def _replies_had_their_time(case: Case, taken: list[CaseDecision]) -> None:
    sent = [decision for decision in taken if decision.code == "send_extracts"]
    for decision in taken:
        if decision.code == "replies_in":
            out = [one.done_at for one in sent if one.sequence < decision.sequence]
            assert out
            assert decision.done_at - max(out) >= timedelta(days=10)


WEIGHINGS = {"low", "medium", "high"}


def _was_high(taken: list[CaseDecision], decision: CaseDecision) -> bool:
    """Whether the last weighing before a decision was high."""
    before = [one.code for one in taken if one.sequence < decision.sequence and one.code in WEIGHINGS]
    return before[-1:] == ["high"]


def _high_threats_were_told_to_the_police(case: Case, taken: list[CaseDecision]) -> None:
    rules = dict(case.protocol.every_decision())
    final = {name for name, phase in case.protocol.phases.items() if phase.final}
    for decision in taken:
        rule = rules[decision.code]
        answers = rule.outcome or rule.to in final or any(code.startswith("AFTERCARE") for code in rule.waives)
        if answers and case.kind == "aggression" and _was_high(taken, decision):
            weighed = max(one.sequence for one in taken if one.code == "high" and one.sequence < decision.sequence)
            between = {one.code for one in taken if weighed < one.sequence < decision.sequence}
            assert between & {"consult_police", "no_police_consultation"}, decision.code


def _ended_by_two_and_told(case: Case, last: CaseDecision, rule: Decision) -> None:
    assert last.agreed_by_id
    assert rule.done_by.message
    if "withdrawn" in rule.outcome and rule.done_by.reporter:
        assert case.report.messages.filter(kind="withdraw").exists()
    elif case.phase == "closed":
        codes = set(case.decisions.values_list("code", flat=True))
        assert {"acknowledge", "give_feedback"} <= codes
        assert codes & {"no_more_care", "not_reached", "aftercare_3m", "complete"}
        assert not case.records.filter(
            form__in=["measure", "outsider_measure", "damage", "interim"], came_to=""
        ).exists()


def test_what_was_said_by_telephone_counts_as_a_message_and_dates_the_deadline():
    case = a_case(a_place())
    officer = who(case.id, "case_officer")
    read_report(case, officer)
    called = timezone.now()
    now = called + timedelta(hours=30)  # recorded after the 24 hours, said within them
    told = TextToReporter(
        "Verteld dat wij het onderzoeken en vrijdag bellen.", way="call", at=called.isoformat(), whom="de melder"
    )
    decide(case, Choice("acknowledge", deed=Deed(told=told)), actor=officer, revision=case.revision, now=now)
    deadline = case.deadlines.get(code="ACK_24H")
    assert deadline.met_at == called
    assert not deadline.is_missed(now)
    key = open_compartment(case.id, Compartment.CONTENT, officer.organisation.id, officer.person.id)
    [message] = conversation(case.report, key, reader=Message.By.REPORTER)
    assert told.text in message.text
    assert message.text != told.text  # it says that and when they spoke
    assert any("de melder" in words for _what, words in decisions_taken(case, officer)[0].details)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (TextToReporter(""), "message"),
        (TextToReporter("Gedaan: [vul in]."), "message"),
        (TextToReporter("Wij belden u gisteren.", way="call", whom="de melder"), "message_at"),
        (TextToReporter("Wij belden u gisteren.", way="call", at="2199-01-01T10:00", whom="de melder"), "message_at"),
        (TextToReporter("Wij belden u gisteren.", way="call", at="2001-01-01T10:00", whom="de melder"), "message_at"),
        (TextToReporter("Wij belden u gisteren.", way="call", at="gisteren", whom="de melder"), "message_at"),
        (TextToReporter("Wij belden u gisteren.", way="call", at="2026-01-01T10:00"), "message_whom"),
    ],
)
def test_what_was_not_said_is_no_message_and_the_field_says_so(told, field):
    case = a_case(a_place())
    read_report(case, who(case.id, "case_officer"))
    with pytest.raises(Refused) as refused:
        decide(
            case,
            Choice("acknowledge", deed=Deed(told=told)),
            actor=who(case.id, "case_officer"),
            revision=case.revision,
        )
    assert refused.value.field == field
    assert not case.report.messages.exists()


def test_a_threat_is_weighed_again_while_the_case_runs_and_the_case_stays_where_it_is():
    case = walk(a_case(a_place()), "assess", "low")
    assert case.phase == "perpetrator_response"
    options = {option.code: option for option in options_of(case)}
    assert options["high"].again
    walk(case, "high")
    assert case.phase == "perpetrator_response"
    assert case.deadlines.pending().filter(code="MEASURES_3WD").exists()
    walk(case, "add_measures")
    assert not case.deadlines.pending().filter(code="MEASURES_3WD").exists()


def test_a_term_from_the_beginning_of_a_step_does_not_begin_again_by_what_is_decided_in_that_step():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept", "no_follow_up=unfounded")
    assert case.phase == "aftercare"
    earliest = {option.code: option.not_before for option in options_of(case)}["complete"]
    later = timezone.now() + timedelta(days=5)
    walk(case, "ask_advice", now=later)
    assert {option.code: option.not_before for option in options_of(case, now=later)}["complete"] == earliest


def test_a_withdrawal_is_the_reporters_act_and_waits_for_three_working_days_and_the_adviser():
    case = a_case(a_place())
    assert "withdraw" not in {option.code for option in options_of(case)}
    _reporter_asks_to_stop(case)
    options = {option.code: option for option in options_of(case)}
    assert options["withdraw"].missing == ("offer_adviser",)
    assert options["withdraw"].not_before not in {None, NEVER}
    walk(case, "offer_adviser")
    actor = who(case.id, "case_officer")
    rule = options["withdraw"].decision
    with pytest.raises(Refused):
        propose(
            case,
            Choice("withdraw", REASON, deed=a_deed(case, rule, timezone.now())),
            actor=actor,
            revision=case.revision,
        )
    key = open_compartment(case.id, Compartment.CONTENT, actor.organisation.id, actor.person.id)
    say(case.report, key, "Ik ga toch door.", kind="go_on")
    assert "withdraw" not in {option.code for option in options_of(case)}
