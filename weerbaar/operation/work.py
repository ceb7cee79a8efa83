"""Whether work that was promised is done, read from the jobs table. It names no job, case or organisation."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from jobs.daily import keys_of_day
from jobs.models import Job

FAILS_LONG = 8  # attempts: with growing waits the first eight take more than twenty minutes
NIGHT = timedelta(minutes=5)  # after midnight, in which the day before still counts


def scheduler_works() -> bool:
    """Whether the work of today was promised, as a sweep does twice a minute."""
    return set(keys_of_day(_day())) <= set(_of_today().values_list("key", flat=True))


def worker_works() -> bool:
    """Whether a worker began something of what was promised today."""
    return _of_today().exclude(state="open", attempts=0).exists()


def failing() -> int:
    """How many jobs have failed for long, or were given up."""
    return Job.objects.filter(Q(state="dead") | Q(state="open", attempts__gte=FAILS_LONG)).count()


def _of_today():
    return Job.objects.filter(key__in=keys_of_day(_day()))


def _day():
    return timezone.localdate(timezone.now() - NIGHT)
