"""Mail before a deadline runs out, and when it has: without content, and never to somebody who is not free of the
case.

Each deadline promises its own jobs. A job looks again at the deadline, so a deadline that was met, waived or moved
meanwhile sends nothing.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from cases.desk.telling import tell_who_works
from cases.events import CaseEvent
from cases.job_kinds import CaseJob
from cases.models import CaseRecord, Deadline
from jobs.models import Job
from jobs.outbox import Promise, enqueue, enqueue_all, job, take_back
from organisations.models import WORKING, Assignment
from reporting.moments import may_leave
from vault import ledger

MORNING = time(8)
GUARDS = ("support",)  # told of a missed deadline of the law: they did not miss it themselves


def promise(*deadlines: Deadline) -> None:
    """Promise a reminder before each deadline runs out, and that it is counted when it falls due. The reminder
    promises the mail after a missed deadline. A deadline without a due moment promises nothing."""
    promises = []
    for deadline in deadlines:
        if deadline.due is not None:
            report, before, after = deadline.case.report, deadline.due - _lead(deadline), _after(deadline.due)
            promises += [
                Promise(CaseJob.REMIND, deadline.id, _key("remind", deadline), may_leave(report, before)),
                Promise(CaseJob.COUNT_DEADLINE, deadline.id, _key("count", deadline), may_leave(report, after)),
            ]
    enqueue_all(promises)


def promise_anew(deadline: Deadline) -> None:
    """As :func:`promise`, for a deadline that has another day: the reminder of its former moment is taken back."""
    take_back(CaseJob.REMIND, deadline.id)
    take_back(CaseJob.COUNT_DEADLINE, deadline.id)
    promise(deadline)


def _key(what: str, deadline: Deadline) -> str:
    return f"{what}:{deadline.id}:{deadline.due:%Y%m%d%H%M}"


def _after(due: datetime) -> datetime:
    return due + timedelta(minutes=1)


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
    enqueue(CaseJob.MISSED, deadline.id, key=_key("missed", deadline), due=_after(deadline.due))
    if deadline.due > timezone.now():
        tell_who_works(deadline.case_id, "deadline", work.id, relations=_who_works(deadline.case_id))


@job(CaseJob.MISSED)
def missed(work: Job) -> None:
    """The job after the due moment: mail to who works the case. A missed deadline of the law is also told to who
    guards the process, and stands in the ledger."""
    deadline = _running(work)
    if deadline is None or not deadline.is_missed():
        return
    tell_who_works(
        deadline.case_id, "deadline", work.id, relations=[*WORKING, *(GUARDS if deadline.kind.statutory else ())]
    )
    ledger.record(deadline.case_id, CaseEvent.DEADLINE_MISSED, deadline=deadline.code)


def promise_ends(records: Iterable[CaseRecord]) -> None:
    """Promise a mail on the morning before the last day and before the day of review of each of these records. One that ends
    sooner has none."""
    now = timezone.now()
    enqueue_all(
        Promise(CaseJob.RECORD_ENDS, record.id, f"record:{record.id}:{day:%Y%m%d}", _morning_before(day))
        for record in records
        for day in dict.fromkeys([record.until, record.review_on])
        if day and _morning_before(day) > now
    )


def _morning_before(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day - timedelta(days=1), MORNING))


@job(CaseJob.RECORD_ENDS)
def record_ends(work: Job) -> None:
    """The job before the last day of a record, or before its day of review: mail to who works the case, unless it ended or
    that day is another one now."""
    record = CaseRecord.objects.running().filter(id=work.aim).first()
    days = [day for day in (record.until, record.review_on) if day] if record else []
    if record and any(_morning_before(day) <= timezone.now() for day in days):
        tell_who_works(record.case_id, "deadline", work.id, relations=_who_works(record.case_id))


def _running(work: Job) -> Deadline | None:
    return Deadline.objects.running().select_related("case").filter(id=work.aim).first()


def _who_works(case: UUID) -> list[str]:
    """The officer, or where nobody is one the handler too."""
    has_officer = Assignment.objects.holding().filter(case=case, relation=WORKING[0]).exists()
    return list(WORKING[:1] if has_officer else WORKING)
