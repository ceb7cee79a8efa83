"""Counting facts into the cells of a system, a batch at a time: each table is an array with one axis per dimension."""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

import numpy as np

from monitor.disclosure.system import System, UnknownLeaf
from monitor.rules.catalogue import OF_ORGANISATION, TOTAL, Cell, Table, as_cell
from organisations.codes import code_list
from organisations.models import Organisation
from reporting.counting.corrections import Pair
from reporting.counting.facts import Facts

OrganisationCodes = Mapping[UUID, Mapping[str, str]]  # {organisation: its codes of OF_ORGANISATION}
# {dimension: index of each fact's code among the leaves of the list}, shape (facts,)
Columns = Mapping[str, np.ndarray]


def counted(system: System, batches: Iterable[Facts], organisations: OrganisationCodes) -> np.ndarray:
    """How many facts each cell of the system has; shape (cells,), whole numbers.

    Raises :class:`UnknownLeaf` for a fact of an organisation that is in no layer.
    """
    tallies = [_Tally(table) for table in system.tables]
    for batch in batches:
        different, which = np.unique(batch.at, return_inverse=True)
        at = [organisations[batch.organisations[number]] for number in different]
        columns = batch.codes | {
            name: np.array([_leaf_index(name, codes[name]) for codes in at])[which] for name in OF_ORGANISATION
        }
        for tally in tallies:
            tally.add(columns)
    counts = np.zeros(len(system.cells), dtype=np.int64)
    for tally in tallies:
        for name, number in tally.cells():  # tables that share a cell have the same count in it
            counts[system.index[name]] = number
    return counts


def difference(system: System, pairs: Iterable[Pair], organisations: OrganisationCodes) -> np.ndarray:
    """How much corrections change the count of each cell; shape (cells,), negative where they take more out than they put
    in. `pairs`: (fact before, fact after), None where there was none."""
    corrections = list(pairs)
    wrong, right = (
        system.count({**fact.codes, **organisations[fact.organisation]} for fact in side if fact)
        for side in ([before for before, _after in corrections], [after for _before, after in corrections])
    )
    return right - wrong


def organisation_codes_today() -> dict[UUID, dict[str, str]]:
    """{organisation: its layer, province and size class of today}."""
    return {organisation.id: codes_of_organisation(organisation) for organisation in Organisation.objects.all()}


def codes_of_organisation(organisation: Organisation) -> dict[str, str]:
    """Layer, province and size class of an organisation, which all its facts share. A municipality whose size is not
    certain has the size class `not_known`; other organisations have none."""
    size = (organisation.size_class or "not_known") if organisation.kind == "municipality" else "not_applicable"
    return {"layer": organisation.kind, "province": organisation.province, "size_class": size}


class _Tally:
    """How many facts each combination of leaf codes of a table has; `leaves` has one axis per dimension."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.leaves = np.zeros([len(code_list(name).leaves) for name in table.every_dimension], dtype=np.int64)

    def add(self, columns: Columns) -> None:
        of_table = [columns[name] for name in self.table.every_dimension]
        if self.table.fixed:
            of_kind = columns["kind"] == _leaf_index("kind", self.table.fixed)
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
    """1 where a leaf (column) adds up to the total or to a code of the table (row); shape (1 + codes, leaves)."""
    leaves = code_list(dimension).leaves
    return np.array(
        [[code in (TOTAL, leaf.id, leaf.parent) for leaf in leaves] for code in [TOTAL, *table.codes(dimension)]],
        dtype=np.int64,
    )


def _leaf_index(dimension: str, code: str) -> int:
    """The index of a code among the leaves of its list."""
    try:
        return [leaf.id for leaf in code_list(dimension).leaves].index(code)
    except ValueError:
        raise UnknownLeaf(f"{code!r} is not a leaf of {dimension}") from None
