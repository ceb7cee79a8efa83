"""Cases that wait without a deadline: those that nobody has read, and those in which the next step is the actor's."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import DateTimeField, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce

from cases.deciding.judging import situation_from
from cases.deciding.passed import Passed, passed_in
from cases.models import Case, CaseDecision, Deadline, Proposal
from cases.protocol.engine import options
from cases.protocol.showing.ways import Ways
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
    passed = passed_in(list(cases))
    deciders = {case.id: _deciders(case, passed[case.id]) for case in cases.values()}
    mine = [one for one in found if one.which in deciders[one.case]]
    return [one._replace(until_at=deciders[one.case][one.which]) for one in mine]


def _due_today(case: str) -> QuerySet:
    return Deadline.objects.running().filter(case=OuterRef(case), due__lte=end_of_today())


def _deciders(case: Case, passed: Passed) -> dict[str, datetime | None]:
    """The relations that may take the next step in the case now, each with until when a running deadline asks for it. A step
    that such a deadline asks of several relations does not count: that deadline comes into the queue on its last day. What one
    relation takes alone waits from the beginning, since nobody else does it meanwhile."""
    now_is = situation_from(case, passed, has_subject=True)
    way = Ways(case.protocol, now_is, options(case.protocol, now_is)).way_on()
    found: dict[str, datetime | None] = {}
    for rule in (option.decision for option in way if option.allowed):
        asked = [passed.running[code] for code in case.protocol.asked_by(rule) if code in passed.running]
        if len(rule.who) == 1 or not asked:
            found |= dict.fromkeys(rule.who, min((at for at in asked if at), default=None))
    return found
