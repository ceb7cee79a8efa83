"""The search for witnesses: whole-number registers that differ by at least five in every cell that could be small.

The guarantee (docs/disclosure.md#the-guarantee): an attacker who has all published values and knows the method and one
report (their own) cannot narrow such a cell to an interval narrower than five. This module searches with HiGHS. Whether
the witnesses prove anything is judged by `proof/`, which shares no code with this module.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np
import scipy.sparse as sparse

from monitor.disclosure.solver import INFINITE, NoSolution, Program
from monitor.disclosure.system import System

NEED = 5
SMALL = 4
BATCHES = 400
TIME_LIMIT = 20.0


@dataclass(frozen=True)
class Attack:
    """What an attacker knows of each cell beside the equations: the lowest and the highest count, shape (cells,) each.
    `high` may be infinite."""

    system: System
    low: np.ndarray
    high: np.ndarray
    patience: ClassVar[float] = TIME_LIMIT  # seconds for one program of the search

    @cached_property
    def targets(self) -> np.ndarray:
        """The indices of the cells that could hold one to four, after the sums have narrowed them; shape (targets,)."""
        low, high = self._narrowed()
        return np.flatnonzero((low <= SMALL) & (high >= 1))

    @property
    def watched(self) -> tuple[np.ndarray, np.ndarray]:
        """The indices of the cells that must stay open, and what is added to the count of each before its interval is
        measured; shape (watched,) each."""
        return self.targets, np.zeros(len(self.targets), dtype=np.int64)

    @property
    def room(self) -> np.ndarray:
        """The right-hand side r of B x <= r for the relations `at_most`, with B = `at_most_matrix`; shape (at_most,)."""
        return np.zeros(len(self.system.at_most))

    @property
    def rows(self) -> tuple[sparse.csr_matrix, tuple[np.ndarray, np.ndarray]]:
        """The equations and the `at_most` relations as a matrix, shape (equations + at_most, cells), with the lower and the
        upper end of each row."""
        equal = np.zeros(len(self.system.equations))
        under = np.concatenate([equal, np.full(len(self.system.at_most), -INFINITE)])
        matrix = sparse.vstack([self.system.matrix, self.system.at_most_matrix])
        return matrix, (under, np.concatenate([equal, self.room]))

    def _narrowed(self) -> tuple[np.ndarray, np.ndarray]:
        """`low` and `high`, shape (cells,) each, narrowed by the equations until nothing new follows: a sum bounds its
        parts, and the parts bound their sum. So a cell that is not published gets an upper end too."""
        low, high, again = self.low.copy(), self.high.copy(), True
        while again and (low <= high).all():  # contradicting ends would narrow one another for ever
            before = low.sum(), np.isinf(high).sum(), high[np.isfinite(high)].sum()
            for parent, children in self.system.equations:
                parts = list(children)
                low[parent] = max(low[parent], low[parts].sum())
                high[parent] = min(high[parent], high[parts].sum())
                for part in parts:
                    others = [sibling for sibling in parts if sibling != part]
                    low[part] = max(low[part], low[parent] - high[others].sum())
                    high[part] = min(high[part], high[parent] - low[others].sum())
            again = before != (low.sum(), np.isinf(high).sum(), high[np.isfinite(high)].sum())
        return low, high


@dataclass
class Proof:
    """`witnesses`: registers, shape (witnesses, cells). `targets`: how many cells had to be proven. `open`: the indices of
    the cells that the witnesses do not prove."""

    witnesses: np.ndarray
    targets: int
    open: list[int] = field(default_factory=list)

    @property
    def is_safe(self) -> bool:
        """Whether every target is proven."""
        return not self.open


def attack_on(
    system: System,
    published: np.ndarray,
    low: dict[int, float] | None = None,
    high: dict[int, float] | None = None,
) -> Attack:
    """What an attacker knows from published values, shape (cells,). `low` and `high`: {index of a cell: an end that follows
    from other publications}."""
    shown = system.published
    lows = np.where(shown, np.maximum(np.where(published > 0, 1, 0), published - system.reach), 0).astype(float)
    highs = np.where(shown, published + system.reach, INFINITE).astype(float)
    highs[list(system.empty)] = 0
    for index, value in (low or {}).items():
        lows[index] = max(lows[index], value)
    for index, value in (high or {}).items():
        highs[index] = min(highs[index], value)
    return Attack(system, lows, highs)


def prove(attack: Attack) -> Proof:
    """Search witnesses for an attack. A cell for which the solver fails stays in `open`: a failure never counts as safe."""
    return _Search(attack).run()


class _Search:
    """The state of one search. `least` and `most`, shape (watched,): the lowest and highest count of each watched cell
    among the witnesses that are kept."""

    def __init__(self, attack: Attack) -> None:
        self.attack, self.system = attack, attack.system
        self.targets, self.added = attack.watched
        self.random = np.random.default_rng(0)  # the same attack gives the same witnesses
        self.least = np.full(len(self.targets), np.inf)
        self.most = np.full(len(self.targets), -np.inf)
        self.kept: list[np.ndarray] = []
        self.program = Program(*attack.rows, (attack.low, attack.high), time_limit=attack.patience)
        self.whole = np.ones(len(self.system.cells), dtype=bool)

    @property
    def missing(self) -> np.ndarray:
        """The positions in `targets` of the cells that are not proven yet; shape (missing,)."""
        return np.flatnonzero(self.most - np.maximum(self.least, 1) < NEED)

    def run(self) -> Proof:
        """Search until every cell is proven or nothing is left to try."""
        self._in_batches()
        self._one_by_one()
        still = self.missing
        witnesses = np.array(self.kept, dtype=np.int64).reshape(-1, len(self.system.cells))
        return Proof(witnesses, len(self.targets), [int(target) for target in self.targets[still]])

    def _in_batches(self) -> None:
        """Solve programs that push many open cells at once: all up, all down, then each up or down at random."""
        for batch in range(BATCHES):
            left = self.missing
            if not len(left):
                return
            cost = np.zeros(len(self.system.cells))
            signs = np.full(len(left), 1.0 if batch == 0 else -1.0)
            if batch > 1:
                signs = self.random.choice([-1.0, 1.0], len(left)) * self.random.uniform(0.5, 1.5, len(left))
            np.add.at(cost, self.targets[left], signs)
            self._keep(self._best(cost, maximise=True))

    def _one_by_one(self) -> None:
        """For each cell that is still open: a linear program for each end, then an integer program for each end. Where
        already the linear ends lie too near to each other, the integer programs cannot help."""
        for position in self.missing:
            for whole in (False, True):
                if self._is_proven(position):
                    break
                self.program.set_integer(self.whole if whole else None)
                top, bottom = (self._end(position, up) for up in (True, False))
                if top is not None and bottom is not None and top - max(bottom, 1) < NEED - 1e-6:
                    break
            self.program.set_integer(None)

    def _end(self, position: int, up: bool) -> float | None:
        cost = np.zeros(len(self.system.cells))
        cost[self.targets[position]] = 1.0
        solution = self._best(cost, maximise=up)
        self._keep(solution)
        return None if solution is None else float(solution[self.targets[position]] + self.added[position])

    def _is_proven(self, position: int) -> bool:
        return bool(self.most[position] - max(self.least[position], 1) >= NEED)

    def _best(self, cost: np.ndarray, maximise: bool) -> np.ndarray | None:
        # No time left, or a free cell without an end: a program without a solution proves nothing.
        try:
            return self.program.best(cost, maximise=maximise)
        except NoSolution:
            return None

    def _keep(self, solution: np.ndarray | None) -> None:
        """Keep a solution if it is in whole numbers, fits the attack and widens the interval of an open cell."""
        if solution is None or np.abs(solution - np.rint(solution)).max() > 1e-6:
            return
        witness = np.rint(solution).astype(np.int64)
        if not self._fits(witness):
            return
        seen = witness[self.targets] + self.added
        open_before = self.most - np.maximum(self.least, 1) < NEED
        if ((seen < self.least) | (seen > self.most))[open_before].any():
            self.kept.append(witness)
            self.least, self.most = np.minimum(self.least, seen), np.maximum(self.most, seen)

    def _fits(self, witness: np.ndarray) -> bool:
        return bool(
            (witness >= self.attack.low).all()
            and (witness <= self.attack.high).all()
            and not (self.system.matrix @ witness).any()
            and ((self.system.at_most_matrix @ witness) <= self.attack.room).all()
        )
