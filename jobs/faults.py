"""What becomes of work that fails: it is tried again with a growing wait, for as long as it takes, and never given up.

Failures are grouped by their cause, so that a mail server that is away is one fault and not five hundred. Of a service
that does not answer (:class:`jobs.queues.Away`) nothing is asked until `Fault.retry_at`, and then by one job. Of any other
cause that several jobs have, one of them tries again at that moment. When one succeeds, all go on at once.
"""

import logging
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Max
from django.utils import timezone

from jobs.clock import next_full
from jobs.models import Fault, Job, JobQuerySet
from jobs.outbox import kinds_known, week_start
from jobs.queues import NEEDS, SERVICES, queue_of

logger = logging.getLogger(__name__)

MINUTE = timedelta(minutes=1)
WAITS = (MINUTE / 6, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, 60 * MINUTE)  # of a job, by its attempts
TRIES = (MINUTE / 6, MINUTE / 2, MINUTE, 2 * MINUTE, *(5 * MINUTE,) * 6)  # of a cause
LONG = 5  # attempts after which a job fails for long: by then for about twenty minutes
LOST = "the worker was lost"
UNKNOWN = "no code knows it"


@dataclass(frozen=True)
class Failing:
    """A cause and what waits because of it. `since`: None where nobody saw it fail yet. `is_long`: an operator hears of it."""

    cause: str
    since: date | None
    kinds: tuple[str, ...]
    count: int
    is_long: bool


