"""The clocks of a case: started, met and waived by decisions, read by the worklist and the chair's overview."""

from datetime import datetime, time

from django.utils import timezone

from cases.models import Case, Clock
from cases.protocol import clocks as rules
from cases.reminders import promise


def start_clock(case: Case, code: str, start: datetime | None) -> None:
    """Start a clock. `start` is None for an anonymous report: days then run from the Monday of its week, so always
    early and never late; hours run from when somebody who handles it first opens it (domain.md 3.7)."""
    length = case.protocol.terms.get(code)
    if start is not None:
        due = rules.due(code, start, length)
    elif rules.clock_kinds()[code].unit == "hours":
        due = None
    else:
        due = rules.due(code, timezone.make_aware(datetime.combine(case.started_on, time())), length)
    running = case.clocks.pending().filter(code=code)
    if not running.exists():
        promise(Clock.objects.create(case=case, code=code, due=due))


def start_waiting_clocks(case: Case, now: datetime | None = None) -> None:
    """Somebody who handles it opened an anonymous report for the first time: its hour clocks start."""
    for clock in case.clocks.pending().filter(due__isnull=True):
        clock.due = rules.due(clock.code, now or timezone.now(), case.protocol.terms.get(clock.code))
        clock.save(update_fields=["due"])
        promise(clock)


def meet(case: Case, codes: list[str], now: datetime) -> None:
    if codes:
        case.clocks.pending().filter(code__in=codes).update(met_at=now)


def waive(case: Case, codes: list[str]) -> None:
    if codes:
        case.clocks.pending().filter(code__in=codes).update(waived=True)


def stop_all(case: Case) -> None:
    """A case that ended asks nothing more."""
    case.clocks.pending().update(waived=True)
