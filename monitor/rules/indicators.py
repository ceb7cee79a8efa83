"""The indicators (indicators.yaml), each with its definition and the cells that its numbers come from."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, model_validator

from monitor.rules.catalogue import TOTAL, Table, stored_code, tables
from organisations.codes import code_list
from organisations.rule_files import read_rules
from organisations.texts import Labelled, Text

WITH_PROFILES = {"rate", "organisations"}  # these rules need profiles too (monitor/editions/profiles.py)
PERCENTILES = {"median", "p90"}
INDICATORS = Path(__file__).with_name("indicators.yaml")
FEWEST = {"share": 100, "median": 100, "p90": 300}  # no figure with a smaller denominator (docs/disclosure.md)


class Cells(BaseModel):
    """A sum of cells of one table. `codes`: {dimension: the codes that are added up}; a dimension that is not named is
    added up as a whole."""

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
    """An indicator that is made of published cells alone.

    `rule`: `count` is the numerator; `share` is the numerator in whole per cent of the denominator; `median` and `p90` are
    percentiles in days, from the classes of the list lead_time."""

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
        """The definition in the language of the request."""
        return str(self.definition_text)


Rows = dict[tuple[str, ...], int]  # the published rows of one table


def codes_then(table: Table, dimension: str, rows: Rows) -> list[str]:
    """The codes of a dimension that an edition counted, in their order. Today's code list may have other codes.
    `rows`: the edition's rows of the table."""
    position = table.dimensions.index(dimension)
    return [code for code in dict.fromkeys(codes[position] for codes in rows) if code != TOTAL]


def groups_then(table: Table, dimension: str, rows: Rows) -> list[str]:
    """The first-level codes of a dimension that an edition counted. Together they add up to the total."""
    return [code for code in codes_then(table, dimension, rows) if stored_code(dimension, code).parent is None]


def counted_then(cells: Cells, rows: Rows) -> bool:
    """Whether an edition counted all codes of `cells`. A code that the edition did not know yet has no value, which is not
    the same as 0. `rows`: the edition's rows of the table; empty where it has no such table."""
    table = tables()[cells.table]
    return bool(rows) and all(
        set(codes) <= {TOTAL, *codes_then(table, dimension, rows)} for dimension, codes in cells.codes.items()
    )


def measured_then(indicator: Indicator, rows: Rows) -> bool:
    """Whether an edition counted everything that an indicator is made of. A percentile is made of every class of the list
    lead_time."""
    classes = {"lead_time": [code.id for code in code_list("lead_time").codes]} if indicator.rule in PERCENTILES else {}
    parts = [indicator.numerator.model_copy(update={"codes": indicator.numerator.codes | classes})]
    return all(counted_then(cells, rows) for cells in [*parts, indicator.denominator] if cells)


class Indicators(RootModel[dict[str, Indicator]]):
    """The indicators of indicators.yaml that are made of published cells alone."""

    @model_validator(mode="before")
    @classmethod
    def _of_cells_alone(cls, data: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        return {
            name: {"id": name, **entry, "tables": _carried_by(entry["rule"], entry["numerator"])}
            for name, entry in data.items()
            if entry["rule"] not in WITH_PROFILES
        }


def _carried_by(rule: str, numerator: dict[str, Any]) -> list[str]:
    """The tables in which a number stands. Each table of a population has its total, of one
    kind where the table is fixed to it."""
    own = tables().get(numerator["table"])
    if rule != "count" or numerator.get("codes") or own is None:
        return [numerator["table"]]
    return sorted(name for name, table in tables().items() if table.population == own.population)


@cache
def indicators() -> dict[str, Indicator]:
    """{id: indicator} of the indicators that are made of published cells alone. Raises BadRules for one that no table carries."""
    return read_rules(INDICATORS, Indicators).root


def indicator_value(indicator: Indicator, rows: Rows, where: dict[str, str] | None = None) -> int | None:
    """The value of an indicator from published rows only; None where too few were counted to say it.

    `rows`: the rows of the numerator's table. `where`: {dimension: code} of a part of the table; the whole without it.
    """
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
        if all(
            named[dimension] in cells.codes.get(dimension, [fixed.get(dimension, TOTAL)])
            for dimension in table.dimensions
        ):
            total += value
    return total


def _percentile(indicator: Indicator, rows: Rows, fixed: dict[str, str]) -> int | None:
    """A percentile in days, interpolated within a class of published counts. It is never the minimum, the maximum or the
    duration of a single case. None where too few were counted or where it lies in the last class, which has no end."""
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


LAST_END = 365  # days; the class after it has no end
LEAD_TIME_ENDS: tuple[int | None, ...] = (7, 30, 90, 180, LAST_END, None)
