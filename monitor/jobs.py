"""What a worker does for the figures."""

from jobs.models import Job
from jobs.outbox import job
from monitor.editions import builds


@job("monitor.build_edition")
def build(work: Job) -> None:
    """Make an edition that somebody asked for."""
    builds.begin(work.aim)


@job("monitor.miss_build")
def miss(work: Job) -> None:
    """See whether a build lost its worker."""
    builds.miss(work.aim)
