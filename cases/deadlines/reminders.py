"""Mail before a clock runs out, and when it has: without content, and never to somebody who is not free of the case.

Each clock promises its own jobs. A job looks again at the clock, so what was met, waived or moved
meanwhile says nothing.
"""

from datetime import timedelta

from django.utils import timezone

from cases.models import Clock
from jobs.models import Job
from jobs.outbox import Promise, enqueue, enqueue_all, job
from organisations.access.recusal import recused_among
from organisations.models import Assignment
from vault import ledger

WORKS = ["case_officer", "handler"]
GUARDS = ["support"]  # hears of a clock of the law that was missed: not the one who missed it


def promise(*clocks: Clock) -> None:
    """A reminder before each clock runs out, which promises the alarm after; and that it is counted when it falls due."""
    promises = []
    for clock in clocks:
        if clock.due is not None:
            after = clock.due + timedelta(minutes=1)
            promises += [
                Promise("cases.remind", clock.id, _key("remind", clock), clock.due - _lead(clock)),
                Promise("cases.count_clock", clock.id, _key("count", clock), after),
            ]
    enqueue_all(promises)


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
    people = set(tasks.exclude(person__email=None).values_list("person", flat=True))
    people -= recused_among(clock.case_id, people)
    enqueue_all(Promise("mail.ping", person, f"{work.id}:{person}") for person in people)
