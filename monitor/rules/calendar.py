"""The days on which figures are planned to come out (calendar.yaml)."""

from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.utils import timezone
from pydantic import BaseModel, ConfigDict, RootModel, field_validator, model_validator

from monitor.rules.periods import is_period, is_quarter, quarter_before, settled_on, year_before
from organisations.rule_files import WrongRule, read_rules, rules_in

HERE = Path(__file__).parent


class Planned(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    period: str
    day: date

    @field_validator("period")
    @classmethod
    def _is_period(cls, period: str) -> str:
        if not is_period(period):
            raise ValueError(f"{period!r} is not a year or a quarter")
        return period

    @model_validator(mode="after")
    def _after_its_end(self) -> "Planned":
        if self.day < settled_on(self.period):
            raise ValueError(f"{self.period} is planned before it can be built")
        return self

    @property
    def is_late(self) -> bool:
        """Whether the planned day is over."""
        return self.day < timezone.localdate()


class ReleaseCalendar(RootModel[dict[str, Planned]]):
    """All of calendar.yaml, by period."""

    @model_validator(mode="before")
    @classmethod
    def _with_periods(cls, days: dict[str | int, date]) -> dict[str, dict]:
        return {str(period): {"period": str(period), "day": day} for period, day in days.items()}

    @model_validator(mode="after")
    def _one_after_the_other(self) -> "ReleaseCalendar":
        periods = [planned.period for planned in self.in_order()]
        quarters, years = (
            [period for period in periods if is_quarter(period)],
            [period for period in periods if not is_quarter(period)],
        )
        if any(quarter_before(later) != period for period, later in pairwise(quarters)):
            raise WrongRule("quarters are planned one after the other, none left out")
        if any(year_before(later) != period for period, later in pairwise(years)):
            raise WrongRule("years are planned one after the other, none left out")
        for year in years:
            if any(period.startswith(year) for period in periods[periods.index(year) + 1 :]):
                raise WrongRule(f"{year} is planned before its last quarter", year)
        return self

    def in_order(self) -> list[Planned]:
        """In the order of the days."""
        return sorted(self.root.values(), key=lambda planned: planned.day)


@cache
def release_calendar() -> list[Planned]:
    """The planned releases of calendar.yaml, in the order of their days."""
    return read_rules(HERE / "calendar.yaml", ReleaseCalendar).in_order()


def read_calendar(text: str) -> list[Planned]:
    """The planned releases, in the order of their days. Raises BadRules for a day on which the period cannot be built yet,
    for a period that is missing between two others, and for a year that is planned before its last quarter: no quarter
    can follow its year."""
    return rules_in(text, ReleaseCalendar, HERE / "calendar.yaml").in_order()
