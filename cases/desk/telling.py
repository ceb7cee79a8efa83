"""Mail without content to who has a part in a case: one sender, so that recusal is asked wherever such a mail is promised."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from jobs.outbox import Promise, enqueue_all
from organisations.access.bars import not_barred
from organisations.models import Assignment
from reporting.job_kinds import ReportJob
from reporting.pings import ping_key

OPENED = "opened"  # `what` of the mail that a case was opened


def tell_who_works(
    case: UUID, what: str, *which: UUID, relations: Collection[str] = (), due: datetime | None = None
) -> None:
    """Promise a mail to everybody who has one of these relations to the case (any, where none is named), can get mail and is not
    kept out. `what` and `which` make it one of its kind, as for :func:`ping_key`; `due`: of :class:`jobs.outbox.Promise`.
    """
    rows = Assignment.objects.holding().filter(case=case).exclude(person__email=None)
    # The part of somebody who is kept out ends by a job that may come later.
    free = not_barred(case, rows.filter(relation__in=relations) if relations else rows)
    people = {row.person_id for row in free}
    enqueue_all(Promise(ReportJob.PING_PERSON, person, ping_key(what, case, *which, person), due) for person in people)
