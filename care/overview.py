"""Is the duty of care met? Counts for the chair, without content and without cases that concern the chair.

Small numbers (docs/domain.md#prevention): one dimension at a time, multiples of five with the organisation's secret offset, totals
too, nothing under three cases; "all on time" and "none" may be said.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.desk.access import countable_cases
from cases.models import Deadline
from cases.protocol.kinds.deadline_kinds import deadline_kinds
from monitor.disclosure.rounding import round_one_dimension
from organisations.access.policy import Actor
from organisations.codes import code_list

FEWEST_CASES = 3
POINTS = {
    "ack": (_("Receipt acknowledged in time"), _("Acknowledge the receipt of the report first thing.")),
    "feedback": (
        _("Reporter told about the follow-up within three months"),
        _("Plan the feedback when the acknowledgement is sent."),
    ),
    "first_weighing": (_("First weighing in time"), _("See whether the second reader has time enough.")),
    "response_48h": (
        _("Response to the perpetrator within 48 hours"),
        _("Arrange who may sign a letter when you are away."),
    ),
    "aftercare": (_("Aftercare in time"), _("Agree who calls, and put the dates in a calendar.")),
    "right_of_reply": (_("Right of reply processed in time"), _("Ask whether the person concerned got enough time.")),
}


@dataclass(frozen=True)
class Point:
    """One deadline of the duty of care. `verdict` is bad, warn, few, ok or idle; numbers are rounded. `few`: there
    are too few to say."""

    label: str
    verdict: str
    due: int
    missed: int
    advice: str


@dataclass(frozen=True)
class Count:
    label: str
    value: int


@dataclass(frozen=True)
class Overview:
    year: int
    enough: bool
    points: list[Point]
    opened: list[Count]
    opened_total: int
    closed: list[Count]
    closed_total: int

    @property
    def verdict(self) -> str:
        """The worst of its points, or "idle" without any."""
        verdicts = {point.verdict for point in self.points}
        return next((verdict for verdict in ("bad", "warn", "few", "ok") if verdict in verdicts), "idle")

    @property
    def attention(self) -> list[Point]:
        return [point for point in self.points if point.verdict in {"bad", "warn"}]


def overview(actor: Actor, year: int, now: datetime | None = None) -> Overview:
    """What the chair sees of a year."""
    now = now or timezone.now()
    first, last = date(year, 1, 1), date(year, 12, 31)
    cases = countable_cases(actor)
    opened = cases.filter(started_on__range=(first, last))
    closed = cases.filter(closed_on__range=(first, last))
    enough = opened.count() >= FEWEST_CASES
    rounded_as = f"care:{actor.organisation.id}:{year}"
    opened_counts, opened_total = _by_kind(opened, f"{rounded_as}:opened") if enough else ([], 0)
    closed_counts, closed_total = _by_kind(closed, f"{rounded_as}:closed") if enough else ([], 0)
    points = _points(Deadline.objects.filter(case__in=opened, waived=False, due__isnull=False), now, rounded_as, enough)
    return Overview(year, enough, points, opened_counts, opened_total, closed_counts, closed_total)


def _by_kind(cases, label: str) -> tuple[list[Count], int]:
    counted = Counter(cases.values_list("kind", flat=True))
    kinds = code_list("kind").codes
    rounded = round_one_dimension({kind.id: counted[kind.id] for kind in kinds}, label)
    return [Count(str(kind), rounded[kind.id]) for kind in kinds], rounded["_T"]


def _points(deadlines, now: datetime, rounded_as: str, enough: bool) -> list[Point]:
    """What may be said of each group of deadlines; worst first. A deadline that is met, missed or soon in fewer than three cases
    is not told: it would tell of one person's case."""
    due: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    ended, near = defaultdict(set), defaultdict(set)  # the cases
    for deadline in deadlines:
        group = deadline_kinds()[deadline.code].group
        if deadline.is_missed(now) or not deadline.is_running:
            due[group] += 1
            missed[group] += deadline.is_missed(now)
            ended[group].add(deadline.case_id)
        elif deadline.is_near:
            near[group].add(deadline.case_id)
    points = []
    for group, (label, advice) in POINTS.items():
        met = due[group] - missed[group]
        told = enough and len(ended[group]) >= FEWEST_CASES
        numbers = round_one_dimension({"met": met, "missed": missed[group]}, f"{rounded_as}:{group}") if told else {}
        late = numbers.get("missed", 0)
        if late:
            verdict = "bad"
        elif enough and len(near[group]) >= FEWEST_CASES:
            verdict = "warn"
        elif not enough or missed[group] or (due[group] and not told):
            verdict = "few"
        else:
            verdict = "ok" if due[group] else "idle"
        points.append(Point(str(label), verdict, numbers.get("_T", 0), late, str(advice)))
    order = ["bad", "warn", "few", "ok", "idle"]
    return sorted(points, key=lambda point: order.index(point.verdict))
