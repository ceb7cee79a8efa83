"""Do what is due. A worker claims a job by a lease and holds it while it works, does the job in the transaction that also
marks it done, and leaves what failed to :mod:`jobs.faults`."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from jobs import faults
from jobs.clock import next_full
from jobs.daily import promise_daily
from jobs.heartbeat import beat
from jobs.models import LEASED, Job
from jobs.outbox import kinds_known, week_start, work_of
from jobs.queues import QUEUES, READING, Away, Queue, queue_of
from jobs.telling import tell_operator

LEASE = timedelta(minutes=1)
HELD_EVERY = 20.0  # seconds between two times that a worker says it still works at a job


def sweep(queue: str = "") -> int:
    """What a worker does when it looks: promise the work of today, look after what fails, then do what is due; of one queue,
    or of all. Returns how many jobs were done."""
    promise_daily()
    if beat(*([queue] if queue else QUEUES)):
        faults.probe()
        tell_operator()
    return run_due(queue)


def run_due(queue: str = "", most: int = 200) -> int:
    """Do at most this many due jobs of a queue, or of all. Returns how many were done. Safe to run many times at once."""
    done = 0
    for _ in range(most):
        claimed = _claim(QUEUES[queue] if queue else None)
        if claimed is None:
            return done
        done += _do(claimed)
    return done


def _claim(queue: Queue | None) -> Job | None:
    due = Job.claimable().filter(kind__in=kinds_known())
    if queue:
        due = due.of_queue(queue)
    if waiting := faults.kinds_that_wait():
        due = due.exclude(kind__in=waiting)
    if not due.exists() or (queue and _is_busy(queue)):  # asked first outside a transaction: on SQLite that one writes
        return None
    locking = connection.features.has_select_for_update_skip_locked
    while True:
        with transaction.atomic():
            job = (due.select_for_update(skip_locked=True) if locking else due).first()
            if job is None:
                return None
            if not _kills_workers(job):
                return _lease(job)
            faults.try_later(job, faults.LOST)


def _kills_workers(job: Job) -> bool:
    """Whether two workers began it and were never heard of again. It gets its wait like everything that fails."""
    return job.lease_until is not None and job.attempts >= 2


def _is_busy(queue: Queue) -> bool:
    """Whether as much of this queue is being done as may be at the same moment."""
    leased = Job.objects.of_queue(queue).filter(
        state="open", lease_until__range=(timezone.now(), timezone.now() + LEASED)
    )
    return leased.count() >= queue.at_once


def _lease(job: Job) -> Job:
    job.attempts = min(job.attempts + 1, len(faults.WAITS))
    job.lease_until = _lease_from_now()
    job.save(update_fields=["attempts", "lease_until"])
    faults.ask_alone(job)
    return job


def _lease_from_now() -> datetime:
    """A full minute: a worker that is killed leaves the row as it is."""
    return next_full(timedelta(minutes=1), timezone.now() + LEASE)


def _do(claimed: Job) -> bool:
    with _held(claimed):
        try:
            if not _work(claimed):
                return False
        except Away as away:
            faults.wait_for(claimed, away.service)
            return False
        except Exception as error:  # one bad job never stops the others
            faults.try_later(claimed, faults.cause_of(error))
            return False
    faults.went_well(claimed)
    return True


def _work(claimed: Job) -> bool:
    """Returns whether this worker did it: False where another one was faster."""
    if claimed.kind in READING:
        work_of(claimed.kind)(claimed)
        return _finish(claimed)
    with transaction.atomic():
        locked = Job.objects.select_for_update().get(pk=claimed.pk)
        if locked.state != "open":  # its lease ran out and another worker did it
            return False
        work_of(locked.kind)(locked)
        return _finish(locked)


def _finish(job: Job) -> bool:
    done = {"state": "done", "lease_until": None, "error": "", "due": week_start()}
    return bool(Job.objects.filter(pk=job.pk, state="open").update(**done))


@contextmanager
def _held(job: Job) -> Iterator[None]:
    """Keep the lease while this worker works, and say that it does; no longer than work of its queue may take."""
    over = threading.Event()
    holder = threading.Thread(target=_hold, args=(job, queue_of(job.kind), over), daemon=True)
    holder.start()
    try:
        yield
    finally:
        over.set()
        holder.join()


def _hold(job: Job, queue: Queue, over: threading.Event) -> None:
    left = queue.longest.total_seconds()
    while left > 0 and not over.wait(HELD_EVERY):
        left -= HELD_EVERY
        try:
            Job.objects.filter(pk=job.pk, state="open").update(lease_until=_lease_from_now())
            beat(queue.name)
        except DatabaseError:  # the next time; on SQLite the job itself may be writing, and then nobody can claim it
            pass
        finally:
            connections.close_all()
