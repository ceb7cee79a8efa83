"""What is measured: indicators as data (indicators.yaml), each with its definition and where its numbers come from."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, model_validator

from monitor.rules.catalogue import TOTAL, Table, stored_code, tables
from organisations.codes import code_list
from organisations.rule_files import read_rules
from organisations.texts import Labelled, Text

WITH_PROFILES = {"rate", "organisations"}  # rules that need more than published cells: monitor/editions/profiles.py
PERCENTILES = {"median", "p90"}
INDICATORS = Path(__file__).with_name("indicators.yaml")
FEWEST = {"share": 100, "median": 100, "p90": 300}  # a denominator below gives no figure (docs/disclosure.md)


class Cells(BaseModel):
    """A sum of cells of one table: for each dimension the codes that count; a dimension that is not named counts whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    table: str
    codes: dict[str, list[str]] = {}

    @model_validator(mode="after")
    def _carried(self) -> "Cells":
        table = tables().get(self.table)
        if table is None:
            raise ValueError(f"there is no table {self.table}")
        for dimension, codes in self.codes.items():
            if dimension not in table.dimensions or set(codes) - set(table.codes(dimension)):
                raise ValueError(f"{self.table} carries no {dimension} with these codes")
        return self


class Indicator(Labelled):
    """`rule` says how the figure is made: a count, a share of counts in whole per cent, or a percentile of bins in days."""

    id: str
    definition_text: Text = Field(alias="definition")
    source: Literal["register", "survey", "profile"] = "register"
    rule: Literal["count", "share", "median", "p90"]
    numerator: Cells
    denominator: Cells | None = None
    tables: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _complete(self) -> "Indicator":
        if (self.rule == "share") != (self.denominator is not None):
            raise ValueError("a share has a denominator, and nothing else has")
        if self.denominator and self.denominator.table != self.numerator.table:
            raise ValueError("numerator and denominator stand in different tables")
        return self

    @property
    def definition(self) -> str:
        return str(self.definition_text)


Rows = dict[tuple[str, ...], int]  # the published rows of one table


def codes_then(table: Table, dimension: str, rows: Rows) -> list[str]:
    """The codes of a list that an edition counted, in their order. The list of today may have others."""
    place = table.dimensions.index(dimension)
    return [code for code in dict.fromkeys(codes[place] for codes in rows) if code != TOTAL]


def groups_then(table: Table, dimension: str, rows: Rows) -> list[str]:
    """Of these the ones that add up to the total."""
    return [code for code in codes_then(table, dimension, rows) if stored_code(dimension, code).parent is None]


def counted_then(cells: Cells, rows: Rows) -> bool:
    """Whether an edition counted all these codes: what it did not know yet is no zero. `rows`: none where it has no such
    table."""
    table = tables()[cells.table]
    return bool(rows) and all(
        set(codes) <= {TOTAL, *codes_then(table, one, rows)} for one, codes in cells.codes.items()
    )


def measured_then(indicator: Indicator, rows: Rows) -> bool:
    """Whether an edition counted all that an indicator is made of; of days that is each class."""
    classes = {"lead_time": [one.id for one in code_list("lead_time").codes]} if indicator.rule in PERCENTILES else {}
    parts = [indicator.numerator.model_copy(update={"codes": indicator.numerator.codes | classes})]
    return all(counted_then(one, rows) for one in [*parts, indicator.denominator] if one)


class Indicators(RootModel[dict[str, Indicator]]):
    """The indicators of indicators.yaml that are made of published cells alone."""

    @model_validator(mode="before")
    @classmethod
    def _of_cells_alone(cls, data: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        return {
            name: {"id": name, **entry, "tables": sorted({entry["numerator"]["table"], *entry.get("tables", [])})}
            for name, entry in data.items()
            if entry["rule"] not in WITH_PROFILES
        }


@cache
def indicators() -> dict[str, Indicator]:
    """{name: indicator}, of those that are made of published cells alone. Raises BadRules for one that no table carries."""
    return read_rules(INDICATORS, Indicators).root


def figure(indicator: Indicator, rows: Rows, where: dict[str, str] | None = None) -> int | None:
    """The figure of an indicator from published rows only, for a part of the table ({dimension: code}) or the whole;
    None where too few were counted to say it."""
    fixed = where or {}
    if indicator.rule == "count":
        return _sum(indicator.numerator, rows, fixed)
    if indicator.denominator is not None:
        return per_cent(_sum(indicator.numerator, rows, fixed), _sum(indicator.denominator, rows, fixed))
    return _percentile(indicator, rows, fixed)


def per_cent(part: int, whole: int) -> int | None:
    """The nearest whole per cent of two published values; None where the whole is too small to say it."""
    return min(100, (200 * part + whole) // (2 * whole)) if whole >= FEWEST["share"] else None


def _sum(cells: Cells, rows: Rows, fixed: dict[str, str]) -> int:
    table = tables()[cells.table]
    total = 0
    for codes, value in rows.items():
        named = dict(zip(table.dimensions, codes, strict=True))
        if all(named[one] in cells.codes.get(one, [fixed.get(one, TOTAL)]) for one in table.dimensions):
            total += value
    return total


def _percentile(indicator: Indicator, rows: Rows, fixed: dict[str, str]) -> int | None:
    """Days, interpolated in published bins; never a minimum, a maximum or a raw value."""
    bins = [(code.id, end) for code, end in zip(code_list("lead_time").codes, LEAD_TIME_ENDS, strict=True)]
    cells = indicator.numerator
    counts = [
        _sum(Cells(table=cells.table, codes=cells.codes | {"lead_time": [name]}), rows, fixed) for name, _end in bins
    ]
    whole = sum(counts)
    if whole < FEWEST[indicator.rule]:
        return None
    wanted, below, start = whole * (0.5 if indicator.rule == "median" else 0.9), 0, 0
    for (_name, end), count in zip(bins, counts, strict=True):
        if below + count >= wanted and count:
            return None if end is None else round(start + (end - start) * (wanted - below) / count)
        below, start = below + count, end or start
    return None


LAST_END = 365  # a year: what took longer has no end
LEAD_TIME_ENDS: tuple[int | None, ...] = (7, 30, 90, 180, LAST_END, None)
