"""What a worker does for who operates the installation."""

from django.conf import settings

from jobs.job_kinds import OperatorJob
from jobs.models import Job
from jobs.outbox import job
from jobs.sending.mail import send_fault
from jobs.sending.webhook import post_operator
from jobs.telling import told_in


@job(OperatorJob.TELL)
def tell_operator(work: Job) -> None:
    """A mail about one thing that fails, if it still does."""
    if settings.OPERATOR_EMAIL and (told := told_in(work)):
        cause, what = told
        send_fault(settings.OPERATOR_EMAIL, cause, what.since if what else None, what.count if what else 0, work.id)


@job(OperatorJob.POST)
def post(work: Job) -> None:
    """The same by a webhook, in constant words."""
    if settings.OPERATOR_WEBHOOK and told_in(work):
        post_operator(settings.OPERATOR_WEBHOOK)
