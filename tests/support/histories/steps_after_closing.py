"""Closing, what comes after it, and opening again, in a history: deeds by people of the case, some with words about somebody."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from django.utils import timezone

from cases.deciding.decisions import Choice, decide
from cases.deciding.deeds import NEW_PERSON
from cases.deciding.judging import options_of
from cases.deciding.proposals import agree, propose
from cases.models import Case
from cases.people.hearing import CONCERNED
from organisations.access.policy import Actor
from tests.support.histories.spelling import sentence_about, spelled
from weerbaar.demo.deeds import a_deed

if TYPE_CHECKING:
    from tests.support.histories.history import History

REASON = "Zo is het met beiden besproken."
READING = ("handler", "case_officer", "co_reader")


def deed(
    history: History,
    slot: int,
    case: Case,
    code: str,
    maker: Actor,
    reason: str = REASON,
    about: str = "",
    name: str = "",
    answers: dict[str, str] | None = None,
) -> None:
    """A decision by one, or by two where two decide it. `name`: of somebody from outside whom it is about; `answers`: what is
    answered otherwise than by chance."""
    rule = case.protocol.rule_of(code)
    shown = a_deed(case, rule, timezone.now())
    if name:
        shown = replace(shown, person=name, party=NEW_PERSON, part="person_concerned")
    if answers:
        shown = replace(shown, rows=({**shown.rows[0], **answers},))
    choice = Choice(code, reason=reason, deed=shown)
    if not rule.done_by.other_person:
        decide(case, choice, actor=maker, revision=case.revision, about=about)
        return
    proposal = propose(case, choice, actor=maker, revision=case.revision, about=about)
    others = [other for other in history.insiders(slot, *READING) if other.person.id != maker.person.id]
    if others:
        agree(case, proposal.id, actor=others[0])


def _closes(history: History, slot: int, chance: Random) -> None:
    case, actors = history.case(slot), history.insiders(slot, "handler", "case_officer")
    if case and case.is_open and actors:
        deed(history, slot, case, "withdraw_by_letter", chance.choice(actors))


def _after_closing(history: History, slot: int, chance: Random) -> None:
    """Somebody asks something of a closed case, or what was asked is answered; some words are about somebody."""
    case, actors = history.case(slot), history.insiders(slot, "handler", "case_officer")
    if not case or case.is_open or not actors:
        return
    maker, person = chance.choice(actors), history.someone(chance, slot)
    codes = sorted(option.code for option in options_of(case) if option.allowed and not option.decision.to)
    if not codes or person.id == maker.person.id:
        return
    if chance.random() < 0.5:
        text = sentence_about(spelled(person, chance, field=False), chance)
        history.done[-1] += f" {text}"
        deed(history, slot, case, chance.choice(codes), maker, text, CONCERNED)
        history.is_meant(slot, person)
        if person.id not in history.held[slot]:
            history.only_mentioned.setdefault(slot, set()).add(person.id)
    else:
        deed(history, slot, case, chance.choice(codes), maker)


def _opens_again(history: History, slot: int, chance: Random) -> None:
    case, actors = history.case(slot), history.insiders(slot, "handler", "case_officer")
    if case and not case.is_open and actors:
        deed(history, slot, case, "reopen", chance.choice(actors))


AFTER_CLOSING = {"closes": _closes, "after closing": _after_closing, "opens again": _opens_again}
