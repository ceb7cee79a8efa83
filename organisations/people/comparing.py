"""Who must be compared with what was reported, before they come to know of any of it.

Whoever may come to know of more, or is known by other words, and whoever declared to be related to them, reads, counts and
hears nothing from that moment on until a worker has compared them with every case of their organisations.
"""

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.utils import timezone

from jobs.outbox import Promise, enqueue_all, not_done, week_start
from organisations.job_kinds import OrganisationJob
from organisations.models import Assignment, Person
from organisations.people.relations import related_people


class NotCompared(Exception):
    """Somebody was not compared yet, so what waits for them waits until they were."""


def compare_again(person: Person, since: date | None = None) -> None:
    """Promise that somebody who may now (or on the day `since`, where that is later) come to know of more, or is known by
    other words, is compared with every case of their organisations, and so is whoever declared to be related to them."""
    if since and since > timezone.localdate():
        due = timezone.make_aware(datetime.combine(since, time()))
    elif Assignment.objects.exists():
        due = week_start() - timedelta(days=7)  # before all other work: it may be about the same people
    else:
        return
    concerned = [person.id, *related_people({person.id}) - {person.id}]
    enqueue_all(Promise(OrganisationJob.COMPARE, one, f"{OrganisationJob.COMPARE}:{uuid4()}", due) for one in concerned)


def comparisons_due(person: UUID) -> QuerySet:
    """The rows that say that this person must be compared first, for `Exists`. None once that was done."""
    return not_done(OrganisationJob.COMPARE, [person])


def is_compared(person: UUID) -> bool:
    """Whether this person was compared by everything that is known of them today. One query."""
    return not comparisons_due(person).exists()


def wait_until_compared(person: UUID) -> None:
    """For work that tells this person of a case: it is done again later where they were not compared yet. Raises
    :class:`NotCompared`."""
    if not is_compared(person):
        raise NotCompared
