"""Whether work that was promised is done. It names no job, case or organisation."""

from datetime import timedelta

from django.utils import timezone

from jobs import faults
from jobs.daily import keys_of_day
from jobs.models import Job

NIGHT = timedelta(minutes=5)  # after midnight, in which the day before still counts


def scheduler_works() -> bool:
    """Whether the work of today was promised, as a sweep does twice a minute."""
    keys = keys_of_day(timezone.localdate(timezone.now() - NIGHT))
    return set(keys) <= set(Job.objects.filter(key__in=keys).values_list("key", flat=True))


def failing() -> list[faults.Failing]:
    """What has failed for long, by its cause, the most first."""
    return [one for one in faults.failing() if one.is_long]
