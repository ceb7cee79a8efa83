"""A published table as people read it. The parameters of the address say which dimension goes down, which one across, and
at which code each of the others is held.

This module knows published values and their windows, which everybody can compute. It never sees a count.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from monitor.models import EditionTable
from monitor.reading.certainty import NOTHING, Number, Share, compare, share
from monitor.reading.words import share_short, verdict_words
from monitor.rules.catalogue import GRAND_TOTAL, TOTAL, Table, as_stored, catalogue, stored_code, tables
from monitor.rules.indicators import Rows

NO_COLUMN = "geen"
MOST_OTHERS = 2  # with more siblings, their sum is less exact than the total without the part
SHOWN = ("aantal", "rij", "kolom", "venster")  # numbers, per cent of the row or the column, what a number can stand for


def rows_of(stored: EditionTable) -> Rows:
    """{codes of a row: value} of a stored table, with codes that were only renamed under their names of today
    (:func:`monitor.rules.catalogue.as_stored`)."""
    _table, rows = as_stored(tables()[stored.table], stored.rows)
    return {tuple(codes): value for *codes, value in rows}


def usual(table: Table) -> tuple[str, str]:
    """The dimensions that go down and across where the address names none. These are the first two. Where an earlier table
    of the catalogue shows the first two already, they are the last two, and the longer list goes down."""
    first, last = table.dimensions[:2], table.dimensions[-2:]
    of_these = catalogue().of(table.population, table.quarterly)
    before = of_these[: [table.id for table in of_these].index(table.id)]
    if len(first) > 1 and any(shown.fixed == table.fixed and set(first) <= set(shown.dimensions) for shown in before):
        down, across = sorted(last, key=lambda dimension: len(table.codes(dimension)), reverse=True)
        return down, across
    return first[0], next(iter(first[1:]), "")


@dataclass(frozen=True)
class Reading:
    """How a table is read. `fixed`: {dimension: code} of the dimensions that are held at a code. `opened`: (dimension,
    code) of the first-level codes whose parts are shown. `show`: one of SHOWN. `beside`: the edition to compare with."""

    table: Table
    down: str
    across: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)
    opened: frozenset[tuple[str, str]] = frozenset()
    show: str = SHOWN[0]
    beside: str = ""

    @classmethod
    def of(cls, table: Table, query: QueryDict, beside: str = "") -> "Reading":
        """The reading that an address asks for. Parameters that do not fit the table are ignored. `beside`: the edition to
        compare with where the address names none."""
        down = query.get("rij", "")
        down = down if down in table.dimensions else usual(table)[0]
        others = [dimension for dimension in table.dimensions if dimension != down]
        across = query.get("kolom", "")
        if across != NO_COLUMN:
            most = [dimension for dimension in usual(table) if dimension in others]
            across = across if across in others else next(iter(most or others), "")
        fixed = {
            dimension: str(query[dimension])
            for dimension in others
            if dimension != across and query.get(dimension, TOTAL) in table.codes(dimension)
        }
        opened = frozenset(
            (dimension, code)
            for dimension, _dot, code in (pair.partition(".") for pair in query.getlist("open"))
            if dimension in (down, across) and code in table.codes(dimension) and table.children(dimension, code)
        )
        show = query.get("toon", "")
        across = "" if across == NO_COLUMN else across
        return cls(table, down, across, fixed, opened, show if show in SHOWN else SHOWN[0], query.get("naast", beside))

    def query(self) -> str:
        """The parameters of the address of this reading, without those that have their usual value."""
        parameters = QueryDict(mutable=True)
        as_usual = Reading.of(self.table, QueryDict(f"rij={self.down}"))
        if self.down != usual(self.table)[0]:
            parameters["rij"] = self.down
        if self.across != as_usual.across:
            parameters["kolom"] = self.across or NO_COLUMN
        for dimension, code in self.fixed.items():
            parameters[dimension] = code
        parameters.setlist("open", [".".join(pair) for pair in sorted(self.opened)])
        if self.show != SHOWN[0]:
            parameters["toon"] = self.show
        if self.beside:
            parameters["naast"] = self.beside
        return parameters.urlencode()

    def toggled(self, dimension: str, code: str) -> str:
        """The parameters of the address on which the parts of a code are shown, or are hidden if they are shown now."""
        return replace(self, opened=self.opened ^ {(dimension, code)}).query()

    @property
    def held(self) -> list[str]:
        """The dimensions that go neither down nor across."""
        return [dimension for dimension in self.table.dimensions if dimension not in (self.down, self.across)]

    def codes_of_cell(self, row: str, column: str) -> tuple[str, ...]:
        """The codes of one cell, in the order of the table."""
        named = {**self.fixed, self.down: row}
        if self.across:
            named[self.across] = column
        return tuple(named.get(dimension, TOTAL) for dimension in self.table.dimensions)


@dataclass(frozen=True)
class Head:
    """The name of a row or column. `parts`: the parameters of the address that shows or hides its parts; None where it has
    no parts. `depth`: 0 for the total, 1 for a first-level code, 2 for a part."""

    code: str
    label: str
    depth: int
    parts: str | None = None
    is_open: bool = False


class GridCell(NamedTuple):
    value: int
    low: int
    high: int
    share: Share | None = None
    before: int | None = None
    compared: str = ""  # the verdict on this value and that of the other edition

    @property
    def stands_for(self) -> str:
        """ "45 stands for 39 to 51"."""
        return _("%(value)d stands for %(low)d to %(high)d") % self._asdict()

    @property
    def share_text(self) -> str:
        """The share in words; empty where none is shown."""
        return share_short(self.share) if self.share else ""


@dataclass(frozen=True)
class GridLine:
    head: Head
    cells: list[GridCell]


@dataclass(frozen=True)
class Grid:
    reading: Reading
    columns: list[Head]
    lines: list[GridLine]

    @cached_property
    def has_wider_margin(self) -> bool:
        """Whether the value of some cell can lie further from its count than the usual reach."""
        usual = catalogue().reach(GRAND_TOTAL)
        return any(cell.high - cell.value != usual for line in self.lines for cell in line.cells)

    @cached_property
    def parts(self) -> tuple[list[int], list[int]]:
        """The indices of the rows and of the columns that add up to the total; the parts of an opened code stand for it."""
        return _partition([line.head for line in self.lines]), _partition(self.columns)


def _partition(heads: list[Head]) -> list[int]:
    return [index for index, head in enumerate(heads) if head.depth and not head.is_open]


def read(reading: Reading, rows: Rows, before: Rows | None = None) -> Grid:
    """The grid of a reading. `rows`: the published rows; `before`: the rows of the edition beside it."""
    columns = _heads(reading, reading.across) if reading.across else [Head(TOTAL, pgettext("how many", "Number"), 0)]
    lines = [
        GridLine(head, [_cell(reading, rows, before, head.code, column.code) for column in columns])
        for head in _heads(reading, reading.down)
    ]
    return Grid(reading, columns, lines)


def _heads(reading: Reading, dimension: str) -> list[Head]:
    heads = [Head(TOTAL, _("Total"), 0)]
    for code in reading.table.children(dimension, TOTAL):
        below = reading.table.children(dimension, code)
        is_open = (dimension, code) in reading.opened
        parts = reading.toggled(dimension, code) if below else None
        heads.append(Head(code, stored_code(dimension, code).label, 1, parts, is_open))
        heads += [Head(part, stored_code(dimension, part).label, 2) for part in below if is_open]
    return heads


def _cell(reading: Reading, rows: Rows, before: Rows | None, row: str, column: str) -> GridCell:
    codes = reading.codes_of_cell(row, column)
    number, part = _number(reading, rows, codes), None
    if reading.show == "rij":
        part = _share(reading, rows, codes, reading.codes_of_cell(row, TOTAL))
    elif reading.show == "kolom":
        part = _share(reading, rows, codes, reading.codes_of_cell(TOTAL, column))
    value_before = before.get(codes) if before is not None else None
    words = (
        ""
        if value_before is None
        else verdict_words(compare(number, Number.of(reading.table.cell_of(codes), value_before)))
    )
    return GridCell(number.value, number.low, number.high, part, value_before, words)


def _share(reading: Reading, rows: Rows, codes: tuple[str, ...], whole: tuple[str, ...]) -> Share | None:
    part, all_ = _number(reading, rows, codes), _number(reading, rows, whole)
    if codes == whole:  # a cell is surely 100% of itself
        return share(part, part, NOTHING)
    position = next(position for position, code in enumerate(codes) if code != whole[position])
    others = [
        sibling
        for sibling in reading.table.children(reading.table.dimensions[position], TOTAL)
        if sibling != codes[position]
    ]
    if (
        codes[position] in reading.table.children(reading.table.dimensions[position], TOTAL)
        and len(others) <= MOST_OTHERS
    ):
        rest = [_number(reading, rows, (*codes[:position], sibling, *codes[position + 1 :])) for sibling in others]
        return share(part, all_, sum(rest, NOTHING))
    return share(part, all_)


def _number(reading: Reading, rows: Rows, codes: tuple[str, ...]) -> Number:
    return Number.of(reading.table.cell_of(codes), rows[codes])
