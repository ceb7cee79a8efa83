"""People of a case, their papers pages, and signals, in a history: written down, asked, answered, and named there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from cases.bundles.answering import write_on_page
from cases.models import Bundle
from cases.parties.asking import answer, can_ask
from cases.parties.bundles import end_bundle, open_bundle, renew_code
from cases.parties.entries import EntryWords, put
from cases.parties.opened import open_by_code
from cases.parties.parties import PartyWords, add_party
from cases.people.hearing import CONCERNED
from cases.worklist.signals import answer_drop, begin, drop, park_again
from organisations.access.policy import Actor
from organisations.models import HANDLING
from reporting.form.submission import plan, submit
from reporting.models import Report, Signal
from tests.support.histories.sending import submission_of
from tests.support.histories.spelling import sentence_about, spelled

if TYPE_CHECKING:
    from tests.support.histories.history import History

PARTS = ("victim", "witness", "person_heard", "person_concerned")
WITH_PAGE = ("victim", "person_concerned")
WHY = "Om stukken te lezen en te antwoorden."


def _party(history: History, slot: int, chance: Random) -> None:
    """Somebody is written down as one of the case: whoever has that name does not work it any more."""
    case, actors = history.case(slot), history.insiders(slot, "handler", "case_officer")
    if not case or not actors:
        return
    actor, person = chance.choice(actors), history.someone(chance, slot)
    if chance.random() < 0.5 or person.id == actor.person.id:
        add_party(case, "victim", PartyWords("Mevrouw Q. Zonnedauw"), actor=actor, token=_token(chance))
        return
    name = spelled(person, chance, field=True)
    history.done[-1] += f" {name}"
    add_party(case, chance.choice(PARTS), PartyWords(name), actor=actor, token=_token(chance))
    history.is_meant(slot, person)


def _page(history: History, slot: int, chance: Random) -> None:
    """A papers page for a victim or, once told, for whom the case is about; the code of a former one is made anew, or the page
    ends."""
    case, actors = history.case(slot), history.insiders(slot, "handler", "case_officer")
    parties = list(case.parties.filter(part__in=WITH_PAGE, ended_at=None).order_by("number")) if case else []
    if not case or not actors or not parties:
        return
    actor, party = chance.choice(actors), chance.choice(parties)
    there = party.bundles.filter(ended_on=None).first()
    if there is None:
        until = timezone.localdate() + timedelta(days=60)
        history.papers[slot] = open_bundle(case, party.id, WHY, until, actor=actor)[1]
    elif chance.random() < 0.7:
        history.papers[slot] = renew_code(there, actor=actor)
    else:
        end_bundle(there, actor=actor)


def _papers(history: History, slot: int, chance: Random) -> None:
    """The person writes or asks on the page; the words are about somebody."""
    box = open_by_code(history.papers[slot]) if slot in history.papers else None
    if box is None:
        return
    person = history.someone(chance, slot)
    text = sentence_about(spelled(person, chance, field=False), chance)
    rights = sorted(can_ask(box.bundle))
    what = {"kind": "request", "right": chance.choice(rights)} if rights and chance.random() < 0.5 else {}
    history.done[-1] += f" {what} {text}"
    write_on_page(box, text, token=chance.randbytes(16), **what)
    history.is_meant(slot, person)


def _at_desk(history: History, slot: int, chance: Random) -> None:
    """Somebody who works the case writes on the page or answers there; some words are about somebody."""
    case, actors = history.case(slot), history.insiders(slot, "handler", "case_officer")
    bundle = Bundle.objects.filter(case=case).order_by("made_on", "id").last() if case else None
    if bundle is None or not actors:
        return
    actor, person = chance.choice(actors), history.someone(chance, slot)
    meant = person.id != actor.person.id and chance.random() < 0.5
    text = sentence_about(spelled(person, chance, field=False), chance) if meant else "U hoort er meer van."
    history.done[-1] += f" {text}"
    asked = bundle.entries.to_answer().order_by("sequence").first()
    about, token = CONCERNED if meant else "", chance.randbytes(16)
    if asked:
        answer(bundle, asked.id, text, actor=actor, token=token, about=about)
    else:
        put(bundle, EntryWords(text), actor=actor, token=token, about=about)
    if meant:
        history.is_meant(slot, person)
        if person.id not in history.held[slot]:
            history.only_mentioned.setdefault(slot, set()).add(person.id)


def _parked(history: History, slot: int, chance: Random) -> None:
    """A doubt about somebody is parked: nothing but a row until somebody makes it a case."""
    if slot in history.reports:
        return
    person = history.someone(chance)
    answers = {"account": sentence_about(spelled(person, chance, field=False), chance), "known_as": "anonymous"}
    parked = replace(
        submission_of(history.world, chance.choice(["integrity", "aggression", "pressure"]), **answers),
        review_on=timezone.localdate() + timedelta(days=30),
        taker=history.world["Veenstra" if person.surname != "Veenstra" else "Hoekstra"].id,
    )
    report = submit(replace(parked, shown_readers=plan(parked).fingerprint), lane=Report.Lane.SIGNAL)
    history.reports[slot], history.receipts[slot] = report, parked.receipt
    history.done[-1] += f" {answers}"
    history.is_meant(slot, person)
    if report.kind == "integrity":  # the shortest safe answer is the function of an alderman
        history.is_meant(slot, *history.holders("alderman"))
    history.held[slot] = set()


def _looks_again(history: History, slot: int, chance: Random) -> None:
    """People look at a signal: it waits longer, is dropped by two, or becomes a case; some words are about somebody."""
    report = Report.objects.get(id=history.reports[slot].id)
    actors = history.insiders(slot, *HANDLING)
    if report.lane != Report.Lane.SIGNAL or not actors:
        return
    actor, person = chance.choice(actors), history.someone(chance, slot)
    what = chance.choice(["park", "drop", "begin"])
    if what == "drop" and report.signal.state == Signal.State.ASKED:
        what = "answer"
    meant = what in {"park", "drop"} and person.id != actor.person.id and chance.random() < 0.5
    text = sentence_about(spelled(person, chance, field=False), chance) if meant else "Nagevraagd, en niets gehoord."
    history.done[-1] += f" {what} {text}"
    _look(report, what, actor, actors, text, CONCERNED if meant else "")
    if meant:
        history.is_meant(slot, person)
        if person.id not in history.held[slot]:
            history.only_mentioned.setdefault(slot, set()).add(person.id)


def _look(report: Report, what: str, actor: Actor, actors: list[Actor], text: str, about: str) -> None:
    if what == "begin":
        begin(actor, report.id)
    elif what == "park":
        park_again(
            actor, report.id, timezone.localdate() + timedelta(days=40), text, about, revision=report.signal.times
        )
    elif what == "answer":
        other = next((one for one in actors if one.person.id != report.signal.asked_by_id), actor)
        answer_drop(other, report.id, agrees=False)
    else:
        drop(actor, report.id, text, about)


def _token(chance: Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


OF_PARTIES = {
    "party": _party,
    "papers page": _page,
    "papers": _papers,
    "at desk": _at_desk,
    "looks again": _looks_again,
}
PARKED = {"parked": _parked}  # a report of its own
