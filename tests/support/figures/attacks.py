"""Attacks on published figures, for tests and `./weer bench attack`: what somebody can conclude who has every publication.

True counts are used only to choose the cells to attack and to judge whether an attack succeeded. The same attacks are run on
methods that are known to be weak: if they broke nothing there, they would prove nothing here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, product

import numpy as np
import scipy.sparse as sparse

from monitor.disclosure.links import linked
from monitor.disclosure.prove import NEED, SMALL, Attack, attack_on
from monitor.disclosure.publication import Publication
from monitor.disclosure.rounding import BASE, Digest, nearest_additive, offsets, wanted_values
from monitor.disclosure.solver import INFINITE, NoSolution, Program
from monitor.disclosure.system import System
from monitor.rules.catalogue import OF_ORGANISATION, Cell, as_cell
from organisations.codes import code_list

TIME_LIMIT = 600.0  # seconds of wall-clock time; the machine may be busy with other work


@dataclass(frozen=True)
class Range:
    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low

    def moved(self, by: float) -> "Range":
        return Range(self.low + by, self.high + by)

    @property
    def others(self) -> float:
        """How wide the interval is for somebody who knows that one report, their own, is counted in it."""
        return self.high - max(self.low, 1)


class Attacker:
    """Somebody who computes the lowest and the highest count of a cell by programs over all cells of one population."""

    def __init__(self, attack: Attack) -> None:
        self._prepare(*attack.rows, attack.low, attack.high)

    def _prepare(self, matrix, rows, low, high) -> None:
        self.width = matrix.shape[1]
        self.program = Program(matrix, rows, (low, high), time_limit=TIME_LIMIT)

    def range(self, index: int, *, integer: bool = False) -> Range:
        """The counts that a cell can have: by linear programs, or by integer programs. `index`: the column of the cell."""
        self.program.set_integer(np.ones(self.width, dtype=bool) if integer else None)
        cost = np.zeros(self.width)
        cost[index] = 1
        ends = []
        for up in (False, True):
            try:
                ends.append(float(self.program.best(cost, maximise=up)[index]))
            except NoSolution as ended:
                # A cell that nothing bounds has no upper end; any other failure of the solver must not look safe.
                if not up or "nbounded" not in str(ended):
                    raise
                ends.append(INFINITE)
        return Range(*ends)


class RegisterAttacker(Attacker):
    """Somebody who also has the register of organisations and so knows which layers, provinces and size classes occur
    together. Each such combination adds a column for each kind and each group of functions."""

    def __init__(self, attack: Attack, organisations: Iterable[Mapping[str, str]]) -> None:
        system = attack.system
        where = sorted({tuple(codes[name] for name in OF_ORGANISATION) for codes in organisations})
        kinds = [code.id for code in code_list("kind").codes]
        groups = [code.id for code in code_list("group").level1]
        columns = [
            {"kind": kind, "group": group, **dict(zip(OF_ORGANISATION, at, strict=True))}
            for kind, group, at in product(kinds, groups, where)
        ]
        sums: dict[Cell, list[int]] = {}
        for number, pairs in enumerate(columns):
            for named in chain(*(combinations(pairs, size) for size in range(len(pairs) + 1))):
                sums.setdefault(as_cell({name: pairs[name] for name in named}), []).append(number)
        sums_of_cells = [(system.index[cell], parts) for cell, parts in sums.items() if cell in system.index]
        of_cells = sparse.csr_matrix(
            (np.ones(len(sums_of_cells)), (np.arange(len(sums_of_cells)), [index for index, _parts in sums_of_cells])),
            shape=(len(sums_of_cells), len(system.cells)),
        )
        of_columns = sparse.lil_matrix((len(sums_of_cells), len(columns)))
        for row, (_index, parts) in enumerate(sums_of_cells):
            of_columns[row, parts] = -1.0
        known, ends = attack.rows
        matrix = sparse.bmat([[known, None], [of_cells, of_columns]])
        under, over = (np.concatenate([ends_of_known, np.zeros(len(sums_of_cells))]) for ends_of_known in ends)
        low = np.concatenate([attack.low, np.zeros(len(columns))])
        self._prepare(matrix, (under, over), low, np.concatenate([attack.high, np.full(len(columns), INFINITE)]))


class JointAttacker(Attacker):
    """Somebody who puts all populations of all years and their quarters into one program, with every link between them."""

    def __init__(self, years: Sequence[Mapping[str, Publication]]) -> None:
        self.start: dict[tuple[int, str], int] = {}
        blocks, low, high, width = [], [], [], 0
        at_most = []
        for year, populations in enumerate(years):
            for name, published in populations.items():
                self.start[year, name] = width
                known = attack_on(published.system, published.values)  # windows only: the links stand below as they are
                blocks.append(published.system.matrix)
                at_most.append(published.system.at_most_matrix)
                low.append(known.low)
                high.append(known.high)
                width += len(published.system.cells)
        equal = sparse.block_diag(blocks)
        most = sparse.block_diag(at_most)
        links = self._links(years, width)
        matrix = sparse.vstack([equal, most, links])
        under = np.concatenate([np.zeros(equal.shape[0]), np.full(most.shape[0] + links.shape[0], -INFINITE)])
        self._prepare(matrix, (under, np.zeros(len(under))), np.concatenate(low), np.concatenate(high))

    def column(self, year: int, population: str, index: int) -> int:
        return self.start[year, population] + index

    def _links(self, years, width: int) -> sparse.csr_matrix:
        """The rows that say: up to no year can there have been more outcomes, or deadlines of one kind, than reports."""
        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        count = 0
        for year in range(len(years)):
            for name, published in years[year].items():
                if name == "reports":
                    continue
                reports = years[year]["reports"].system.index
                for index, source in linked(name, published.system).items():
                    if source not in reports:
                        continue
                    for year_so_far in range(year + 1):
                        rows += [count, count]
                        columns += [
                            self.start[year_so_far, name] + index,
                            self.start[year_so_far, "reports"] + reports[source],
                        ]
                        values += [1.0, -1.0]
                    count += 1
        return sparse.csr_matrix((values, (rows, columns)), shape=(count, width))


def small_cells(system: System, counts: np.ndarray) -> np.ndarray:
    """The indices of the published cells whose true count is 1 to 4: the numbers that an attacker wants to know."""
    counts = counts[: len(system.cells)]
    shown = system.published[: len(counts)]
    return np.flatnonzero(shown & (counts >= 1) & (counts <= SMALL))


def small_cells_of_organisations(system: System, counts: np.ndarray) -> np.ndarray:
    """The small cells that name a layer, a province or a size class, and so say something about organisations."""
    small = small_cells(system, counts)
    return np.array(
        [index for index in small if {name for name, _code in system.cells[index]} & set(OF_ORGANISATION)], dtype=int
    )


def narrowed(attacker: Attacker, indices: Sequence[int], need: int = NEED, *, integer: bool = False) -> list[int]:
    """The indices of the cells whose interval is narrower than `need` for somebody who knows one of the reports."""
    return [int(index) for index in indices if attacker.range(int(index), integer=integer).others < need - 1e-6]


def member_cells(system: System, fact: Mapping[str, str]) -> np.ndarray:
    """1 for each cell in which a fact counts, else 0; shape (cells,)."""
    plain = len(system.cells) - system.beside
    members = np.zeros(len(system.cells), dtype=np.int64)
    members[:plain] = System(system.tables, system.cells[:plain], ()).count([fact])
    return members


def knowing(attack: Attack, fact: Mapping[str, str]) -> Attack:
    """The attack of somebody who knows a whole report, their own: the ends of the other reports' counts."""
    own = member_cells(attack.system, fact)
    return Attack(attack.system, np.maximum(attack.low - own, 0), attack.high - own)


