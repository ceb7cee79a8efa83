"""Who of a case knows of it, and who of them was told by letter how it ended. A person is told by name, and nobody for another."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from cases.models import Case, CaseDecision, Party
from cases.protocol.after_closing import after_closing, reopening
from cases.protocol.kinds.parts import parts

# Kinds of document.
TELLS_OUTCOME, CLEARS, TELLS_REOPENED = "outcome_letter", "rehabilitation_letter", "reopened_letter"


def untold(case: Case, since: datetime, *, is_cleared: bool) -> list[Party]:
    """The people concerned who know of the case and whom no letter told of the outcome that was given at `since`. `is_cleared`: only
    the letter counts that says that nothing can be held against them."""
    letters = {CLEARS} if is_cleared else {TELLS_OUTCOME, CLEARS}
    made = list(case.decisions.filter(code__in=_sending(case, letters)).exclude(party=None))
    told = {one.party_id for one in made if _is_after(one, since)}
    return [party for party in who_knows(case) if not told & set(party.all_of_them())]


def who_knows(case: Case) -> list[Party]:
    """The people concerned who count and who were told of the case, each by name. Who was invited and did not come was told nothing."""
    concerned = [code for code, part in parts().items() if part.told_by]
    people = list(case.parties.filter(part__in=concerned, ended_at=None))
    if not people:
        return []
    telling = after_closing().subject_told_by
    telling_acts = case.decisions.filter(code__in=telling).exclude(records__attended=False)
    told: set[UUID | None] = set()
    for act in telling_acts.values("party", "records__party", "track", "phase", "sequence"):
        told |= {act["party"], act["records__party"]}
        if act["track"] and act["party"] is None:
            told.add(_about_whom(case, act["track"], act["phase"], act["sequence"]))
    return [party for party in people if told & set(party.all_of_them())]


def _about_whom(case: Case, track: str, state: str, before: int) -> UUID | None:
    """Against whom that was decided which an act of a track told: a measure is taken against somebody, and its letter names nobody
    again. It is what brought the track last into the state in which that act was."""
    led_there = case.decisions.filter(track=track, following=state, sequence__lt=before).exclude(phase=state)
    return led_there.order_by("sequence").values_list("party", flat=True).last()


def opened_again_by(case: Case) -> int:
    """The number in its case of the decision that opened it again last; 0 where none did."""
    return case.decisions.filter(code__in=reopening()).aggregate(last=Max("sequence"))["last"] or 0


def unaware_of_reopening(case: Case) -> list[Party]:
    """The people concerned who know of a case and whom no letter told that it was opened again, the last time that it was."""
    made = case.decisions.filter(code__in=_sending(case, {TELLS_REOPENED}), sequence__gt=opened_again_by(case))
    told = set(made.values_list("party", flat=True))
    return [party for party in who_knows(case) if not told & set(party.all_of_them())]


def outcome_told_on(case: Case, them: Iterable[object]) -> CaseDecision | None:
    """The last decision by which a person (the ids under which they were written down) was told of an outcome."""
    telling = _sending(case, {TELLS_OUTCOME, CLEARS})
    return case.decisions.filter(code__in=telling, party__in=list(them)).order_by("sequence").last()


def _sending(case: Case, letters: set[str]) -> set[str]:
    """The decisions of this protocol, also those after closing, that one of these letters proves."""
    every = {**dict(case.protocol.every_decision()), **case.protocol.after_closing}
    return {code for code, rule in every.items() if letters & set(rule.done_by.document)}


def _is_after(letter: CaseDecision, since: datetime) -> bool:
    """A letter has a day: one of the same day counts where it was recorded later."""
    return letter.made_at >= since and timezone.localdate(letter.done_at) >= timezone.localdate(since)
