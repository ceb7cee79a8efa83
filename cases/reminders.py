"""Mail before a clock runs out, and when it has: without content, and never to somebody who is not free of the case.

Each clock promises its own jobs. A job looks again at the clock, so what was met, waived or moved
meanwhile says nothing.
"""

from datetime import timedelta

from django.utils import timezone

from cases.models import Clock
from jobs.models import Job
from jobs.outbox import enqueue, job
from organisations.access.recusal import is_recused
from organisations.models import Assignment
from vault import ledger

WORKS = ["case_officer", "handler"]
GUARDS = ["support"]  # hears of a clock of the law that was missed: not the one who missed it


def promise(clock: Clock) -> None:
    """A reminder before the clock runs out, which promises the alarm after; and that it is counted when it falls due."""
    if clock.due is not None:
        enqueue("cases.remind", clock.id, key=_key("remind", clock), due=clock.due - _lead(clock))
        enqueue("cases.count_clock", clock.id, key=_key("count", clock), due=clock.due + timedelta(minutes=1))


def _key(what: str, clock: Clock) -> str:
    return f"{what}:{clock.id}:{clock.due:%Y%m%d%H%M}"


def _lead(clock: Clock) -> timedelta:
    """A quarter of an hour clock; two days of a short one, a week of a long one."""
    kind = clock.kind
    if kind.unit == "hours":
        return timedelta(hours=kind.length / 4)
    return timedelta(days=2 if kind.unit in {"days", "workdays"} and kind.length <= 10 else 7)


@job("cases.remind")
def remind(work: Job) -> None:
    clock = _running(work)
    if clock is None or clock.due is None:
        return
    enqueue("cases.missed", clock.id, key=_key("missed", clock), due=clock.due + timedelta(minutes=1))
    if clock.due > timezone.now():
        _tell(clock, WORKS[:1] if _has(clock, WORKS[0]) else WORKS, work)


@job("cases.missed")
def missed(work: Job) -> None:
    """Whoever works the case hears it; of a clock of the law also who guards the process, and the ledger."""
    clock = _running(work)
    if clock is None or not clock.is_missed():
        return
    _tell(clock, [*WORKS, *(GUARDS if clock.kind.statutory else [])], work)
    ledger.record(clock.case_id, "clock.missed", clock=clock.code)


def _running(work: Job) -> Clock | None:
    return Clock.objects.running().select_related("case").filter(id=work.aim, case__closed_on=None).first()


def _has(clock: Clock, relation: str) -> bool:
    return Assignment.objects.filter(case=clock.case_id, ended=False, relation=relation).exists()


def _tell(clock: Clock, relations: list[str], work: Job) -> None:
    tasks = Assignment.objects.filter(case=clock.case_id, ended=False, relation__in=relations)
    for task in tasks.exclude(person__email=None).select_related("person"):
        if not is_recused(clock.case_id, task.person_id):
            enqueue("mail.ping", task.person_id, key=f"{work.id}:{task.person_id}")
