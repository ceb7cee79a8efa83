"""All tables of one population as one linear system.

A cell is named by the codes that it fixes, so a total that several tables share is one variable. Every equation says that
a cell is the sum of its children along one dimension (docs/disclosure.md#one-system). The system also has the relations
that follow from the code lists: cells that are always empty, sums between tables, functions that only one layer has.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import product
from operator import itemgetter

import numpy as np
import scipy.sparse as sparse

from monitor.rules.catalogue import TOTAL, Cell, Relations, Table, as_cell, catalogue
from organisations.codes import UnknownCode, code_list

LEVEL1_WEIGHT = 3.0
Sum = tuple[int, tuple[int, ...]]  # the index of a cell, and the indices of the cells whose sum it is compared with


class UnknownLeaf(ValueError):
    """A fact has no code, or one that is not a leaf, for a dimension of its population."""


@dataclass(frozen=True)
class System:
    """The cells of one population, in a fixed order, and every relation between their counts.

    Arrays of shape (cells,) follow the order of `cells`; sums name cells by their index in it.
    """

    tables: tuple[Table, ...]
    cells: tuple[Cell, ...]
    equations: tuple[Sum, ...]  # parent = sum of children
    at_most: tuple[Sum, ...] = ()  # cell >= sum of others
    empty: tuple[int, ...] = ()  # cells in which nothing can be counted
    beside: int = 0  # how many cells at the end belong to other editions: quarters of the same year

    @classmethod
    def of(cls, tables: Iterable[Table], relations: Relations | None = None) -> "System":
        """The system of these tables, with the relations of their population."""
        tables = tuple(tables)
        index: dict[Cell, int] = {}
        sums: dict[Sum, None] = {}
        for table in tables:
            for pairs in table.combinations():
                index.setdefault(as_cell(pairs), len(index))
        for table in tables:
            for pairs in table.combinations():
                for dimension in table.every_dimension:
                    below = [as_cell(pairs | {dimension: part}) for part in table.children(dimension, pairs[dimension])]
                    if below:
                        sums[index[as_cell(pairs)], tuple(sorted(index[part] for part in below))] = None
        relations = relations or Relations()
        for equal_sum in _equal(relations, index):
            sums[equal_sum] = None
        at_most = tuple(_held_in(relations, index))
        return cls(tables, tuple(index), tuple(sorted(sums)), at_most, tuple(_empty(relations, index)))

    @cached_property
    def index(self) -> dict[Cell, int]:
        """{cell: its index in `cells`}."""
        return {cell: number for number, cell in enumerate(self.cells)}

    @cached_property
    def published(self) -> np.ndarray:
        """True for the cells whose value is published in a table. The others add up to published ones, or are only carried.
        Shape (cells,), bool."""
        shown = np.arange(len(self.cells)) >= len(self.cells) - self.beside
        for table in self.tables:
            shown[[self.index[table.cell_of(codes)] for codes in table.rows()]] = True
        return shown

    @cached_property
    def reach(self) -> np.ndarray:
        """How far at most a published value lies from its count; shape (cells,)."""
        return np.array([catalogue().reach(cell) for cell in self.cells], dtype=np.int64)

    @cached_property
    def matrix(self) -> sparse.csr_matrix:
        """A with A x = 0 for the counts x of every possible register; shape (equations, cells)."""
        return _rows_of(self.equations, len(self.cells))

    @cached_property
    def at_most_matrix(self) -> sparse.csr_matrix:
        """B with B x <= 0 for the counts x of every possible register; shape (at_most, cells)."""
        return _rows_of(self.at_most, len(self.cells))

    @cached_property
    def weights(self) -> np.ndarray:
        """What it costs to publish a value one base away from the wanted one, shape (cells,): three for cells that fix at
        most one dimension, at its first level, and one for all others."""
        return np.array(
            [
                LEVEL1_WEIGHT if len(cell) <= 1 and all(_is_level1(*pair) for pair in cell) else 1.0
                for cell in self.cells
            ]
        )

    def with_quarters(self, quarters: Sequence[str], complete: bool) -> "System":
        """This system with the cells of published quarters at its end. The year is the sum of its quarters; when not all
        four were published (`complete` is False), the year is at least their sum."""
        kinds = [as_cell({}), *(as_cell({"kind": kind.id}) for kind in code_list("kind").codes)]
        cells, equations, at_most = list(self.cells), list(self.equations), list(self.at_most)
        indices = {}
        for quarter in quarters:
            for kind in kinds:
                indices[quarter, kind] = len(cells)
                cells.append(as_cell(dict(kind) | {"period": quarter}))
            equations.append((indices[quarter, kinds[0]], tuple(indices[quarter, kind] for kind in kinds[1:])))
        for kind in kinds if quarters else []:
            parts = tuple(indices[quarter, kind] for quarter in quarters)
            (equations if complete else at_most).append((self.index[kind], parts))
        beside = len(cells) - len(self.cells)
        return replace(self, cells=tuple(cells), equations=tuple(equations), at_most=tuple(at_most), beside=beside)

    def count(self, facts: Iterable[Mapping[str, str]]) -> np.ndarray:
        """How many facts each cell has; shape (cells,), whole numbers. A fact is {dimension: leaf code}. Raises
        :class:`UnknownLeaf`."""
        counted = [_TableTally(table, self.index) for table in self.tables]
        for fact in facts:
            for tally in counted:
                tally.add(fact)
        counts = np.zeros(len(self.cells), dtype=np.int64)
        for tally in counted:  # tables that share a cell have the same count in it
            np.maximum(counts, tally.counts(len(self.cells)), out=counts)
        return counts


@cache
def system_of(population: str, quarterly: bool) -> System:
    """The system of a population, in a quarterly or a yearly edition."""
    return System.of(catalogue().of(population, quarterly), catalogue().relations(population))


class _TableTally:
    """How many facts each combination of leaf codes of a table has, and the cells in which a combination counts."""

    def __init__(self, table: Table, index: Mapping[Cell, int]) -> None:
        self.table, self.index = table, index
        self.leaves_of = itemgetter("kind", *table.every_dimension)  # two keys or more, so the result is always a tuple
        self.tally: dict[tuple[str, ...], int] = {}

    def add(self, fact: Mapping[str, str]) -> None:
        """Count a fact. Raises :class:`UnknownLeaf` where it has no code for a dimension."""
        if self.table.fixed and fact["kind"] != self.table.fixed:
            return
        try:
            leaves = self.leaves_of(fact)
        except KeyError as missing:
            raise UnknownLeaf(f"a fact has no {missing.args[0]}") from None
        self.tally[leaves] = self.tally.get(leaves, 0) + 1

    def counts(self, width: int) -> np.ndarray:
        """The counts of the table's facts; shape (width,), 0 in cells of other tables."""
        counts = np.zeros(width, dtype=np.int64)
        for (_kind, *leaves), number in self.tally.items():
            counts[self._cells(leaves)] += number
        return counts

    def _cells(self, leaves: Sequence[str]) -> list[int]:
        ways = []
        for dimension, leaf in zip(self.table.every_dimension, leaves, strict=True):
            known = code_list(dimension)
            if leaf not in known or leaf in known.parents:
                raise UnknownLeaf(f"{leaf!r} is not a leaf of {dimension}")
            parent = known[leaf].parent
            shown = self.table.levels.get(dimension, 2) > 1 or parent is None
            ways.append([TOTAL, *([parent] if parent else []), *([leaf] if shown else [])])
        fixed = {"kind": self.table.fixed} if self.table.fixed else {}
        named = (dict(zip(self.table.every_dimension, combination, strict=True)) for combination in product(*ways))
        return [self.index[as_cell(fixed | pairs)] for pairs in named]


