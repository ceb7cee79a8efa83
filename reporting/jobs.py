"""What a worker does for reports. A worker holds no key to their content."""

from uuid import UUID

from django.utils import timezone

from jobs.daily import daily
from jobs.models import Job
from jobs.outbox import enqueue, job
from jobs.sending.mail import send_neutral_ping, send_ping
from organisations.access.routing import ALARMED
from organisations.models import Person
from organisations.people.appointments import Rosters, organisations_of
from organisations.people.comparing import wait_until_compared
from reporting.complaints.readers import is_out, readers_now, tell_readers
from reporting.dialogue.progress import tell
from reporting.job_kinds import ReportJob
from reporting.mailbox.mailbox import ping_address
from reporting.models import Complaint, Report
from reporting.moments import may_leave
from reporting.pings import case_of_ping, ping_key
from vault.files import drop_strays, drop_unclaimed


@job(ReportJob.ALARM)
def alarm(work: Job) -> None:
    """Nobody may open this report: mail two people of unrelated functions that something is new, but not what. A reporter
    who reads that nobody may open it reads how many were mailed."""
    report = Report.objects.select_related("organisation").get(id=work.aim)
    told = _alarm(report, report.case, report.id)
    if told and report.told.filter(code="kept").exists():
        tell(report, "alarmed_two" if told > 1 else "alarmed_one")


@job(ReportJob.ALARM_COMPLAINT)
def alarm_complaint(work: Job) -> None:
    """Nobody may read this complaint: as :func:`alarm`. Everybody of the case is recused from it."""
    complaint = Complaint.objects.select_related("report__organisation").get(id=work.aim)
    _alarm(complaint.report, complaint.id, work.id)


@job(ReportJob.COMPLAINT_DUE)
def complaint_due(work: Job) -> None:
    """A complaint was not dealt with in time: mail without content to its readers, or an alarm where nobody reads it."""
    complaint = Complaint.objects.select_related("report").filter(id=work.aim, closed_on=None).first()
    if complaint is None:
        return
    if readers_now(complaint):
        tell_readers(complaint, work.id)
    else:
        enqueue(ReportJob.ALARM_COMPLAINT, complaint.id, key=f"{ReportJob.ALARM_COMPLAINT}:{work.id}")


def _alarm(report: Report, case: UUID, occasion: UUID) -> int:
    """How many people were promised a mail. None of them may not know of the case, or of what was told apart about it."""
    told: list[Person] = []
    rosters = Rosters(timezone.localdate())
    for code in ALARMED:
        for person in rosters.holders(report.organisation, code):
            if len(told) < 2 and person.email and person not in told and not is_out(case, person.id):
                told.append(person)
                key = ping_key("alarm", case, occasion, person.id)
                enqueue(ReportJob.PING_PERSON, person.id, key=key, due=may_leave(report))
                break
    return len(told)


@job(ReportJob.PING_PERSON)
def ping(work: Job) -> None:
    """A mail without content to one person, if they still work somewhere when it goes, and may know of the case, or of what was
    told apart about it, by then. It waits until that was looked at."""
    case = case_of_ping(work.key)
    if case:
        wait_until_compared(work.aim)
        if is_out(case, work.aim):
            return
    person = Person.objects.filter(id=work.aim, is_active=True).exclude(email=None).first()
    if person and person.email and organisations_of(person):
        send_ping(person.email, work.id)


@job(ReportJob.PING_REPORTER)
def ping_reporter(work: Job) -> None:
    """A mail to a reporter who asked for it: it names neither this site nor the subject."""
    report = Report.objects.select_related("organisation").get(id=work.aim)
    if address := ping_address(report):
        send_neutral_ping(address, work.id)


@daily(ReportJob.DROP_UNSENT)
def drop_unsent(work: Job) -> None:
    """Delete the evidence of forms that were never sent, and what was left by a process that was killed while it kept a file."""
    drop_unclaimed(timezone.localdate())
    drop_strays(timezone.localdate())
