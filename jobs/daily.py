"""Work that is done once on every day, whoever looks first: a worker of Celery or `manage.py work`."""

from collections.abc import Callable, Iterable
from datetime import date

from django.utils import timezone

from jobs.models import Job
from jobs.outbox import Promise, Work, enqueue_all, job

_DAILY: list[str] = []


def daily(kind: str) -> Callable[[Work], Work]:
    """Register the function that does the work of this kind, as :func:`jobs.outbox.job`; nobody has to promise it. A day on
    which no worker ran is left out."""

    def register(work: Work) -> Work:
        registered = job(kind)(work)
        _DAILY.append(kind)
        return registered

    return register


def keys_of_day(day: date) -> dict[str, str]:
    """{key of its job: kind} of what is done on a day."""
    return {f"{kind}:{day}": kind for kind in _DAILY}


def last_done(kind: str) -> date | None:
    """The last day on which work of this daily kind was done; None where it never was."""
    return max((_day_of(key) for key in _keys(kind, state="done")), default=None)


def day_of(work: Job) -> date:
    """The day for which daily work was promised, whenever it is done."""
    return _day_of(work.key)


def last_promised() -> date | None:
    """The last day for which anything was promised. One that lies ahead tells that the clock was."""
    return max((_day_of(key) for kind in _DAILY for key in _keys(kind)), default=None)


def _keys(kind: str, **which: str) -> Iterable[str]:
    return Job.objects.filter(kind=kind, key__startswith=f"{kind}:", **which).values_list("key", flat=True)


def _day_of(key: str) -> date:
    return date.fromisoformat(key.rpartition(":")[2])


def promise_daily() -> None:
    """Promise what is done today and was not promised yet. Many may call it at once: each kind has one job on a day."""
    kinds = keys_of_day(timezone.localdate())
    promised = set(Job.objects.filter(key__in=kinds).values_list("key", flat=True))
    enqueue_all(Promise(kind, key=key) for key, kind in kinds.items() if key not in promised)
