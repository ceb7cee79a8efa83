"""The deadlines of a case: decisions start, meet and waive them; the worklist shows them."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time

from django.utils import timezone

from cases.counting.facts import count_deadlines
from cases.deadlines.reminders import promise
from cases.models import Case, Deadline, DeadlineQuerySet
from cases.protocol import deadline_kinds as rules


def start_deadlines(case: Case, codes: Iterable[str], start: datetime | None) -> None:
    """Start deadlines by their codes, except those of the case that still run.

    `start` is None for an anonymous report. Days then run from the Monday of its week, so always early and never late;
    hours run from the moment when somebody who handles the case first opens it (docs/domain.md#deadlines).
    """
    wanted = list(dict.fromkeys(codes))
    if not wanted:
        return
    pending = set(case.deadlines.pending().filter(code__in=wanted).order_by().values_list("code", flat=True))
    promise(*Deadline.objects.bulk_create(_begun(case, code, start) for code in wanted if code not in pending))


def _begun(case: Case, code: str, start: datetime | None) -> Deadline:
    if start is None and rules.deadline_kinds()[code].unit == "hours":
        return Deadline(case=case, code=code, due=None)
    start = start or timezone.make_aware(datetime.combine(case.started_on, time()))
    due = rules.due(code, start, case.protocol.deadline_lengths.get(code))
    return Deadline(case=case, code=code, due=due, opens=rules.opens(code, start))


def asked_by_report(codes: dict[str, str]) -> Iterator[str]:
    """The codes of deadlines that reports with these codes ({code list: code}) start, in the order of deadlines.yaml."""
    for code, kind in rules.deadline_kinds().items():
        if kind.is_started_by(codes):
            yield code


def start_waiting_deadlines(case: Case, now: datetime | None = None) -> None:
    """Start the hour deadlines of an anonymous report: somebody who handles the case opened it for the first time."""
    for deadline in case.deadlines.pending().filter(due__isnull=True):
        if deadline.kind.unit == "hours":
            deadline.due = rules.due(
                deadline.code, now or timezone.now(), case.protocol.deadline_lengths.get(deadline.code)
            )
            deadline.save(update_fields=["due"])
            promise(deadline)


def rest(case: Case, now: datetime) -> None:
    """The case waits for the prosecution. Deadlines that may wait stop until :func:`go_on`."""
    codes = [code for code, kind in rules.deadline_kinds().items() if kind.rests_on_hold]
    case.deadlines.pending().filter(code__in=codes, paused_at=None, due__gt=now).update(paused_at=now)


def go_on(case: Case, now: datetime) -> None:
    """The case goes on. A deadline that rested has as much time left as when it stopped."""
    for deadline in case.deadlines.pending().exclude(paused_at=None):
        _wake(deadline, now)


def _wake(deadline: Deadline, now: datetime) -> None:
    if deadline.due and deadline.paused_at:
        deadline.due = rules.moved(deadline.code, deadline.due, now - deadline.paused_at)
    deadline.paused_at = None
    deadline.save(update_fields=["due", "paused_at"])
    promise(deadline)


def meet(case: Case, codes: list[str], now: datetime) -> None:
    """What deadlines of these codes ask was done at `now`."""
    if not codes:
        return
    for deadline in case.deadlines.pending().filter(code__in=codes):
        meet_deadline(deadline, now)


def meet_deadline(deadline: Deadline, now: datetime) -> None:
    """What the deadline asks was done at `now`. A resting deadline is met in time."""
    if deadline.paused_at:
        _wake(deadline, now)
    deadline.met_at = now
    deadline.save(update_fields=["met_at"])
    if deadline.due is None:  # no job will count it
        count_deadlines(deadline.case, deadline.case.deadlines.filter(id=deadline.id), now)


def waive(case: Case, codes: list[str], now: datetime) -> None:
    """Deadlines of these codes ask nothing more. Those that fell due before count all the same."""
    if codes:
        _waive(case, case.deadlines.pending().filter(code__in=codes), now)


def stop_all(case: Case, now: datetime) -> None:
    """The case ended, so no deadline asks anything more."""
    _waive(case, case.deadlines.pending(), now)


def _waive(case: Case, deadlines: DeadlineQuerySet, now: datetime) -> None:
    count_deadlines(case, deadlines, now)
    deadlines.update(waived=True)
