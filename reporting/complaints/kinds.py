"""The kinds of complaints (kinds.yaml), and when each is due."""

from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from django.utils import timezone

from jobs.outbox import next_mail_slot
from organisations.legal_sources import LegalSources
from organisations.rule_files import read_rules
from organisations.texts import Labelled, Text


class ComplaintKind(Labelled):
    """One kind. `told`: what the reporter reads of it. `hands_on`: its reader gives it to whom it is against."""

    told: Text
    length: int
    unit: Literal["hours", "days", "weeks"]
    source: LegalSources
    hands_on: bool = False

    def due_of(self, day: date, now: datetime, *, anonymous: bool) -> datetime:
        """When what was told on `day`, at `now`, is due. Hours of an anonymous report begin at the next slot for mail, since
        the moment would tell when the reporter came."""
        if self.unit == "hours":
            return (next_mail_slot(now) if anonymous else now) + timedelta(hours=self.length)
        last = day + (timedelta(days=self.length) if self.unit == "days" else timedelta(weeks=self.length))
        return timezone.make_aware(datetime.combine(last, time(23, 59, 59)))


@cache
def complaint_kinds() -> dict[str, ComplaintKind]:
    """{code: kind}. Raises BadRules for a wrong file."""
    return read_rules(Path(__file__).with_name("kinds.yaml"), dict[str, ComplaintKind])
