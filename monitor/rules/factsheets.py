"""The factsheets (factsheets.yaml, survey.yaml). The loader refuses a figure that no table carries."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from monitor.rules.catalogue import Table, tables
from monitor.rules.indicators import Cells, Indicator, indicators
from organisations.rule_files import WrongRule, read_rules
from organisations.texts import Labelled, Text

HERE = Path(__file__).parent
ChartName = Literal["forms", "channel", "severity", "reporting", "police", "outcomes", "lead_time"]


class Whom(Labelled):
    codes: dict[str, list[str]]


class Figure(BaseModel):
    """Cells of one table that a factsheet shows: a total, split `by` a code list where it names one, and the indicators to
    `say` in words. `of`: about whom it is, where no table carries the factsheet's own group."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    table: str
    by: str = ""
    of: str = ""
    kind: str = ""
    most_first: bool = False
    say: list[str] = []

    def cells(self, whom: Whom) -> Cells:
        """The cells of the total for this group of people. Raises ValueError where the table does not carry them."""
        return Cells(table=self.table, codes=whom.codes | ({"kind": [self.kind]} if self.kind else {}))

    def indicator(self, name: str, whom: Whom) -> Indicator:
        """An indicator, read in the table of this figure and for this group of people. Raises ValueError where the table
        does not carry it."""
        indicator = indicators()[name]
        narrowed = {"numerator": self._narrowed(indicator.numerator, whom)}
        if indicator.denominator is not None:
            narrowed["denominator"] = self._narrowed(indicator.denominator, whom)
        return indicator.model_copy(update=narrowed)

    @property
    def population_and_kind(self) -> tuple[str, str]:
        """The population that is counted, and the kind; an empty kind means all kinds."""
        table = tables()[self.table]
        return table.population, self.kind or table.fixed

    def _narrowed(self, cells: Cells, whom: Whom) -> Cells:
        return Cells(table=self.table, codes=cells.codes | self.cells(whom).codes)


class Also(Labelled, Figure):
    """A count beside the total, with its words."""


class Factsheet(Labelled):
    id: str
    slug: str
    whom: str
    counted: Text
    total: Figure
    also: list[Also] = []
    charts: dict[ChartName, Figure]
    timeliness: Figure
    survey: list[str]

    @property
    def figures(self) -> Iterator[tuple[str, Figure]]:
        """Every figure of the factsheet with its name in factsheets.yaml."""
        yield "total", self.total
        yield from (("also", figure) for figure in self.also)
        yield from self.charts.items()
        yield "timeliness", self.timeliness

    @property
    def tables(self) -> set[str]:
        """The ids of all tables from which the factsheet is read."""
        return {figure.table for _name, figure in self.figures}


class SurveyLine(Labelled):
    """A line of the survey: the people who were asked, and the share of them in whole per cent by year."""

    population: Text
    values: dict[int, int]


class Survey(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: dict[int, Text]
    lines: dict[str, SurveyLine]

    @model_validator(mode="after")
    def _sourced(self) -> "Survey":
        for name, line in self.lines.items():
            if unknown := set(line.values) - set(self.sources):
                raise WrongRule(f"{name} has no source for {sorted(unknown)}", "lines", name)
            if not all(0 <= value <= 100 for value in line.values.values()):
                raise WrongRule(f"{name} has a share outside 0 to 100", "lines", name)
        return self


class Factsheets(BaseModel):
    """The content of factsheets.yaml. Refuses a figure that no table carries."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    whom: dict[str, Whom]
    factsheets: dict[str, Factsheet]

    @model_validator(mode="before")
    @classmethod
    def _with_ids(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "factsheets": {name: {"id": name} | sheet for name, sheet in data["factsheets"].items()}}

    @model_validator(mode="after")
    def _carried(self) -> "Factsheets":
        slugs = [sheet.slug for sheet in self.factsheets.values()]
        if len(set(slugs)) != len(slugs):
            raise WrongRule("two factsheets have the same slug", "factsheets")
        for sheet in self.factsheets.values():
            if sheet.whom not in self.whom or set(sheet.survey) - set(survey().lines):
                raise WrongRule("there is no such whom or line of the survey", "factsheets", sheet.id)
            for name, figure in sheet.figures:
                if problem := self._problem(sheet, figure):
                    at = (name,) if name in {"total", "also", "timeliness"} else ("charts", name)
                    raise WrongRule(problem, "factsheets", sheet.id, *at)
        return self

    def whom_of(self, sheet: Factsheet, figure: Figure) -> Whom:
        """The group of people that a figure of a factsheet is about."""
        return self.whom[figure.of or sheet.whom]

    def _problem(self, sheet: Factsheet, figure: Figure) -> str:
        if (figure.of or sheet.whom) not in self.whom:
            return f"there is no whom {figure.of!r}"
        table: Table | None = tables().get(figure.table)
        if table is None or table.quarterly:
            return f"no yearly table {figure.table}"
        if figure.by and figure.by not in table.dimensions:
            return f"{figure.table} carries no {figure.by}"
        if unknown := set(figure.say) - set(indicators()):
            return f"there is no indicator {', '.join(sorted(unknown))}"
        whom = self.whom_of(sheet, figure)
        try:
            figure.cells(whom)
            for name in figure.say:
                figure.indicator(name, whom)
        except ValueError:
            return f"{figure.table} does not carry this for {whom.text.in_language('en')}; name another whom with `of`, or leave it out"
        return ""


@cache
def factsheets() -> Factsheets:
    """The content of factsheets.yaml."""
    return read_rules(HERE / "factsheets.yaml", Factsheets)


@cache
def survey() -> Survey:
    """The content of survey.yaml."""
    return read_rules(HERE / "survey.yaml", Survey)


def by_slug(slug: str) -> Factsheet | None:
    """The factsheet with this slug; None where there is none."""
    return next((sheet for sheet in factsheets().factsheets.values() if sheet.slug == slug), None)
