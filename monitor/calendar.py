"""When figures come out: planned days as data (calendar.yaml)."""

from datetime import date
from functools import cache
from pathlib import Path

from django.utils import timezone
from pydantic import BaseModel, ConfigDict, field_validator, model_validator
from yaml import safe_load

from monitor.editions import PERIOD, SETTLED_AFTER, last_day


class Planned(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    period: str
    day: date

    @field_validator("period")
    @classmethod
    def _is_period(cls, period: str) -> str:
        if not PERIOD.fullmatch(period):
            raise ValueError(f"calendar.yaml: {period!r} is not a year or a quarter")
        return period

    @model_validator(mode="after")
    def _after_its_end(self) -> "Planned":
        if self.day < last_day(self.period) + SETTLED_AFTER:
            raise ValueError(f"calendar.yaml: {self.period} is planned before it can be built")
        return self

    @property
    def is_late(self) -> bool:
        return self.day < timezone.localdate()


@cache
def release_calendar() -> list[Planned]:
    """In the order of the days. Raises ValueError for a day on which the period cannot be out."""
    entries = safe_load(Path(__file__).with_name("calendar.yaml").read_text("utf-8"))
    found = [Planned(period=str(period), day=day) for period, day in entries.items()]
    return sorted(found, key=lambda one: one.day)
