"""The days on which figures are planned to come out (calendar.yaml)."""

from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.utils import timezone
from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from monitor.rules.periods import is_period, is_quarter, quarter_before, settled_on, year_before
from organisations.rule_files import safe_load


class Planned(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    period: str
    day: date

    @field_validator("period")
    @classmethod
    def _is_period(cls, period: str) -> str:
        if not is_period(period):
            raise ValueError(f"calendar.yaml: {period!r} is not a year or a quarter")
        return period

    @model_validator(mode="after")
    def _after_its_end(self) -> "Planned":
        if self.day < settled_on(self.period):
            raise ValueError(f"calendar.yaml: {self.period} is planned before it can be built")
        return self

    @property
    def is_late(self) -> bool:
        """Whether the planned day is over."""
        return self.day < timezone.localdate()


@cache
def release_calendar() -> list[Planned]:
    """The planned releases of calendar.yaml, in the order of their days."""
    return read_calendar(Path(__file__).with_name("calendar.yaml").read_text("utf-8"))


def read_calendar(text: str) -> list[Planned]:
    """The planned releases, in the order of their days. Raises ValueError for a day on which the period cannot be built
    yet, for a period that is missing between two others, and for a year that is planned before its last quarter: no
    quarter can follow its year."""
    planned_releases = [Planned(period=str(period), day=day) for period, day in safe_load(text).items()]
    planned_releases.sort(key=lambda planned: planned.day)
    periods = [planned.period for planned in planned_releases]
    quarters, years = (
        [period for period in periods if is_quarter(period)],
        [period for period in periods if not is_quarter(period)],
    )
    if any(quarter_before(later) != period for period, later in pairwise(quarters)):
        raise ValueError("calendar.yaml: quarters are planned one after the other, none left out")
    if any(year_before(later) != period for period, later in pairwise(years)):
        raise ValueError("calendar.yaml: years are planned one after the other, none left out")
    for year in years:
        if any(period.startswith(year) for period in periods[periods.index(year) + 1 :]):
            raise ValueError(f"calendar.yaml: {year} is planned before its last quarter")
    return planned_releases
