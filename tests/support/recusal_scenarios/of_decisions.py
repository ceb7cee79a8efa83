"""Promises about what is written where two people decide: a proposal, its refusal, another kind of case."""

from django.utils import timezone

from cases.corrections.kind import KindAnswers, ask_kind
from cases.deciding.decisions import Choice
from cases.deciding.proposals import agree, propose, refuse
from cases.models import Case, Proposal
from cases.people.hearing import CONCERNED
from tests.support.build import walk
from tests.support.histories.sending import opened
from tests.support.histories.world import World
from tests.support.recusal_scenarios.parts import WHY, must_be_out, part_of
from weerbaar.demo.deeds import a_deed

NAMED = "Karim de Vries nam het."


def whoever_a_proposal_is_about_is_out(world: World) -> None:
    case, _proposal = _proposed(world, NAMED, about=CONCERNED)
    must_be_out(case, world["Vries"])


def whoever_the_refusal_of_a_proposal_is_about_is_out(world: World) -> None:
    case, proposal = _proposed(world, WHY)
    refuse(case, proposal.id, actor=part_of(case, "co_reader"), reason=NAMED, about=CONCERNED)
    must_be_out(case, world["Vries"])


def whoever_the_words_of_an_agreement_are_about_is_out(world: World) -> None:
    case, proposal = _proposed(world, WHY)
    agree(case, proposal.id, actor=part_of(case, "co_reader"), words=NAMED, about=CONCERNED)
    must_be_out(case, world["Vries"])


def whom_a_case_of_another_kind_is_about_is_out(world: World) -> None:
    case = opened(world, "aggression")
    answers = KindAnswers(form="nepotism", subject=f"employee:{world['Vries'].id}")
    ask_kind(case, "integrity", answers, WHY, actor=part_of(case, "handler"))
    must_be_out(case, world["Vries"])


def whoever_the_reason_for_another_kind_is_about_is_out(world: World) -> None:
    case = opened(world, "aggression")
    actor = part_of(case, "handler")
    ask_kind(case, "pressure", KindAnswers(form="P3"), NAMED, actor=actor, about=CONCERNED)
    must_be_out(case, world["Vries"])


def _proposed(world: World, reason: str, about: str = "") -> tuple[Case, Proposal]:
    case = walk(opened(world, "aggression"), "acknowledge", "assess", "low")
    rule = dict(case.protocol.every_decision())["respond_none"]
    choice = Choice("respond_none", reason, "response_none", deed=a_deed(case, rule, timezone.now()))
    actor = part_of(case, "handler")
    return case, propose(case, choice, actor=actor, revision=case.revision, about=about)
