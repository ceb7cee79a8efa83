"""What a worker does for people at work."""

from django.utils import timezone

from jobs.models import Job
from jobs.outbox import job
from organisations.job_kinds import OrganisationJob
from organisations.models import KeptForm


@job(OrganisationJob.DROP_KEPT)
def drop_kept(work: Job) -> None:
    """Nobody came back for what was typed."""
    KeptForm.objects.filter(until__lte=timezone.now()).delete()
