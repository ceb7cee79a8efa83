"""Cases that wait without a deadline: those that nobody has read, and those in which the next step is the actor's."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import CharField, DateTimeField, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from cases.deciding.judging import Made, Passed, situation_from
from cases.models import Case, CaseDecision, CaseRecord, CaseTrack, Deadline, Proposal
from cases.protocol.engine import options
from cases.protocol.ways import Ways
from cases.waiting.found import Found, Mine, end_of_today
from organisations.access.policy import Actor
from organisations.models import WORKING, Assignment

_UNREAD = {"read_on": None, "revision": 0}  # columns of a case that nobody who handles it has read

_LAST = CaseDecision.objects.filter(case=OuterRef("case")).order_by("-made_at").values("made_at")
_STARTED = Case.objects.filter(id=OuterRef("case")).values("started_on")
# Since when a case stands as it does: its last decision, or its receipt.
SINCE = Coalesce(Subquery(_LAST[:1]), Cast(Subquery(_STARTED[:1]), DateTimeField()))


def new_cases(mine: Mine) -> QuerySet:
    """Open cases that nobody who handles them has read, except those in which a deadline ends today: that deadline waits in
    the queue itself."""
    rows = Case.objects.open().filter(id__in=mine.held(*WORKING), **_UNREAD)
    return rows.exclude(Exists(_due_today("pk")))


def turns(mine: Mine) -> QuerySet:
    """The assignments of the actor by which they may have a next step: one row for each. What waits for a second person, is
    handled in another case or ends today waits elsewhere in the queue, or for somebody else."""
    cases = Case.objects.open().filter(id__in=mine.held(*WORKING), joined_to=None).exclude(**_UNREAD)
    cases = cases.exclude(Exists(_due_today("pk")))
    cases = cases.exclude(Exists(Proposal.objects.filter(case=OuterRef("pk"), state=Proposal.State.ASKED)))
    held = Assignment.objects.holding().filter(person=mine.actor.person, organisation=mine.actor.organisation)
    return held.filter(relation__in=WORKING, case__in=cases.order_by().values("id"))


def of_actor(_actor: Actor, found: list[Found]) -> Iterable[Found]:
    """Of what :func:`turns` found, the cases in which the actor can take the next step now: one for which no running deadline
    asks, or one that nobody but the actor may take, until when its deadline asks for it. Two queries."""
    if not found:
        return []
    rows = Case.objects.filter(id__in={one.case for one in found}).select_related("report")
    cases = {case.id: case for case in rows}
    facts: dict[UUID, list[_Fact]] = {case: [] for case in cases}
    for fact in _facts(list(cases)):
        facts[fact.case].append(fact)
    deciders = {case.id: _deciders(case, facts[case.id]) for case in cases.values()}
    mine = [one for one in found if one.which in deciders[one.case]]
    return [one._replace(until_at=deciders[one.case][one.which]) for one in mine]


def _due_today(case: str) -> QuerySet:
    return Deadline.objects.running().filter(case=OuterRef(case), due__lte=end_of_today())


def _deciders(case: Case, facts: list["_Fact"]) -> dict[str, datetime | None]:
    """The relations that may take the next step in the case now, each with until when a running deadline asks for it. A step
    that such a deadline asks of several relations does not count: that deadline comes into the queue on its last day. What one
    relation takes alone waits from the beginning, since nobody else does it meanwhile."""
    of = {kind: [fact for fact in facts if fact.kind == kind] for kind in ("made", "track", "record", "deadline")}
    passed = Passed(
        made=[Made(one.code, one.done_at, one.at, one.track, one.phase, one.following) for one in of["made"]],
        tracks={one.track: one.following for one in of["track"]},
        records=[(one.code, not one.following, not one.following and not one.track) for one in of["record"]],
    )
    now_is = situation_from(case, passed, has_subject=True)
    way = Ways(case.protocol, now_is, options(case.protocol, now_is)).way_on()
    running = {one.code: one.at for one in of["deadline"]}
    found: dict[str, datetime | None] = {}
    for rule in (option.decision for option in way if option.allowed):
        asked = [running[code] for code in case.protocol.asked_by(rule) if code in running]
        if len(rule.who) == 1 or not asked:
            found |= dict.fromkeys(rule.who, min((at for at in asked if at), default=None))
    return found


class _Fact(NamedTuple):
    """What a case came to, of one kind: a decision (made), the state of a track, a record, or a running deadline. `at`: when a
    decision was made, or until when a deadline runs."""

    kind: str
    case: UUID
    code: str
    track: str
    phase: str
    following: str
    at: datetime
    done_at: datetime


def _facts(cases: list[UUID]) -> Iterator[_Fact]:
    """One query; the decisions in their order."""
    nothing, never = Value("", CharField()), Cast(Value(None), DateTimeField())

    def part(
        rows: QuerySet,
        kind: str,
        *,
        code=nothing,
        track=nothing,
        phase=nothing,
        following=nothing,
        at=never,
        done=never,
    ) -> QuerySet:
        named = {"k": Value(kind, CharField()), "c": code, "t": track, "p": phase, "f": following, "a": at, "d": done}
        mine = rows.filter(case__in=cases).order_by().annotate(**named)
        return mine.values_list("k", "case", "c", "t", "p", "f", "a", "d")

    made = CaseDecision.objects.all()
    columns = {name: F(name) for name in ("code", "track", "phase", "following")}
    every = part(made, "made", **columns, at=F("made_at"), done=F("done_at")).union(
        part(CaseTrack.objects.all(), "track", track=F("track"), following=F("state")),
        part(
            CaseRecord.objects.all(),
            "record",
            code=F("form"),
            following=F("came_to"),
            track=Coalesce(Cast(F("holder"), CharField()), nothing),
        ),
        part(Deadline.objects.running(), "deadline", code=F("code"), at=F("due")),
        all=True,
    )
    yield from sorted((_Fact._make(row) for row in every), key=lambda fact: fact.at.timestamp() if fact.at else 0)
