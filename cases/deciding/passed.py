"""What happened in cases so far, as the rules of their protocols look at it: of many cases in one query."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import CharField, DateTimeField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from cases.models import CaseDecision, CaseRecord, CaseTrack, Deadline


class Made(NamedTuple):
    """One decision that was taken: its code, when the deed was done and when it was recorded, and where it led."""

    code: str
    done_at: datetime
    made_at: datetime
    track: str
    phase: str
    following: str


@dataclass(frozen=True)
class Passed:
    """What happened in a case: its decisions in their order, the states of its tracks, its records as (form, whether it still
    runs, whether it does and nobody looks after it when the case has closed), and its running deadlines with until when each
    asks."""

    made: Sequence[Made] = ()
    tracks: Mapping[str, str] = field(default_factory=dict)
    records: Sequence[tuple[str, bool, bool]] = ()
    running: Mapping[str, datetime | None] = field(default_factory=dict)


class _Fact(NamedTuple):
    """A decision (made), the state of a track, a record, or a running deadline. `at`: when a decision was made, or until when a
    deadline runs; `place`: which decision of the case it is."""

    kind: str
    case: UUID
    place: int
    code: str
    track: str
    phase: str
    following: str
    at: datetime
    done_at: datetime


def passed_in(cases: Collection[UUID]) -> dict[UUID, Passed]:
    """What happened in each of these cases, {case id: what}. One query."""
    facts: dict[UUID, list[_Fact]] = {case: [] for case in cases}
    for fact in sorted(_facts(cases), key=lambda fact: fact.place):
        facts[fact.case].append(fact)
    return {case: _passed(found) for case, found in facts.items()}


def _passed(facts: list[_Fact]) -> Passed:
    of = {kind: [fact for fact in facts if fact.kind == kind] for kind in ("made", "track", "record", "deadline")}
    return Passed(
        made=[Made(one.code, one.done_at, one.at, one.track, one.phase, one.following) for one in of["made"]],
        tracks={one.track: one.following for one in of["track"]},
        records=[(one.code, not one.following, not one.following and not one.track) for one in of["record"]],
        running={one.code: one.at for one in of["deadline"]},
    )


def _facts(cases: Collection[UUID]) -> list[_Fact]:
    nothing, never, zero = Value("", CharField()), Cast(Value(None), DateTimeField()), Value(0, IntegerField())

    def of_kind(
        rows: QuerySet,
        kind: str,
        *,
        place=zero,
        code=nothing,
        track=nothing,
        phase=nothing,
        following=nothing,
        at=never,
        done=never,
    ) -> QuerySet:
        named = {
            "k": Value(kind, CharField()),
            "n": place,
            "c": code,
            "t": track,
            "p": phase,
            "f": following,
            "a": at,
            "d": done,
        }
        mine = rows.filter(case__in=cases).order_by().annotate(**named)
        return mine.values_list("k", "case", "n", "c", "t", "p", "f", "a", "d")

    columns = {name: F(name) for name in ("code", "track", "phase", "following")}
    made = of_kind(
        CaseDecision.objects.all(), "made", place=F("sequence"), **columns, at=F("made_at"), done=F("done_at")
    )
    holder = Coalesce(Cast(F("holder"), CharField()), nothing)
    every = made.union(
        of_kind(CaseTrack.objects.all(), "track", track=F("track"), following=F("state")),
        of_kind(CaseRecord.objects.all(), "record", code=F("form"), following=F("came_to"), track=holder),
        of_kind(Deadline.objects.running(), "deadline", code=F("code"), at=F("due")),
        all=True,
    )
    return [_Fact._make(row) for row in every]
