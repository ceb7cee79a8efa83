"""A published table as people read it: one dimension down, one across, the others held at one code, all by the address.

Nothing here knows a count: only published values, and the windows that everybody can compute from them.
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
MOST_OTHERS = 2  # more rounded numbers beside a part say no more of the rest than the total does
SHOWN = ("aantal", "rij", "kolom", "venster")  # numbers, per cent of the row or the column, what a number can stand for


def rows_of(stored: EditionTable) -> Rows:
    """The stored values by their codes, as :func:`as_stored` has them."""
    _table, rows = as_stored(tables()[stored.table], stored.rows)
    return {tuple(codes): value for *codes, value in rows}


def usual(table: Table) -> tuple[str, str]:
    """The dimensions that go down and across where an address names none: the first two, or where a table before this one
    shows those already, the last two, of which the longer list goes down."""
    first, last = table.dimensions[:2], table.dimensions[-2:]
    of_these = catalogue().of(table.population, table.quarterly)
    before = of_these[: [table.id for table in of_these].index(table.id)]
    if len(first) > 1 and any(shown.fixed == table.fixed and set(first) <= set(shown.dimensions) for shown in before):
        down, across = sorted(last, key=lambda dimension: len(table.codes(dimension)), reverse=True)
        return down, across
    return first[0], next(iter(first[1:]), "")


@dataclass(frozen=True)
class Reading:
    """How a table is read. `opened`: (dimension, code) of level-1 codes whose parts are shown."""

    table: Table
    down: str
    across: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)
    opened: frozenset[tuple[str, str]] = frozenset()
    show: str = SHOWN[0]
    beside: str = ""

    @classmethod
    def of(cls, table: Table, query: QueryDict, beside: str = "") -> "Reading":
        """From the parameters of an address; what does not fit the table is left out. `beside`: where none is asked."""
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
        """The parameters of the address that reads the table like this; what is as usual is left out."""
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
        """The address with the parts of a code shown, or not any more."""
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
    """A row's or column's name. `parts`: the parameters that show or hide its parts; None where it has none."""

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
    compared: str = ""  # what may be said of it beside the other edition's value

    @property
    def stands_for(self) -> str:
        return _("%(value)d stands for %(low)d to %(high)d") % self._asdict()

    @property
    def share_text(self) -> str:
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
        """Whether some cell can lie further from its count than usual."""
        usual = catalogue().reach(GRAND_TOTAL)
        return any(cell.high - cell.value != usual for line in self.lines for cell in line.cells)

    @cached_property
    def parts(self) -> tuple[list[int], list[int]]:
        """The places of the rows and columns that add up to the total: each open code gives way to its parts."""
        return _partition([line.head for line in self.lines]), _partition(self.columns)


def _partition(heads: list[Head]) -> list[int]:
    return [index for index, head in enumerate(heads) if head.depth and not head.is_open]


def read(reading: Reading, rows: Rows, before: Rows | None = None) -> Grid:
    """The table in this reading; `before`: the rows of the edition beside it."""
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
    if codes == whole:  # what it is a share of, is all of it
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
