"""Who operates the installation hears when work fails for long or nobody does it: once a day for each cause, by mail, by a
webhook and in the log."""

import logging
import time
from datetime import timedelta

from django.utils import timezone

from jobs.faults import Failing, failing, note_unknown
from jobs.heartbeat import silent
from jobs.job_kinds import OperatorJob
from jobs.models import Job
from jobs.outbox import Promise, enqueue_all

logger = logging.getLogger(__name__)

_STARTED = time.monotonic()
PATIENCE = timedelta(minutes=3)  # after the start of this worker: the others start, too
_SILENT = "nobody works at"


def to_tell() -> dict[str, Failing | None]:
    """What an operator must hear, by its cause: what fails for long, and None for a queue at which nobody works."""
    told: dict[str, Failing | None] = {one.cause: one for one in failing() if one.is_long}
    return told | {f"{_SILENT} {queue}": None for queue in silent()}


def tell_operator() -> None:
    """Promise what was not said today. Where it is mail that fails, the log and the webhook say it alone."""
    note_unknown()
    just_started = time.monotonic() - _STARTED < PATIENCE.total_seconds()
    causes = [cause for cause, what in to_tell().items() if what or not just_started]
    today = timezone.localdate()
    promises = {(kind, cause): f"{kind}:{today}:{cause}" for cause in causes for kind in OperatorJob}
    said = set(Job.objects.filter(key__in=promises.values()).values_list("key", flat=True))
    new = {which: key for which, key in promises.items() if key not in said}
    enqueue_all(Promise(kind, key=key) for (kind, _cause), key in new.items())
    for cause in dict.fromkeys(cause for _kind, cause in new):
        logger.error("%s: see manage.py jobs", cause)


def told_in(work: Job) -> tuple[str, Failing | None] | None:
    """What this job was promised to tell; None where it is over meanwhile."""
    cause = work.key.split(":", 2)[2]
    now = to_tell()
    return (cause, now[cause]) if cause in now else None
