"""What a worker does for the figures."""

from jobs.models import Job
from jobs.outbox import job
from monitor.job_kinds import MonitorJob


@job(MonitorJob.BUILD_EDITION)
def build(work: Job) -> None:
    """Make an edition that somebody asked for."""
    from monitor.editions import builds  # imported here because it loads scipy and the solver, which few processes use

    builds.begin(work.aim)


@job(MonitorJob.MISS_BUILD)
def miss(work: Job) -> None:
    """See whether a build lost its worker."""
    from monitor.editions import builds

    builds.miss(work.aim)
