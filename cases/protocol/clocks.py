"""Clock arithmetic over clocks.yaml: when something is due, in Dutch time, with Dutch public holidays."""

from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import holidays
from dateutil.relativedelta import relativedelta
from pydantic import BaseModel, ConfigDict, Field
from yaml import safe_load

from reporting.questions import Words

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_END_OF_DAY = time(23, 59, 59)


class ClockKind(BaseModel):
    """One line of clocks.yaml. Statutory clocks run in calendar time and are never lengthened."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    nl: str
    en: str
    length: int
    unit: Literal["hours", "days", "weeks", "months", "workdays"]
    starts_at: Literal["receipt", "now"] = Field(alias="from")
    group: str
    statutory: bool = False
    source: str = ""

    @property
    def label(self) -> str:
        return str(Words(nl=self.nl, en=self.en))


@cache
def clock_kinds() -> dict[str, ClockKind]:
    text = Path(__file__).with_name("clocks.yaml").read_text("utf-8")
    return {code: ClockKind.model_validate(kind) for code, kind in safe_load(text).items()}


def due(code: str, start: datetime, length: int | None = None) -> datetime:
    """`length` is the organisation's own, in the unit of the clock. The moment before which it must be done. Hours run through the night and over a change of clocks; everything
    else ends at the end of a day in Amsterdam; workdays skip weekends and Dutch public holidays."""
    kind = clock_kinds()[code]
    length = length or kind.length
    if kind.unit == "hours":
        return start.astimezone(UTC) + timedelta(hours=length)
    day = start.astimezone(AMSTERDAM).date()
    if kind.unit == "workdays":
        free = holidays.country_holidays("NL")
        left = length
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5 and day not in free
    else:
        lengths = {"days": 0, "weeks": 0, "months": 0} | {kind.unit: length}
        day += relativedelta(days=lengths["days"], weeks=lengths["weeks"], months=lengths["months"])
    return datetime.combine(day, _END_OF_DAY, AMSTERDAM)
