"""What the page of a decision says that will happen is what happens: for every decision of every protocol, in cases in which what it
can change is there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.deciding.decisions import Choice
from cases.deciding.deeds import Deed, whole_text
from cases.deciding.effects import Deciding, take_effect
from cases.deciding.foreseeing.foreseen import TELLING, Foreseen, foresee
from cases.deciding.judging import situation
from cases.deciding.proposals import propose
from cases.deciding.records.tracks import move_tracks_to
from cases.desk.codes import case_codes
from cases.desk.keys import key_of
from cases.models import Case, Proposal
from cases.protocol.definitions import PREVIOUS, Decision
from cases.protocol.engine import Option, Situation, leads_to, states_of
from cases.protocol.kinds.deadline_kinds import deadline_kinds
from cases.protocol.kinds.forms import is_own_deadline, message_forms
from organisations.access.policy import Actor
from organisations.models import Assignment
from reporting.models import Fact, Message
from tests.support.build import REASON, a_case, a_place, second, signed_in, walk, who
from tests.support.measures import BAN, a_measure, a_pressure_case, a_weighed_case
from tests.support.reporter import words_of
from vault.compartments import Compartment
from vault.keyring.keys import Codes
from weerbaar.demo.deeds import a_deed, a_party

pytestmark = pytest.mark.django_db
OUTCOME = {"safety": {"outcome": "response_none"}, "integrity": {"outcome": "informal", "disposition": "conversation"}}
BEGUN = {"safety": a_weighed_case, "integrity": a_pressure_case}


@dataclass
class Before:
    """What a decision can change, as it stood."""

    deadlines: dict
    tracks: dict
    running: set
    facts: int
    messages: int
    people: int
    registered: bool

    @classmethod
    def of(cls, case: Case) -> "Before":
        return cls(
            {one.id: one for one in case.deadlines.all()},
            states_of(case.protocol, situation(case)),
            set(case.records.filter(came_to="").values_list("id", flat=True)),
            Fact.objects.filter(population="outcomes").count(),
            case.report.messages.filter(by=Message.By.DESK).count(),
            Assignment.objects.filter(case=case.id).count(),
            case.registered_on is not None,
        )


def _every(case: Case) -> Iterator[tuple[str, Option]]:
    """(phase, option): every decision in each phase in which it can stand."""
    protocol = case.protocol
    for name, phase in protocol.phases.items():
        for code, rule in phase.decisions.items():
            yield name, Option(code, rule, anytime=False)
    here = case.phase
    for code, rule in protocol.anytime.items():
        yield here, Option(code, rule, anytime=True)
    for name, track in protocol.tracks.items():
        for state in track.states.values():
            for code, rule in state.decisions.items():
                yield here, Option(code, rule, anytime=True, track=name)
    final = next(name for name, phase in protocol.phases.items() if phase.final)
    for code, rule in protocol.after_closing.items():
        yield final, Option(code, rule, anytime=True)


def _stands(case: Case, phase: str, rule: Decision) -> Situation:
    """The case in this phase, with a running deadline of each kind that the decision can end, and with some that it cannot."""
    protocol = case.protocol
    was = case.phase
    case.phase, case.previous_phase = phase, was if rule.to == PREVIOUS else ""
    case.closed_on = timezone.localdate() if protocol.phases[phase].final else None
    case.save()
    there = set(case.deadlines.pending().filter(record=None).values_list("code", flat=True))
    due = timezone.now() + timedelta(days=9)
    measure = case.records.get(form="outsider_measure")
    for code in {*rule.meets, *rule.waives, "WOO_4W", "ACK_7D", "MEASURES_3WD"} - there:
        case.deadlines.create(code=code, due=due, record=measure if is_own_deadline(measure.form, code) else None)
    if protocol.phases[phase].aside:
        case.deadlines.pending().filter(code="ACK_7D").update(paused_at=timezone.now() - timedelta(days=1))
    return situation(case)


def _take(case: Case, option: Option, now_is: Situation, actor: Actor) -> None:
    rule, now = option.decision, timezone.now()
    deed = _whole(case, rule, a_deed(case, rule, now))
    sealing = Codes([case.organisation_id, actor.organisation.id])
    text = whole_text(message_forms()[rule.done_by.message], deed.told) if rule.done_by.message else ""
    take_effect(
        Deciding(
            case=case,
            code=option.code,
            rule=rule,
            track=option.track,
            phase=now_is.tracks.get(option.track) or case.phase,
            following=leads_to(case.protocol, now_is, option),
            maker=actor.person,
            signer=actor,
            now=now,
            at=now,
            codes=OUTCOME[case.protocol.id] | case_codes(case, sealing),
            reason="Zo besloten, met wie het aangaat.",
            key=key_of(case, Compartment.FILE, actor),
            sealing=sealing,
            outcome=rule.outcome[0] if rule.outcome else "",
            deed=deed,
            text=text,
        )
    )


def _whole(case: Case, rule: Decision, deed: Deed) -> Deed:
    if rule.done_by.person is None:
        return deed
    return replace(deed, party=str(a_party(case, rule.done_by.person.parts).id), person="", part="")


def _compare(case: Case, before: Before, found: Foreseen, option: Option) -> list[str]:
    """Where what happened differs from what was foreseen."""
    case = Case.objects.get(id=case.id)
    now = {one.id: one for one in case.deadlines.all()}
    old = before.deadlines
    met = {now[key].code for key, one in old.items() if one.is_running and now[key].met_at}
    ended = {now[key].code for key, one in old.items() if one.is_running and now[key].waived}
    rests = {one.code for key, one in now.items() if one.paused_at and key in old and not old[key].paused_at}
    again = {
        one.code
        for key, one in now.items()
        if key in old and old[key].paused_at and one.is_running and not one.paused_at
    }
    begun = {one.code for key, one in now.items() if key not in old}
    sooner = {
        one.code for key, one in now.items() if key in old and one.due and old[key].due and one.due < old[key].due
    }
    tracks = states_of(case.protocol, situation(case))
    sent = case.report.messages.filter(by=Message.By.DESK).count() - before.messages
    ends = {row.form for row in case.records.filter(id__in=before.running).exclude(came_to="")}
    maybe = {*found.met_by_last, *found.met_of_named}
    pairs = [
        ("phase", case.phase, found.following),
        ("closes", not case.is_open and option.decision.to != "" and found.closes, found.closes),
        ("opens", case.reopened_on is not None, found.reopens),
        ("met", met - maybe, set(found.met)),
        ("no longer asked", ended, {*found.waived, *found.stops}),
        ("begins", begun, set(found.begins)),
        ("rests", rests, set(found.rests)),
        ("runs again", again, set(found.runs_again) - {*found.met, *found.waived, *found.stops}),
        ("sooner", sooner - set(found.maybe_sooner), set()),
        ("tracks", {name: to for name, to in tracks.items() if before.tracks[name] != to}, dict(found.tracks)),
        ("records", ends, set(found.ends)),
        ("counted", (not before.registered) and case.registered_on is not None, found.counts == "report"),
        ("outcome", Fact.objects.filter(population="outcomes").count() > before.facts, found.counts == "outcome"),
        ("text", sent > 0, bool(option.decision.done_by.message)),
        ("new people", Assignment.objects.filter(case=case.id).count() > before.people, found.brings_new),
    ]
    return [f"{option.code}, {what}: {is_so} and not {said}" for what, is_so, said in pairs if is_so != said]


def _shape(case: Case, phase: str, option: Option) -> tuple:
    """What of the rule the effects look at: decisions of one shape go the same way."""
    rule, phases = option.decision, case.protocol.phases
    to = phases.get("" if option.track else rule.to)
    back = rule.to == PREVIOUS
    closes = to is not None and to.final
    aside = (phases[phase].aside, to is not None and to.aside)
    proof = rule.done_by
    telling = bool(TELLING & {*rule.meets, *rule.starts})
    lists = [bool(some) for some in (rule.meets, rule.waives, rule.starts, rule.moves, rule.ends)]
    return (bool(option.track), closes, back, aside, rule.counts, telling, rule.brings_new, bool(proof.message), *lists)


def _one_of_each_shape(case: Case) -> list[tuple[str, Option]]:
    return list({_shape(case, phase, option): (phase, option) for phase, option in _every(case)}.values())


def _wrong(case: Case, every: Iterable[tuple[str, Option]]) -> list[str]:
    """Where what happens differs from what was foreseen."""
    actor, wrong = who(case.id, "case_officer"), []
    for phase, option in every:
        with transaction.atomic():
            fresh = Case.objects.select_related("report__organisation", "organisation").get(id=case.id)
            if option.track:
                states = fresh.protocol.tracks[option.track].states
                state = next(name for name, state in states.items() if option.code in state.decisions)
                move_tracks_to(fresh, {option.track: state})
            now_is = _stands(fresh, phase, option.decision)
            found = foresee(fresh, option, now_is, fresh.deadlines.all())
            before = Before.of(fresh)
            _take(fresh, option, now_is, actor)
            wrong += _compare(fresh, before, found, option)
            transaction.set_rollback(True)
    return wrong


def _begun(protocol: str) -> Case:
    """A case with a measure against a person concerned, who knows of it."""
    case = BEGUN[protocol](a_place())
    a_measure(case, **BAN)
    return case


@pytest.mark.parametrize("protocol", ["safety", "integrity"])
def test_what_is_said_to_follow_is_what_follows(protocol):
    case = _begun(protocol)
    assert _wrong(case, _one_of_each_shape(case)) == []


@pytest.mark.rehearsal
@pytest.mark.parametrize("protocol", ["safety", "integrity"])
def test_what_is_said_to_follow_is_what_follows_for_every_decision(protocol):
    case = _begun(protocol)
    every = list(_every(case))
    assert {option.code for _phase, option in every} == {
        *dict(case.protocol.every_decision()),
        *case.protocol.after_closing,
    }
    assert _wrong(case, every) == []


def test_a_decision_of_which_less_is_foreseen_than_happens_is_noticed():
    case = _begun("safety")
    [(phase, option)] = [(phase, option) for phase, option in _every(case) if option.code == "filed"]
    silent = replace(option, decision=option.decision.model_copy(update={"moves": {}}))
    now_is = _stands(case, phase, option.decision)
    found, before = foresee(case, silent, now_is, case.deadlines.all()), Before.of(case)
    _take(case, option, now_is, who(case.id, "case_officer"))
    assert any("tracks" in one for one in _compare(case, before, found, option))


def _said(case: Case, code: str) -> str:
    rule = case.protocol.rule_of(code)
    relation = "case_officer" if rule and "case_officer" in rule.who else "handler"
    page = signed_in(who(case.id, relation).person).get(reverse("cases:decision", args=[case.id, code]))
    return words_of(page)


def test_the_page_of_a_decision_says_which_track_it_moves():
    case = walk(a_case(a_place()), "acknowledge", "assess", "low", "respond_letter", "offer_police_report")
    assert "“Strafrecht” wordt: Aangifte gedaan." in _said(case, "filed")


def test_the_page_of_an_end_says_what_begins_and_what_lapses_by_it():
    case = walk(a_case(a_place()), "acknowledge", "assess", "low", "respond_letter", "not_filed", "no_damage")
    walk(case, "give_feedback", "no_more_care")
    officer = who(case.id, "case_officer")
    assert "vervalt" not in _said(case, "close")
    told = _said(case, "close")
    assert f"Er begint een termijn: {deadline_kinds()['CLOSED_LOOK_1Y'].label}, " in told
    Proposal.objects.create(case=case, code="close", words=uuid4(), asked_by=officer.person, revision=case.revision)
    assert "Wat op een tweede persoon wacht, vervalt." in _said(case, "close")


def test_the_page_of_a_weighing_says_which_answer_moves_a_track():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept")
    assert "Als u “ja” antwoordt op “Strafbaarheid”: “" in _said(case, "preliminary_inquiry")


@pytest.mark.parametrize("answer", ["no", "yes"])
def test_the_second_person_reads_what_the_given_answers_do_and_no_other(answer):
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept")
    officer, rule = who(case.id, "case_officer"), case.protocol.rule_of("no_follow_up")
    choice = Choice(
        "no_follow_up", REASON, rule.outcome[0], {"criminality": answer}, a_deed(case, rule, timezone.now())
    )
    row = propose(case, choice, actor=officer, revision=case.revision)
    page = signed_in(second(case, officer).person).get(reverse("cases:proposal", args=[case.id, row.id]))
    assert ("“Strafrecht” wordt: Aangifte wordt overwogen." in words_of(page)) == (answer == "yes")
    assert "Als u “" not in words_of(page)
