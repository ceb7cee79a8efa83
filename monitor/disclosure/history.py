"""Earlier publications, read with their own catalogues and told in the cells of today's catalogue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from monitor.rules.catalogue import Cell, Window, as_cell
from organisations.codes import CodeList

Values = Mapping[Cell, int]  # the published cells of one population in one edition


@dataclass(frozen=True)
class PublishedYear:
    """The published cells of an earlier year.

    `windows`: {population: {cell: window}}, with the cells of the catalogue of that year.
    `former_codes`: {dimension: {code of today: the codes of that year that together are this code}}. A dimension that is
    not named, or a code that is not named, means the same as it meant then. Example: {"group": {"employee": ["clerk",
    "officer"]}} says that two codes were merged since.
    """

    windows: Mapping[str, Mapping[Cell, Window]]
    former_codes: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)

    def window(self, population: str, cell: Cell) -> Window | None:
        """The lowest and highest count that a cell of today can have had in that year; None where a part of the cell was
        not published."""
        parts = self._parts(population, cell)
        known = [window for window in parts if window is not None]
        if len(known) < len(parts):
            return None
        return sum(low for low, _high in known), sum(high for _low, high in known)

    def least(self, population: str, cell: Cell) -> int:
        """The lowest count that a cell of today can have had in that year, by the parts of it that were published."""
        return sum(window[0] for window in self._parts(population, cell) if window)

    def _parts(self, population: str, cell: Cell) -> list[Window | None]:
        ways = [
            [(dimension, code) for code in self.former_codes.get(dimension, {}).get(code_today, (code_today,))]
            for dimension, code_today in cell
        ]
        return [self.windows[population].get(as_cell(dict(pairs))) for pairs in product(*ways)]


@dataclass(frozen=True)
class History:
    """Everything that was published before an edition and that an attacker therefore holds beside it.

    `quarters`: {quarter of the same year: values of its reports}. `years`: the earlier years, a revised year by its
    revision. `first_years`: the same years, each by its first edition; empty where no year was revised. `first`: when a year
    is revised, {population: values} of its first edition. `is_whole`: every year since counting began was published.
    """

    quarters: Mapping[str, Values] = field(default_factory=dict)
    years: Sequence[PublishedYear] = ()
    first_years: Sequence[PublishedYear] = ()
    first: Mapping[str, Values] | None = None
    is_whole: bool = True

    @property
    def histories(self) -> list[Sequence[PublishedYear]]:
        """The earlier years once by their last editions and, where a year was revised, once by their first editions.

        An outcome and its report are either both corrected or both not, so each of the two lists bounds the outcomes by
        itself. The list is empty where a year was not published: nobody knows how many reports that year had.
        """
        if not self.is_whole:
            return []
        return [self.years, self.first_years] if self.first_years else [self.years]


def former_codes(today: CodeList, stored: Iterable[tuple[str, str | None]]) -> dict[str, list[str]]:
    """{code of today: the codes of an earlier list that together are this code}; an empty list for a new code.

    `stored`: the pairs (code, parent or None) of the earlier list. A leaf that was replaced counts under the code that
    `today.today(leaf)` names, as it does when facts are counted (reporting/counting/facts.py).
    """
    pairs = list(stored)
    parents = {parent for _code, parent in pairs if parent}
    now = {code: today.today(code) for code, _parent in pairs if code not in parents}
    under = {group: {code for code, parent in pairs if parent == group} for group in parents}
    parts: dict[str, list[str]] = {}
    for code in today.codes:
        counted = {leaf.id for leaf in today.leaves if code.id in (leaf.id, leaf.parent)}
        leaves = [leaf for leaf, counted_as in now.items() if counted_as in counted]
        parts[code.id] = [code.id] if leaves and under.get(code.id) == set(leaves) else leaves
    return parts