def _equal(relations: Relations, index: Mapping[Cell, int]) -> Iterable[Sum]:
    for kind in code_list("kind").codes:
        for equal_sum in relations.equal:
            names = [as_cell(pairs | {"kind": kind.id}) for pairs in [equal_sum.one, *equal_sum.sum]]
            if all(name in index for name in names):
                yield index[names[0]], tuple(sorted(index[name] for name in names[1:]))


def _held_in(relations: Relations, index: Mapping[Cell, int]) -> Iterable[Sum]:
    for kind in code_list("kind").codes:
        for layer, functions in relations.held_in.items():
            names = [as_cell({"kind": kind.id, "group": function}) for function in functions]
            whole = as_cell({"kind": kind.id, "layer": layer})
            if whole in index and all(name in index for name in names):
                yield index[whole], tuple(sorted(index[name] for name in names))


def _empty(relations: Relations, index: Mapping[Cell, int]) -> Iterable[int]:
    return (number for name, number in index.items() if relations.is_empty(name))


def _rows_of(sums: Iterable[Sum], width: int) -> sparse.csr_matrix:
    rows, columns, values = [], [], []
    number = -1
    for number, (whole, parts) in enumerate(sums):
        rows += [number] * (1 + len(parts))
        columns += [whole, *parts]
        values += [-1.0] + [1.0] * len(parts)
    return sparse.csr_matrix((values, (rows, columns)), shape=(number + 1, width))


def _is_level1(dimension: str, code: str) -> bool:
    try:
        return code_list(dimension)[code].parent is None
    except UnknownCode:  # the list of a Partition, which is no code list and has one level
        return True
