"""What was published before, each edition by its own catalogue, in the cells of today."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from monitor.rules.catalogue import Cell, Window, as_cell, catalogue
from organisations.codes import CodeList

Values = Mapping[Cell, int]  # the published cells of one population in one edition


@dataclass(frozen=True)
class EarlierYear:
    """`windows` of each population, by the cells of then. `then`: of each dimension whose codes changed since, the codes of
    then that together are a code of today; what is not named is what it was."""

    windows: Mapping[str, Mapping[Cell, Window]]
    then: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Mapping[str, Values]) -> "EarlierYear":
        """A year that was published with the catalogue of today."""
        return cls(
            {
                name: {cell: catalogue().window(cell, value) for cell, value in cells.items()}
                for name, cells in values.items()
            }
        )

    def window(self, population: str, cell: Cell) -> Window | None:
        """What the counts of a cell of today can have been; None where that was not published."""
        parts = self._parts(population, cell)
        known = [window for window in parts if window is not None]
        if len(known) < len(parts):
            return None
        return sum(low for low, _high in known), sum(high for _low, high in known)

    def least(self, population: str, cell: Cell) -> int:
        """How many there were at least, by what was published of it."""
        return sum(window[0] for window in self._parts(population, cell) if window)

    def _parts(self, population: str, cell: Cell) -> list[Window | None]:
        ways = [
            [(dimension, code) for code in self.then.get(dimension, {}).get(code_now, (code_now,))]
            for dimension, code_now in cell
        ]
        return [self.windows[population].get(as_cell(dict(pairs))) for pairs in product(*ways)]


@dataclass(frozen=True)
class Earlier:
    """What was published before: the quarters of the year; the earlier years as they were published last, and as they
    were first where one of them was revised; of a year that is revised now its first edition."""

    quarters: Mapping[str, Values] = field(default_factory=dict)
    years: Sequence[EarlierYear] = ()
    first_years: Sequence[EarlierYear] = ()
    first: Mapping[str, Values] | None = None
    is_whole: bool = True  # every year in which something was counted is there

    @property
    def histories(self) -> list[Sequence[EarlierYear]]:
        """The earlier years, in each way in which what presupposes a report may be counted with it: corrected or not. None
        where a year is missing: who knows how many reports it had?"""
        if not self.is_whole:
            return []
        return [self.years, self.first_years] if self.first_years else [self.years]


def parts_then(today: CodeList, stored: Iterable[tuple[str, str | None]]) -> dict[str, list[str]]:
    """{code of today: the codes of an earlier list that together are what counts under it}, none where it is new. `stored`:
    (code, parent) of the earlier list. A leaf that was replaced counts where `today` says (reporting/counting/facts.py)."""
    pairs = list(stored)
    parents = {parent for _code, parent in pairs if parent}
    now = {code: today.today(code) for code, _parent in pairs if code not in parents}
    under = {group: {code for code, parent in pairs if parent == group} for group in parents}
    codes_then = {}
    for code in today.codes:
        counted = {leaf.id for leaf in today.leaves if code.id in (leaf.id, leaf.parent)}
        leaves = [leaf for leaf, counted_as in now.items() if counted_as in counted]
        codes_then[code.id] = [code.id] if leaves and under.get(code.id) == set(leaves) else leaves
    return codes_then
