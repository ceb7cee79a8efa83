"""The clocks of a case: started, met and waived by decisions, read by the worklist and the chair's overview."""

from datetime import datetime, time

from django.utils import timezone

from cases.counting import count_clocks
from cases.models import Case, Clock, ClockQuerySet
from cases.protocol import clocks as rules
from cases.reminders import promise


def start_clock(case: Case, code: str, start: datetime | None) -> None:
    """Start a clock. `start` is None for an anonymous report: days then run from the Monday of its week, so always
    early and never late; hours run from when somebody who handles it first opens it (domain.md 3.7)."""
    if case.clocks.pending().filter(code=code).exists():
        return
    length = case.protocol.terms.get(code)
    if start is None and rules.clock_kinds()[code].unit == "hours":
        Clock.objects.create(case=case, code=code, due=None)
        return
    start = start or timezone.make_aware(datetime.combine(case.started_on, time()))
    promise(
        Clock.objects.create(case=case, code=code, due=rules.due(code, start, length), opens=rules.opens(code, start))
    )


def start_what_the_report_asks(case: Case, codes: dict[str, str], start: datetime | None) -> None:
    """The clocks that some reports start by what they are about."""
    for code, kind in rules.clock_kinds().items():
        if any(codes.get(name) in wanted for name, wanted in kind.starts_with.items()):
            start_clock(case, code, start)


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
    _waive(case, case.clocks.pending().filter(code__in=codes), now)


def stop_all(case: Case, now: datetime) -> None:
    """A case that ended asks nothing more."""
    _waive(case, case.clocks.pending(), now)


def _waive(case: Case, clocks: ClockQuerySet, now: datetime) -> None:
    count_clocks(case, clocks, now)
    clocks.update(waived=True)
