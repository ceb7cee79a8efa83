"""Bans at the reception, telling whom a case is about, and destroying a case, in a history."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from django.utils import timezone

from cases.deciding.judging import options_of
from cases.destroying.everything import destroy
from reporting.events import ReportEvent
from tests.support.histories.steps_after_closing import deed
from vault import ledger

if TYPE_CHECKING:
    from tests.support.histories.history import History

MEASURE = "decide_outsider_measure"
TO_A_BAN = {
    "aggression": ("acknowledge", "assess", "low", MEASURE, "send_outsider_measure"),
    "pressure": ("acknowledge", "register", "accept", MEASURE, "send_outsider_measure"),
}
SELDOM = 0.3  # of the times that it comes up: nothing happens in a case that is gone
BAN = {"what": "ban", "places": "Het stadhuis", "ground": "owner"}


def banned(slot: int) -> str:
    """The name of whom a ban is about, in the case of this slot."""
    return f"Teun Buitenman{'abc'[slot]}"


def _decides(history: History, slot: int, chance: Random) -> None:
    """The case goes on: to a ban that the reception keeps, or by whatever can be decided now."""
    case = history.case(slot)
    way = TO_A_BAN.get(case.kind, ()) if case and chance.random() < 0.7 else ()
    for code in way:
        _decide(history, slot, chance, [code])
    if not way:
        _decide(history, slot, chance, None)


def _informs(history: History, slot: int, chance: Random) -> None:
    """Whom the case is about is told of it, and can get a papers page from then on."""
    for code in ("acknowledge", "inform_subject"):
        _decide(history, slot, chance, [code])


def _decide(history: History, slot: int, chance: Random, codes: list[str] | None) -> None:
    case, actors = history.case(slot), history.insiders(slot, "handler", "case_officer")
    if not (case and case.is_open and actors):
        return
    allowed = sorted(option.code for option in options_of(case) if option.allowed)
    wanted = [code for code in allowed if codes is None or code in codes]
    if wanted:
        actor, code = chance.choice(actors), chance.choice(wanted)
        ledger.record(case.id, ReportEvent.REPORT_SEEN, actor=actor.person.id, parts="content")
        ban = {**BAN, "until": _later(60), "review": _later(20)}
        deed(history, slot, case, code, actor, **({"name": banned(slot), "answers": ban} if code == MEASURE else {}))


def _later(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def _destroyed(history: History, slot: int, chance: Random) -> None:
    """The case is destroyed, as a restore does it with what has a tombstone: then there is nothing of it for anybody."""
    case = history.case(slot)
    if case is None or case.joined_to_id or case.joined.exists() or chance.random() > SELDOM:
        return
    destroy(case.id, case.report_id, "order", timezone.localdate())
    history.forget(slot, case.id)


OF_MEASURES = {"decides": _decides, "informs": _informs, "destroyed": _destroyed}
