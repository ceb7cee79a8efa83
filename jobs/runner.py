"""Do what is due. A worker claims a job by a lease and does it in the transaction that also marks it done; after a failure
it is tried again later, at most eight times."""

import logging
import random
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from jobs.daily import promise_daily
from jobs.models import Job
from jobs.outbox import week_start, work_of

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 8


def sweep() -> int:
    """What a worker does when it looks: promise the work of today, then do what is due. Returns how many jobs were done."""
    promise_daily()
    return run_due()


def run_due(most: int = 200) -> int:
    """Do at most this many due jobs. Returns how many were done. Safe to run many times at once."""
    done = 0
    for _ in range(most):
        claimed = _claim()
        if claimed is None:
            return done
        done += _do(claimed)
    return done


def _claim() -> Job | None:
    with transaction.atomic():
        due = Job.claimable()
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        job = due.first()
        if job is None:
            return None
        job.attempts += 1
        job.lease_until = timezone.now() + LEASE
        job.save(update_fields=["attempts", "lease_until"])
        return job


def _do(claimed: Job) -> bool:
    try:
        with transaction.atomic():
            locked = Job.objects.select_for_update().get(pk=claimed.pk)
            if locked.state != "open":  # its lease ran out and another worker did it
                return False
            work_of(locked.kind)(locked)
            locked.state, locked.lease_until, locked.error, locked.due = "done", None, "", week_start()
            locked.save(update_fields=["state", "lease_until", "error", "due"])
        return True
    except Exception as error:  # one bad job never stops the others
        _try_later(claimed, error)
        return False


def _try_later(claimed: Job, error: Exception) -> None:
    dead = claimed.attempts >= MOST_ATTEMPTS
    wait = timedelta(seconds=min(3600, 2**claimed.attempts * 5) * random.uniform(0.8, 1.2))  # noqa: S311 spreading load
    Job.objects.filter(pk=claimed.pk, state="open").update(
        state="dead" if dead else "open",
        due=week_start() if dead else timezone.now() + wait,
        lease_until=None,
        error=type(error).__name__[:80],
    )
    log = logger.error if dead else logger.warning
    log("job %s of kind %s failed at attempt %d: %s", claimed.pk, claimed.kind, claimed.attempts, type(error).__name__)
