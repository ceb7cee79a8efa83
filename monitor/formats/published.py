"""One table of an edition with its words: the input of every format."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from monitor.models import Edition
from monitor.reading.certainty import Number
from monitor.rules.catalogue import TOTAL, Table, stored_code
from organisations.codes import Replaced, code_list

NORMAL = "A"  # "normal value" in the SDMX list of observation statuses


SEPARATORS = {"comma": ",", "semicolon": ";"}


@dataclass(frozen=True)
class Options:
    """The options of a request for a table.

    `labels`: columns with labels beside the columns with codes. `bom`: the mark by which Excel recognises UTF-8.
    `separator`: the character between two cells; a double click opens a file in Excel only with the list separator of the
    country. `bounds`: columns with the lowest and the highest count that each value can stand for.
    """

    labels: bool = False
    bom: bool = False
    separator: str = ","
    bounds: bool = False


@dataclass(frozen=True)
class ShownCode:
    code: str
    label: str
    parent: str | None


@dataclass(frozen=True)
class ShownDimension:
    id: str
    label: str
    codes: tuple[ShownCode, ...]


@dataclass(frozen=True)
class VersionedDimension(ShownDimension):
    """A whole code list as it is today. `replaced`: the former codes, each with the code that counts in its place."""

    version: int
    replaced: tuple[Replaced, ...]


@dataclass(frozen=True)
class PublishedTable:
    """A table of an edition. `rows`: [code of each dimension, …, value], in the order of :meth:`Table.rows`."""

    edition: Edition
    table: Table
    rows: list

    def numbers(self) -> list[Number]:
        """Each value with its window, in the order of the rows."""
        return [Number.of(self.table.cell_of(codes), value) for *codes, value in self.rows]

    def dimensions(self) -> list[ShownDimension]:
        """The dimensions of the table with the codes that it shows."""
        return [dimension(name, self.table) for name in self.table.dimensions]


def dimension(name: str, table: Table | None = None) -> ShownDimension:
    """A code list with its total; with a `table`, only the codes that the table shows."""
    codes = code_list(name)
    shown = [stored_code(name, code) for code in table.codes(name)] if table else codes.codes
    return ShownDimension(
        name,
        codes.label,
        (ShownCode(TOTAL, _("Total"), None), *(ShownCode(code.id, code.label, code.parent) for code in shown)),
    )


def versioned_dimension(name: str) -> VersionedDimension:
    """A code list with its total, its version and its former codes."""
    shown, codes = dimension(name), code_list(name)
    return VersionedDimension(shown.id, shown.label, shown.codes, codes.version, tuple(codes.replaced.values()))


def withdrawn_note(edition: Edition) -> str:
    """What a reader should know before using a withdrawn edition; empty for every other edition."""
    if edition.status_now != Edition.Status.WITHDRAWN:
        return ""
    return _("This edition was withdrawn: %(reason)s") % {"reason": edition.withdrawn_because}