# Methods that are known to be weak (docs/disclosure.md#why-this-and-not-another).


def plain_rounding(system: System, counts: np.ndarray) -> Attack:
    """Each cell to the nearest multiple of five, by itself; at most two away."""
    published = BASE * ((counts + BASE // 2) // BASE)
    low = np.where(system.published, np.maximum(published - 2, 0), 0).astype(float)
    return Attack(system, low, np.where(system.published, published + 2, INFINITE).astype(float))


def hiding_small(system: System, counts: np.ndarray) -> Attack:
    """Cells of one to four are hidden, all others shown exactly."""
    hidden = (counts >= 1) & (counts <= SMALL)
    low = np.where(system.published, np.where(hidden, 1, counts), 0).astype(float)
    return Attack(system, low, np.where(system.published, np.where(hidden, SMALL, counts), INFINITE).astype(float))


def fresh_noise(system: System, counts: np.ndarray, digests: Sequence[Digest]) -> Attack:
    """The same counts published again and again, each time with offsets of their own."""
    attacks = [
        attack_on(system, nearest_additive(system, counts, wanted_values(counts, offsets(system, digest))))
        for digest in digests
    ]
    return Attack(
        system,
        np.max([attack.low for attack in attacks], axis=0),
        np.min([attack.high for attack in attacks], axis=0),
    )
