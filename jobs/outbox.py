"""Put work into the outbox, in the transaction that makes it necessary; a worker does it after the commit."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jobs.models import Job

logger = logging.getLogger(__name__)

Work = Callable[[Job], None]
_WORK: dict[str, Work] = {}
MAIL_SLOTS = (9, 14)


@dataclass(frozen=True)
class Promise:
    """Work for :func:`enqueue_all`, which says what its parts mean."""

    kind: str
    target: UUID | None = None
    key: str = ""
    due: datetime | None = None


def job(kind: str) -> Callable[[Work], Work]:
    """Register what does the work of this kind. It gets the job, runs in a transaction, and may run again."""

    def register(work: Work) -> Work:
        if kind in _WORK:
            raise ValueError(f"two functions do {kind!r}")
        _WORK[kind] = work
        return work

    return register


def work_of(kind: str) -> Work:
    return _WORK[kind]


def enqueue(kind: str, target: UUID | None = None, *, key: str = "", due: datetime | None = None) -> None:
    """Promise work. The same `key` twice is one job. `due` is a slot chosen by the caller; without one the work is due
    since the start of the week, so that the row never tells when it was promised."""
    enqueue_all([Promise(kind, target, key, due)])


def enqueue_all(promises: Iterable[Promise]) -> None:
    """As :func:`enqueue`, in one statement for all."""
    found = list(promises)
    if unknown := {one.kind for one in found} - _WORK.keys():
        raise ValueError(f"nobody does {', '.join(sorted(unknown))}")
    Job.objects.bulk_create(
        (
            Job(
                key=one.key or f"{one.kind}:{one.target}",
                kind=str(one.kind),
                target=one.target,
                due=one.due or week_start(),
            )
            for one in found
        ),
        ignore_conflicts=True,
    )
    if any(one.due is None for one in found):
        transaction.on_commit(ring, robust=True)


def ring() -> None:
    """Tell a worker to look. When Redis is away nothing is lost: the sweeper looks twice a minute."""
    if not settings.REDIS_URL:
        return
    try:
        current_app.send_task("jobs.run_due", retry=False, expires=60)
    except Exception as error:  # any trouble of the broker: the row is there, the report must not wait
        logger.warning("doorbell unavailable: %s", type(error).__name__)


def week_start() -> datetime:
    """Monday, midnight."""
    today = timezone.localdate()
    return timezone.make_aware(datetime.combine(today - timedelta(days=today.weekday()), time()))


def next_mail_slot(now: datetime | None = None) -> datetime:
    """Nine or two o'clock: when mail about anonymous reports goes out, whenever they came."""
    local = timezone.localtime(now)
    for hour in MAIL_SLOTS:
        slot = local.replace(hour=hour, minute=0, second=0, microsecond=0)
        if slot > local:
            return slot
    return slot.replace(hour=MAIL_SLOTS[0]) + timedelta(days=1)
