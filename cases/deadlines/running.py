"""The clocks of a case: started, met and waived by decisions, read by the worklist and the chair's overview."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time

from django.utils import timezone

from cases.counting.facts import count_clocks
from cases.deadlines.reminders import promise
from cases.models import Case, Clock, ClockQuerySet
from cases.protocol import deadline_kinds as rules


def start_clocks(case: Case, codes: Iterable[str], start: datetime | None) -> None:
    """Start these clocks, but none that asks something already. `start` is None for an anonymous report: days then run from
    the Monday of its week, so always early and never late; hours run from when somebody who handles it first opens it
    (docs/domain.md#deadlines)."""
    wanted = list(dict.fromkeys(codes))
    if not wanted:
        return
    pending = set(case.clocks.pending().filter(code__in=wanted).order_by().values_list("code", flat=True))
    promise(*Clock.objects.bulk_create(_begun(case, code, start) for code in wanted if code not in pending))


def _begun(case: Case, code: str, start: datetime | None) -> Clock:
    if start is None and rules.clock_kinds()[code].unit == "hours":
        return Clock(case=case, code=code, due=None)
    start = start or timezone.make_aware(datetime.combine(case.started_on, time()))
    due = rules.due(code, start, case.protocol.terms.get(code))
    return Clock(case=case, code=code, due=due, opens=rules.opens(code, start))


def asked_by_report(codes: dict[str, str]) -> Iterator[str]:
    """The clocks that some reports start by what they are about."""
    for code, kind in rules.clock_kinds().items():
        if any(codes.get(name) in wanted for name, wanted in kind.starts_with.items()):
            yield code


def start_waiting_clocks(case: Case, now: datetime | None = None) -> None:
    """Somebody who handles it opened an anonymous report for the first time: its hour clocks start."""
    for clock in case.clocks.pending().filter(due__isnull=True):
        if clock.kind.unit == "hours":
            clock.due = rules.due(clock.code, now or timezone.now(), case.protocol.terms.get(clock.code))
            clock.save(update_fields=["due"])
            promise(clock)


def rest(case: Case, now: datetime) -> None:
    """The case waits for the prosecution: clocks that may wait do."""
    codes = [code for code, kind in rules.clock_kinds().items() if kind.rests_on_hold]
    case.clocks.pending().filter(code__in=codes, paused_at=None, due__gt=now).update(paused_at=now)


def go_on(case: Case, now: datetime) -> None:
    """The case goes on: what was left of its resting clocks is left."""
    for clock in case.clocks.pending().exclude(paused_at=None):
        _wake(clock, now)


def _wake(clock: Clock, now: datetime) -> None:
    if clock.due and clock.paused_at:
        clock.due = rules.moved(clock.code, clock.due, now - clock.paused_at)
    clock.paused_at = None
    clock.save(update_fields=["due", "paused_at"])
    promise(clock)


def meet(case: Case, codes: list[str], now: datetime) -> None:
    if not codes:
        return
    for clock in case.clocks.pending().filter(code__in=codes):
        meet_clock(clock, now)


def meet_clock(clock: Clock, now: datetime) -> None:
    """What the clock asks was done; also while it rests, and then in time."""
    if clock.paused_at:
        _wake(clock, now)
    clock.met_at = now
    clock.save(update_fields=["met_at"])
    if clock.due is None:  # no job waits for it
        count_clocks(clock.case, clock.case.clocks.filter(id=clock.id), now)


def waive(case: Case, codes: list[str], now: datetime) -> None:
    """These clocks ask nothing more. What they asked before counts all the same."""
    if codes:
        _waive(case, case.clocks.pending().filter(code__in=codes), now)


def stop_all(case: Case, now: datetime) -> None:
    """A case that ended asks nothing more."""
    _waive(case, case.clocks.pending(), now)


def _waive(case: Case, clocks: ClockQuerySet, now: datetime) -> None:
    count_clocks(case, clocks, now)
    clocks.update(waived=True)
