"""Facts counted into the cells of a system: many at once, each table as an array with an axis for each dimension."""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

import numpy as np

from monitor.disclosure.system import System, UnknownLeaf
from monitor.rules.catalogue import OF_PLACE, TOTAL, Cell, Table, as_cell
from organisations.codes import code_list
from organisations.models import Organisation
from reporting.counting.corrections import Pair
from reporting.counting.facts import Facts

Places = Mapping[UUID, Mapping[str, str]]  # {organisation: its codes of OF_PLACE}
Columns = Mapping[str, np.ndarray]  # {dimension: the place of each fact's leaf in the list's leaves}, shape (facts,)


def counted(system: System, batches: Iterable[Facts], organisations: Places) -> np.ndarray:
    """How many facts each cell of the system has; shape (cells,), whole numbers.

    Raises :class:`UnknownLeaf` for a fact at a place that is in no layer.
    """
    tallies = [_Tally(table) for table in system.tables]
    for batch in batches:
        different, which = np.unique(batch.at, return_inverse=True)
        at = [organisations[batch.organisations[number]] for number in different]
        columns = batch.codes | {name: np.array([_at(name, codes[name]) for codes in at])[which] for name in OF_PLACE}
        for tally in tallies:
            tally.add(columns)
    counts = np.zeros(len(system.cells), dtype=np.int64)
    for tally in tallies:
        for name, number in tally.cells():  # a margin that tables share has the same count in each
            counts[system.index[name]] = number
    return counts


def difference(system: System, pairs: Iterable[Pair], organisations: Places) -> np.ndarray:
    """What corrections take out of the cells and put in; shape (cells,)."""
    corrections = list(pairs)
    wrong, right = (
        system.count({**fact.codes, **organisations[fact.organisation]} for fact in side if fact)
        for side in ([before for before, _after in corrections], [after for _before, after in corrections])
    )
    return right - wrong


def places_today() -> dict[UUID, dict[str, str]]:
    """Where each organisation counts today."""
    return {organisation.id: codes_of_place(organisation) for organisation in Organisation.objects.all()}


def codes_of_place(organisation: Organisation) -> dict[str, str]:
    """What follows from where it happened. A municipality whose size is not certain counts as not known."""
    size = (organisation.size_class or "not_known") if organisation.kind == "municipality" else "not_applicable"
    return {"layer": organisation.kind, "province": organisation.province, "size_class": size}


class _Tally:
    """How many facts each combination of leaves of a table has."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.leaves = np.zeros([len(code_list(name).leaves) for name in table.every_dimension], dtype=np.int64)

    def add(self, columns: Columns) -> None:
        of_table = [columns[name] for name in self.table.every_dimension]
        if self.table.fixed:
            of_kind = columns["kind"] == _at("kind", self.table.fixed)
            of_table = [column[of_kind] for column in of_table]
        combinations = np.ravel_multi_index(tuple(of_table), self.leaves.shape)
        self.leaves += np.bincount(combinations, minlength=self.leaves.size).reshape(self.leaves.shape)

    def cells(self) -> Iterator[tuple[Cell, int]]:
        """Every cell of the table with its count."""
        counts = self.leaves
        for axis, name in enumerate(self.table.every_dimension):
            counts = np.moveaxis(np.tensordot(_adds_up(self.table, name), counts, (1, axis)), 0, axis)
        return zip(map(as_cell, self.table.combinations()), counts.ravel().tolist(), strict=True)


def _adds_up(table: Table, dimension: str) -> np.ndarray:
    """Which leaves count in the total and in each code of the table; shape (1 + codes, leaves), 0 or 1."""
    leaves = code_list(dimension).leaves
    return np.array(
        [[code in (TOTAL, leaf.id, leaf.parent) for leaf in leaves] for code in [TOTAL, *table.codes(dimension)]],
        dtype=np.int64,
    )


def _at(dimension: str, code: str) -> int:
    """The place of a leaf in its list."""
    try:
        return [leaf.id for leaf in code_list(dimension).leaves].index(code)
    except ValueError:
        raise UnknownLeaf(f"{code!r} is not a leaf of {dimension}") from None
