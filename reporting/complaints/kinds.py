"""The kinds of complaints (kinds.yaml), and when each is due."""

from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from django.utils import timezone

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

    def due_of(self, day: date, heard: datetime) -> datetime:
        """When what was told on `day` is due. Hours begin at `heard`, when its reader hears of it."""
        if self.unit == "hours":
            return heard + timedelta(hours=self.length)
        last = day + (timedelta(days=self.length) if self.unit == "days" else timedelta(weeks=self.length))
        return timezone.make_aware(datetime.combine(last, time(23, 59, 59)))


@cache
def complaint_kinds() -> dict[str, ComplaintKind]:
    """{code: kind}. Raises BadRules for a wrong file."""
    return read_rules(Path(__file__).with_name("kinds.yaml"), dict[str, ComplaintKind])
