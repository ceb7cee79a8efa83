"""When anything about a report may leave the installation: the one place that decides it for an anonymous report."""

from datetime import datetime

from django.utils import timezone

from jobs.outbox import next_mail_slot
from reporting.models import Report


def may_leave(
    report: Report, wanted: datetime | None = None, *, chosen: bool = False, now: datetime | None = None
) -> datetime | None:
    """From when something about this report may leave: a mail, an alarm, a reminder, an entry of a calendar, the end of a
    part of somebody. It is the `due` of the job that lets it leave. `wanted`: when it would leave otherwise; None for at once.

    Of an anonymous report nothing leaves before the next slot of the mail, so that it is the same whenever the reporter came
    since the slot before (docs/decisions/week-not-moment.md). `chosen`: the reporter read that the moment will show, and
    wanted it so ("waarschuw nu"). `now`: another moment than this one.
    """
    if chosen or not report.is_anonymous:
        return wanted
    slot = next_mail_slot(now or timezone.now())
    return max(slot, wanted) if wanted else slot
