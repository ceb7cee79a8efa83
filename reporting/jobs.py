"""What a worker does for reports. A worker holds no key to their content."""

from django.utils import timezone

from jobs.mail import send_neutral_ping, send_ping
from jobs.models import Job
from jobs.outbox import enqueue, job
from organisations.access.recusal import is_recused
from organisations.models import Person
from organisations.people.appointments import Rosters, organisations_of
from reporting.job_kinds import ReportJob
from reporting.mailbox.mailbox import ping_address
from reporting.models import Report
from vault.files import drop_unclaimed

ALARMED = ("administrator", "auditor", "general_secretary", "registrar", "archivist")


@job(ReportJob.ALARM)
def alarm(work: Job) -> None:
    """Nobody may open this report: mail two people of unrelated functions that something is new, but not what."""
    report = Report.objects.select_related("organisation").get(id=work.aim)
    told: list[Person] = []
    rosters = Rosters(timezone.localdate())
    for code in ALARMED:
        for person in rosters.holders(report.organisation, code):
            if len(told) < 2 and person.email and person not in told and not is_recused(report.case, person.id):
                told.append(person)
                enqueue(ReportJob.PING_PERSON, person.id, key=f"alarm:{report.id}:{person.id}")
                break


@job(ReportJob.PING_PERSON)
def ping(work: Job) -> None:
    """A mail without content to one person, if they still work somewhere when it goes."""
    person = Person.objects.filter(id=work.aim, is_active=True).exclude(email=None).first()
    if person and person.email and organisations_of(person):
        send_ping(person.email, work.id)


@job(ReportJob.PING_REPORTER)
def ping_reporter(work: Job) -> None:
    """A mail to a reporter who asked for it: it names neither this site nor the subject."""
    report = Report.objects.select_related("organisation").get(id=work.aim)
    if address := ping_address(report):
        send_neutral_ping(address, work.id)


@job(ReportJob.DROP_UNSENT)
def drop_unsent(work: Job) -> None:
    """Delete the evidence of forms that were never sent."""
    drop_unclaimed(timezone.localdate())
