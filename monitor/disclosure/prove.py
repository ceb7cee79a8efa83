"""Finding witnesses: for every cell that could be small, whole-number registers that differ by five there.

Whoever has all published values, knows the method and one report (the own one) cannot narrow such a cell to an interval
narrower than five (docs/disclosure.md#the-guarantee). This searches by HiGHS; whether what it found proves anything is
judged elsewhere (`proof/`), by code that shares nothing with this.
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
    """What the attacker knows of each cell, beside the equations; shape (cells,) each, `high` may be infinite."""

    system: System
    low: np.ndarray
    high: np.ndarray
    patience: ClassVar[float] = TIME_LIMIT  # seconds for one program of the search

    @cached_property
    def targets(self) -> np.ndarray:
        """The cells that could be one to four, as far as sums and parts tell."""
        low, high = self._narrowed()
        return np.flatnonzero((low <= SMALL) & (high >= 1))

    @property
    def watched(self) -> tuple[np.ndarray, np.ndarray]:
        """The cells that must stay open, and what is added to each before its width is taken; shape (watched,) each."""
        return self.targets, np.zeros(len(self.targets), dtype=np.int64)

    @property
    def room(self) -> np.ndarray:
        """B x <= room for the relations that are no equations (`at_most`); shape (at_most,)."""
        return np.zeros(len(self.system.at_most))

    @property
    def rows(self) -> tuple[sparse.csr_matrix, tuple[np.ndarray, np.ndarray]]:
        """The equations and the other relations as rows of a program over the cells, with their lower and upper ends."""
        equal = np.zeros(len(self.system.equations))
        under = np.concatenate([equal, np.full(len(self.system.at_most), -INFINITE)])
        matrix = sparse.vstack([self.system.matrix, self.system.at_most_matrix])
        return matrix, (under, np.concatenate([equal, self.room]))

    def _narrowed(self) -> tuple[np.ndarray, np.ndarray]:
        """What sums say of their parts and parts of their sums, until nothing new follows. A cell that is only carried
        may be as large as the published one that it is the only part of."""
        low, high, again = self.low.copy(), self.high.copy(), True
        while again and (low <= high).all():  # what contradicts itself would be narrowed for ever
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
    """Witnesses, shape (witnesses, cells), and the targets for which none were found."""

    witnesses: np.ndarray
    targets: int
    open: list[int] = field(default_factory=list)

    @property
    def is_safe(self) -> bool:
        return not self.open


def attack_on(
    system: System,
    published: np.ndarray,
    low: dict[int, float] | None = None,
    high: dict[int, float] | None = None,
) -> Attack:
    """The attacker's set for published values; `low` and `high` are what other publications say of single cells."""
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
    """Search witnesses. Nothing that the solver fails to do counts as safe."""
    return _Search(attack).run()


class _Search:
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
        return np.flatnonzero(self.most - np.maximum(self.least, 1) < NEED)

    def run(self) -> Proof:
        self._in_batches()
        self._one_by_one()
        still = self.missing
        witnesses = np.array(self.kept, dtype=np.int64).reshape(-1, len(self.system.cells))
        return Proof(witnesses, len(self.targets), [int(target) for target in self.targets[still]])

    def _in_batches(self) -> None:
        """Many cells at once, pushed up or down at random."""
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
        """A linear program up and down for each cell that is left, then an integer program, unless the linear ones alone
        narrow it too far."""
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
        # Whatever the solver gives up on, for want of time or since a free cell has no end, proves nothing.
        try:
            return self.program.best(cost, maximise=maximise)
        except NoSolution:
            return None

    def _keep(self, solution: np.ndarray | None) -> None:
        """Keep a solution in whole numbers that says something new of an open target."""
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