def cause_of(error: Exception) -> str:
    """The class of an error and the last place of our own code that it came from; never its text."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(settings.BASE_DIR)]
    own = [frame for frame in own if "site-packages" not in frame.filename] or frames
    place = f"{Path(own[-1].filename).parent.name}/{Path(own[-1].filename).name}:{own[-1].lineno}" if own else "-"
    return f"{type(error).__name__[:30]} at {place}"[: Job._meta.get_field("error").max_length]


def try_later(job: Job, cause: str) -> None:
    """This work failed. It is tried again at a full minute or hour of the clock, which does not say when it was promised."""
    _put_off(job, cause)
    fault = _fault(cause)
    if Fault.to_be_tried().filter(pk=fault.pk).exists():
        _count(fault)


def wait_for(job: Job, service: str) -> None:
    """The service that this work needs does not answer. Whatever else needs it waits with it, and another one asks next."""
    _put_off(job, service)
    fault = _fault(service)
    _count(fault)
    if fault.tries == 1:
        logger.error("%s does not answer: what needs it waits", service)


def _put_off(job: Job, cause: str) -> None:
    due = next_full(WAITS[min(job.attempts, len(WAITS)) - 1], timezone.now())
    Job.objects.filter(pk=job.pk, state="open").update(due=due, lease_until=None, error=cause)


def _fault(cause: str) -> Fault:
    since = {"since": timezone.localdate(), "retry_at": timezone.now()}
    return Fault.objects.get_or_create(cause=cause, defaults=since)[0]


def _count(fault: Fault) -> None:
    fault.tries = min(fault.tries + 1, len(TRIES))
    fault.retry_at = next_full(TRIES[fault.tries - 1], timezone.now())
    fault.save(update_fields=["tries", "retry_at"])


def kinds_that_wait() -> list[str]:
    """Kinds of work whose service is not to be asked now."""
    waiting = Fault.objects.filter(cause__in=SERVICES).exclude(pk__in=Fault.to_be_tried())
    away = set(waiting.values_list("cause", flat=True))
    return [kind for kind, service in NEEDS.items() if service in away]


def ask_alone(job: Job) -> None:
    """This work asks a service that did not answer: nobody else does until it has an answer."""
    if service := NEEDS.get(job.kind):
        until = timezone.now() + queue_of(job.kind).longest
        Fault.objects.filter(cause=service).update(retry_at=until)


def answered(service: str) -> None:
    """A service took something: everything that waits for it goes on."""
    if Fault.objects.filter(cause=service).exists():
        Fault.objects.filter(cause=service).delete()
        _go_on(Job.objects.failing().filter(error=service, lease_until=None))


def went_well(job: Job) -> None:
    """What this work failed for before is mended: everything that failed by the same cause goes on. That work was done does
    not say that the service which it needs was asked, since a mail may have become unnecessary: the next one asks."""
    if service := NEEDS.get(job.kind):
        Fault.objects.filter(cause=service).update(retry_at=timezone.now())
    if job.error and job.error not in SERVICES:
        failing = Job.objects.failing().filter(error=job.error)
        if not _go_on(failing.filter(lease_until=None)):
            Fault.objects.filter(cause=job.error).delete()


def retry(cause: str = "") -> int:
    """Try everything again now that failed, or what failed by this cause. Returns how much that is."""
    Fault.objects.filter(**({"cause": cause} if cause else {})).update(retry_at=timezone.now())
    failing = Job.objects.failing().filter(lease_until=None)
    return _go_on(failing.filter(error=cause) if cause else failing)


def _go_on(jobs: JobQuerySet) -> int:
    return jobs.update(due=week_start())


def probe() -> None:
    """Of each cause that several jobs have let one try again before its time, and forget causes that nothing fails by."""
    for fault in Fault.to_be_tried().exclude(cause__in=[*SERVICES, UNKNOWN]):
        failing = Job.objects.failing().filter(error=fault.cause)
        if not failing.exists():
            fault.delete()
        elif failing.count() > 1 and (one := failing.filter(lease_until=None).order_by("?").first()):
            _go_on(Job.objects.filter(pk=one.pk))


def note_unknown() -> None:
    """Keep since which day there is work of a kind that no code knows."""
    if Job.objects.waiting().exclude(kind__in=kinds_known()).exists():
        _fault(UNKNOWN)
    else:
        Fault.objects.filter(cause=UNKNOWN).delete()


def failing() -> list[Failing]:
    """Everything that fails, the most first: by its cause, what waits for a service, and kinds that no code knows (any more),
    which nobody can do."""
    faults = {fault.cause: fault for fault in Fault.objects.all()}
    found: dict[str, list[tuple[str, int, int]]] = {}
    for kind, cause, count, attempts in _grouped(Job.objects.failing(), "kind", "error"):
        found.setdefault(cause, []).append((kind, count, attempts))
    for service in SERVICES & faults.keys():
        needing = Job.objects.waiting().filter(kind__in=[kind for kind, needs in NEEDS.items() if needs == service])
        fresh = needing.filter(error="")
        found.setdefault(service, []).extend(_grouped(fresh, "kind"))
    unknown = Job.objects.waiting().exclude(kind__in=kinds_known())
    if rows := list(_grouped(unknown, "kind")):
        found[UNKNOWN] = rows
    said = [_failing(cause, rows, faults.get(cause)) for cause, rows in found.items() if rows]
    return sorted(said, key=lambda one: (-one.count, one.cause))


def _grouped(jobs: JobQuerySet, *by: str) -> Iterable[tuple]:
    return jobs.order_by().values_list(*by).annotate(count=Count("id"), most=Max("attempts")).order_by(*by)


def _failing(cause: str, rows: list[tuple[str, int, int]], fault: Fault | None) -> Failing:
    kinds = tuple(sorted({kind for kind, _count, _attempts in rows}))
    tried = max(attempts for _kind, _count, attempts in rows)
    since = fault.since if fault else None
    if cause in SERVICES:
        is_long = fault is not None and fault.tries >= len(TRIES)
    elif cause == UNKNOWN:  # a newer program beside this one may know it: said from the next day on
        is_long = since is not None and since < timezone.localdate()
    else:
        is_long = tried >= LONG
    return Failing(cause, since, kinds, sum(count for _kind, count, _attempts in rows), is_long)


def away() -> list[str]:
    """The services that do not answer now, of SERVICES."""
    return sorted(Fault.objects.filter(cause__in=SERVICES).values_list("cause", flat=True))
