"""Whether anybody works: a worker says for its queue that it looked, and whoever asks learns which queues nobody looks at."""

from datetime import timedelta

from django.utils import timezone

from jobs.clock import last_full
from jobs.models import Heartbeat
from jobs.queues import QUEUES

ROUNDED = timedelta(seconds=30)
SILENT_AFTER = timedelta(minutes=2)


def beat(*queues: str) -> bool:
    """Say that a worker looked at these queues now. It writes at most once in half a minute, and returns whether it did."""
    at = last_full(ROUNDED, timezone.now())
    fresh = set(Heartbeat.objects.filter(queue__in=queues, at=at).values_list("queue", flat=True))
    for queue in set(queues) - fresh:
        Heartbeat.objects.update_or_create(queue=queue, defaults={"at": at})
    return not set(queues) <= fresh


def silent() -> list[str]:
    """The queues at which no worker has looked for two minutes, or in which one has done the same piece of work for longer
    than it may take (:class:`jobs.queues.Queue`). In the order of QUEUES."""
    now = timezone.now()  # what lies ahead of it was written by a clock that was ahead, and tells nothing
    heard = Heartbeat.objects.filter(at__gte=now - SILENT_AFTER - ROUNDED, at__lte=now + ROUNDED)
    names = set(heard.values_list("queue", flat=True))
    return [queue for queue in QUEUES if queue not in names]
