"""What a worker does for cases. It holds no content key."""

from django.utils import timezone

from cases.deadlines.running import start_deadlines
from cases.deciding.opening import open_case
from cases.desk.access import give_access
from cases.events import CaseEvent
from cases.identity.identity import take_back_key
from cases.job_kinds import CaseJob
from cases.models import Case, IdentityRequest
from cases.people.leaving import cases_to_hand_on, drop_what_is_left, hand_on
from jobs.daily import daily
from jobs.models import Job
from jobs.outbox import Promise, enqueue, enqueue_all, job
from organisations.models import Assignment
from reporting.job_kinds import ReportJob
from reporting.models import Message, Report
from reporting.questions.reading import report_of
from vault import ledger


@job(ReportJob.OPEN_CASE)
def open_case_of_report(work: Job) -> None:
    """Open the case of a report."""
    open_case(report_of(work.aim))


@job(ReportJob.REPORTER_WROTE)
def reporter_wrote(work: Job) -> None:
    """The reporter wrote, asked or did something: send mail without content to who may read it, and start what the law
    asks."""
    message = Message.objects.select_related("report").get(id=work.aim)
    case = Case.objects.filter(id=message.report.case).first()
    report = message.report
    if case is None and report.lane == Report.Lane.SET_ASIDE:  # somebody wrote after all, so people look again
        report.lane, report.lane_by = Report.Lane.QUARANTINE, None
        report.save(update_fields=["lane", "lane_by"])
    if case is None and report.lane == Report.Lane.NORMAL and report.handled_by_id:
        raise LookupError("the case is not open yet")  # the worker tries the job again later
    if case is None:  # the report is in the lane to check (judging it real promises this job again), or nobody is left
        return
    if message.kind == "identity":  # who learned the name may reach the case from now on
        give_access(case)
    if message.kind == "retaliation":
        start_deadlines(case, ["RETALIATION_48H"], None if message.report.is_anonymous else timezone.now())
    assignments = Assignment.objects.holding().filter(case=case.id, relation__in=["handler", "case_officer", "adviser"])
    for assignment in assignments.exclude(person__email=None):
        enqueue(ReportJob.PING_PERSON, assignment.person_id, key=f"wrote:{message.id}:{assignment.person_id}")


@daily(CaseJob.HAND_ON_DAILY)
def hand_on_today(work: Job) -> None:
    """What ended by date: promise for each case that the next one comes, and end calendars."""
    today = timezone.localdate()
    enqueue_all(Promise(CaseJob.HAND_ON, case, f"{CaseJob.HAND_ON}:{case}:{today}") for case in cases_to_hand_on())
    drop_what_is_left()


@job(CaseJob.HAND_ON)
def hand_on_case(work: Job) -> None:
    """Somebody of this case is not entitled to their assignment any more: the next who is free comes."""
    hand_on(work.aim)


@job(CaseJob.TAKE_IDENTITY_KEY)
def take_identity_key(work: Job) -> None:
    """The days in which somebody may see a confidential name are over: take the copy of the key back."""
    asked = IdentityRequest.objects.select_for_update().filter(id=work.aim, holds_copy=True).first()
    if asked:
        take_back_key(asked)
        ledger.record(asked.case_id, CaseEvent.IDENTITY_TAKEN_BACK, person=str(asked.asked_by_id))
