"""All tables of one population as one linear system.

A cell is named by what it fixes, so that a margin which several tables share is one variable. Every equation says that
a cell is the sum of its children along one dimension (disclosure.md, "One system").
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import scipy.sparse as sparse

from monitor.catalogue import TOTAL, Table
from organisations.codes import UnknownCode, code_list

LEVEL1_WEIGHT = 3.0
Cell = tuple[tuple[str, str], ...]  # (dimension, code) pairs, sorted; what is not named is the total


class UnknownLeaf(ValueError):
    """A fact has no code, or one that is not a leaf, for a dimension of its population."""


def cell(pairs: Mapping[str, str]) -> Cell:
    return tuple(sorted((dimension, code) for dimension, code in pairs.items() if code != TOTAL))


@dataclass(frozen=True)
class System:
    tables: tuple[Table, ...]
    cells: tuple[Cell, ...]
    equations: tuple[tuple[int, tuple[int, ...]], ...]  # parent, children

    @classmethod
    def of(cls, tables: Iterable[Table]) -> "System":
        tables = tuple(tables)
        places: dict[Cell, int] = {}
        sums: set[tuple[int, tuple[int, ...]]] = set()
        for table in tables:
            for pairs in _combinations(table):
                parent = places.setdefault(cell(pairs), len(places))
                for dimension in table.dimensions:
                    children = table.children(dimension, pairs[dimension])
                    if children:
                        below = [cell(pairs | {dimension: child}) for child in children]
                        sums.add((parent, tuple(sorted(places.setdefault(one, len(places)) for one in below))))
        return cls(tables, tuple(places), tuple(sorted(sums)))

    @cached_property
    def index(self) -> dict[Cell, int]:
        return {one: number for number, one in enumerate(self.cells)}

    @cached_property
    def matrix(self) -> sparse.csr_matrix:
        """A with A x = 0 for every possible vector of cells; shape (equations, cells)."""
        rows, columns, values = [], [], []
        for number, (parent, children) in enumerate(self.equations):
            rows += [number] * (1 + len(children))
            columns += [parent, *children]
            values += [-1.0] + [1.0] * len(children)
        return sparse.csr_matrix((values, (rows, columns)), shape=(len(self.equations), len(self.cells)))

    @cached_property
    def weights(self) -> np.ndarray:
        """What a move of each cell costs: three for cells that fix at most one dimension at its first level."""
        return np.array(
            [LEVEL1_WEIGHT if len(one) <= 1 and all(_is_level1(*pair) for pair in one) else 1.0 for one in self.cells]
        )

    def count(self, facts: Iterable[Mapping[str, str]]) -> np.ndarray:
        """How many facts each cell has; shape (cells,), whole numbers. A fact is {dimension: leaf code}."""
        wanted = sorted({dimension for table in self.tables for dimension in table.dimensions} | {"kind"})
        counts = np.zeros(len(self.cells), dtype=np.int64)
        for leaves, number in Counter(tuple(fact.get(name, "") for name in wanted) for fact in facts).items():
            codes = dict(zip(wanted, leaves, strict=True))
            for place in {self.index[one] for table in self.tables for one in _above(table, codes)}:
                counts[place] += number
        return counts


def _combinations(table: Table) -> Iterable[dict[str, str]]:
    fixed = {"kind": table.fixed} if table.fixed else {}
    for codes in product(*([TOTAL, *table.codes(dimension)] for dimension in table.dimensions)):
        yield fixed | dict(zip(table.dimensions, codes, strict=True))


def _above(table: Table, codes: Mapping[str, str]) -> Iterable[Cell]:
    """The cells of a table in which a fact with these leaves counts."""
    if table.fixed and codes["kind"] != table.fixed:
        return
    ways = []
    for dimension in table.dimensions:
        known, leaf = code_list(dimension), codes[dimension]
        if leaf not in known or leaf in known.parents:
            raise UnknownLeaf(f"{leaf!r} is not a leaf of {dimension}")
        parent = known[leaf].parent
        ways.append([TOTAL, *([parent] if parent else []), *([leaf] if leaf in table.codes(dimension) else [])])
    fixed = {"kind": table.fixed} if table.fixed else {}
    for combination in product(*ways):
        yield cell(fixed | dict(zip(table.dimensions, combination, strict=True)))


def _is_level1(dimension: str, code: str) -> bool:
    try:
        return code_list(dimension)[code].parent is None
    except UnknownCode:  # a partition that is no code list: it has one level
        return True
