"""Mail before a deadline runs out, and when it has: without content, and never to somebody who is not free of the
case.

Each deadline promises its own jobs. A job looks again at the deadline, so a deadline that was met, waived or moved
meanwhile sends nothing.
"""

from datetime import timedelta

from django.utils import timezone

from cases.events import CaseEvent
from cases.job_kinds import CaseJob
from cases.models import Deadline
from jobs.models import Job
from jobs.outbox import Promise, enqueue, enqueue_all, job
from organisations.access.bars import barred_among
from organisations.models import Assignment
from reporting.job_kinds import ReportJob
from reporting.pings import ping_key
from vault import ledger

WORKS = ["case_officer", "handler"]
GUARDS = ["support"]  # told of a missed deadline of the law: they did not miss it themselves


def promise(*deadlines: Deadline) -> None:
    """Promise a reminder before each deadline runs out, and that it is counted when it falls due. The reminder
    promises the mail after a missed deadline. A deadline without a due moment promises nothing."""
    promises = []
    for deadline in deadlines:
        if deadline.due is not None:
            after = deadline.due + timedelta(minutes=1)
            promises += [
                Promise(CaseJob.REMIND, deadline.id, _key("remind", deadline), deadline.due - _lead(deadline)),
                Promise(CaseJob.COUNT_DEADLINE, deadline.id, _key("count", deadline), after),
            ]
    enqueue_all(promises)


def _key(what: str, deadline: Deadline) -> str:
    return f"{what}:{deadline.id}:{deadline.due:%Y%m%d%H%M}"


def _lead(deadline: Deadline) -> timedelta:
    """How long before its due moment the reminder goes: a quarter of the length of an hour deadline, two days for a
    short one, a week for a long one."""
    kind = deadline.kind
    if kind.unit == "hours":
        return timedelta(hours=kind.length / 4)
    return timedelta(days=2 if kind.unit in {"days", "workdays"} and kind.length <= 10 else 7)


@job(CaseJob.REMIND)
def remind(work: Job) -> None:
    """The job of a reminder: mail to who works the case."""
    deadline = _running(work)
    if deadline is None or deadline.due is None:
        return
    enqueue(CaseJob.MISSED, deadline.id, key=_key("missed", deadline), due=deadline.due + timedelta(minutes=1))
    if deadline.due > timezone.now():
        _tell(deadline, WORKS[:1] if _has(deadline, WORKS[0]) else WORKS, work)


@job(CaseJob.MISSED)
def missed(work: Job) -> None:
    """The job after the due moment: mail to who works the case. A missed deadline of the law is also told to who
    guards the process, and stands in the ledger."""
    deadline = _running(work)
    if deadline is None or not deadline.is_missed():
        return
    _tell(deadline, [*WORKS, *(GUARDS if deadline.kind.statutory else [])], work)
    ledger.record(deadline.case_id, CaseEvent.DEADLINE_MISSED, deadline=deadline.code)


def _running(work: Job) -> Deadline | None:
    return Deadline.objects.running().select_related("case").filter(id=work.aim, case__closed_on=None).first()


def _has(deadline: Deadline, relation: str) -> bool:
    return Assignment.objects.holding().filter(case=deadline.case_id, relation=relation).exists()


def _tell(deadline: Deadline, relations: list[str], work: Job) -> None:
    assignments = Assignment.objects.holding().filter(case=deadline.case_id, relation__in=relations)
    people = set(assignments.exclude(person__email=None).values_list("person", flat=True))
    people -= barred_among(deadline.case_id, people).everybody
    enqueue_all(
        Promise(ReportJob.PING_PERSON, person, ping_key("deadline", deadline.case_id, work.id, person))
        for person in people
    )
