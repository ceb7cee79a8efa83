"""Put work into the outbox, in the transaction that makes it necessary; a worker does it after the commit."""

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from jobs.models import Job
from jobs.queues import queue_of

Work = Callable[[Job], None]
_WORK: dict[str, Work] = {}
MAIL_SLOTS = (9, 14)
LONGEST_TO_SLOT = timedelta(hours=max((b - a) % 24 for a, b in pairwise((*MAIL_SLOTS, MAIL_SLOTS[0]))))
MOST_OF_A_KEY = 120


@dataclass(frozen=True)
class Promise:
    """Work for :func:`enqueue_all`.

    `kind` is that of a function registered with :func:`job`, `target` the row that it works on. The same `key` twice is one
    job; without one it is kind and target. `due` is a slot chosen by the caller; without one the work is due since the start
    of the week, so that the row never tells when it was promised.
    """

    kind: str
    target: UUID | None = None
    key: str = ""
    due: datetime | None = None


def job(kind: str) -> Callable[[Work], Work]:
    """Register the function that does the work of this kind. It gets the job, runs in a transaction, and may run again after a
    failure. Raises ValueError for a kind that another function does."""

    def register(work: Work) -> Work:
        if kind in _WORK:
            raise ValueError(f"two functions do {kind!r}")
        _WORK[kind] = work
        return work

    return register


def kinds_known() -> frozenset[str]:
    """Every kind that a function does."""
    return frozenset(_WORK)


def work_of(kind: str) -> Work:
    """The function that does this kind. Raises KeyError."""
    return _WORK[kind]


def enqueue(kind: str, target: UUID | None = None, *, key: str = "", due: datetime | None = None) -> None:
    """Promise work, in the caller's transaction; the parts are those of :class:`Promise`. Raises ValueError for a kind that
    nobody does."""
    enqueue_all([Promise(kind, target, key, due)])


def enqueue_all(promises: Iterable[Promise]) -> None:
    """As :func:`enqueue`, in one statement for all."""
    promised = list(promises)
    if any(len(promise.key) > MOST_OF_A_KEY for promise in promised):
        raise ValueError("the key of a job is too long to be kept")  # SQLite would keep it
    if unknown := {promise.kind for promise in promised} - _WORK.keys():
        raise ValueError(f"nobody does {', '.join(sorted(unknown))}")
    Job.objects.bulk_create(
        (
            Job(
                key=promise.key or f"{promise.kind}:{promise.target}",
                kind=str(promise.kind),
                target=promise.target,
                due=promise.due or week_start(),
            )
            for promise in promised
        ),
        ignore_conflicts=True,
    )
    if queues := {queue_of(promise.kind).name for promise in promised if promise.due is None}:
        transaction.on_commit(lambda: ring(*sorted(queues)), robust=True)


def take_back(kind: str, target: UUID) -> None:
    """Take back work of this kind on this row that nobody has begun: it is promised for another moment."""
    Job.objects.filter(kind=kind, target=target, state="open", attempts=0).delete()


def promised_for_later(kind: str, target: UUID) -> list[str]:
    """The keys of the work of this kind on this row that waits for a moment to come."""
    rows = Job.objects.filter(kind=kind, target=target, state="open", due__gt=timezone.now())
    return list(rows.values_list("key", flat=True))


def not_done(kind: str, targets: Collection[UUID]) -> QuerySet[Job]:
    """The work of this kind on these rows that was promised, is due and is not done, also where it is tried again later or an
    operator took it out."""
    due = Q(due__lte=timezone.now()) | Q(attempts__gt=0)
    return Job.objects.filter(due, kind=kind, target__in=list(targets), state__in=["open", "dead"])


def ring(*queues: str) -> None:
    """Tell the workers of these queues to look. When Redis is away nothing is lost: each worker looks by itself, too. It is not
    logged here: a line would tell when somebody reported, and the worker says that it cannot reach Redis."""
    if not settings.REDIS_URL:
        return
    with suppress(Exception):  # any trouble of the broker: the row is there, the report must not wait
        for queue in queues:
            current_app.send_task("jobs.run_due", [queue], queue=queue, retry=False, expires=60)


def week_start() -> datetime:
    """Midnight of Monday, in the time of the Netherlands."""
    today = timezone.localdate()
    return timezone.make_aware(datetime.combine(today - timedelta(days=today.weekday()), time()))


def next_mail_slot(now: datetime | None = None) -> datetime:
    """The next nine or two o'clock: mail about anonymous reports goes out then, whenever they came."""
    local = timezone.localtime(now)
    for hour in MAIL_SLOTS:
        slot = local.replace(hour=hour, minute=0, second=0, microsecond=0)
        if slot > local:
            return slot
    return slot.replace(hour=MAIL_SLOTS[0]) + timedelta(days=1)
