"""A year that is published a second time, after errors were corrected: both editions are in the attacker's hands.

See docs/disclosure.md#publications-together: a register x that could have led to the first edition, moved
by what the published values moved, could have led to the second. Nothing else ties the two: offsets are the same for both, so
whoever takes one of them for true can take the other. A cell is proven when such pairs leave it open in both editions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import scipy.sparse as sparse

from monitor.disclosure.prove import Attack
from monitor.disclosure.rounding import BASE
from monitor.disclosure.solver import INFINITE, NoSolution, Program
from monitor.disclosure.system import System

TIME_LIMIT = 60.0


@dataclass(frozen=True)
class PairAttack(Attack):
    """What is known of the first register of each pair; `shift` is what the second has more, shape (cells,) as well."""

    first: Attack
    second: Attack
    shift: np.ndarray
    patience: ClassVar[float] = 3.0  # what takes longer is sooner mended by keeping first values

    @cached_property
    def watched(self) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[override]
        """Cells of the first edition as they are, and cells of the second after the move."""
        before, after = self.first.targets, self.second.targets
        added = np.concatenate([np.zeros(len(before), dtype=np.int64), self.shift[after]])
        return np.concatenate([before, after]), added

    @property
    def room(self) -> np.ndarray:
        moved = self.second.system.at_most_matrix @ self.shift[: len(self.second.system.cells)]
        left = np.zeros(len(self.system.at_most))
        left[: len(moved)] = np.minimum(0, -moved)  # what quarters say stands behind, and is said of the first alone
        return left


def pair(first: Attack, second: Attack, before: np.ndarray, after: np.ndarray, falling: Sequence[int]) -> PairAttack:
    """Both editions together. `first` may have cells of quarters behind those of `second`; `before` and `after` are the
    published values, shape (cells of `second`,); `falling` the cells that corrections can only take from. Raises
    :class:`NoSolution`."""
    plain = len(second.system.cells)
    shift = np.zeros(len(first.system.cells), dtype=np.int64)
    shift[:plain] = moved(second.system, after - before, falling)
    low, high = first.low.copy(), first.high.copy()
    low[:plain] = np.maximum(low[:plain], second.low - shift[:plain])
    high[:plain] = np.minimum(high[:plain], second.high - shift[:plain])
    return PairAttack(first.system, low, high, first, second, shift)


def moved(system: System, by: np.ndarray, falling: Sequence[int]) -> np.ndarray:
    """How far each cell moves when the published ones move `by`: the least moves of those that are only carried with
    which everything adds up, and with which nothing of `falling` rises; shape (cells,)."""
    shown, size, rows = system.published, len(system.cells), len(system.equations)
    carried = ~shown
    carried[list(system.empty)] = False
    low, high = np.where(shown, by / BASE, 0.0), np.where(shown, by / BASE, 0.0)
    low[carried], high[carried] = -INFINITE, INFINITE
    high[list(falling)] = np.minimum(high[list(falling)], 0)
    free = np.flatnonzero(carried)
    pick = sparse.csr_matrix((np.ones(len(free)), (np.arange(len(free)), free)), shape=(len(free), size))
    unit = sparse.identity(len(free))
    apart = np.zeros(2 * len(free))
    right = np.zeros(rows + len(free))
    program = Program(
        sparse.bmat([[system.matrix, None, None], [pick, -unit, unit]]),
        (right, right),
        (np.concatenate([low, apart]), np.concatenate([high, apart + INFINITE])),
        np.concatenate([np.ones(size, dtype=bool), apart > 0]),
        time_limit=TIME_LIMIT,
    )
    moves = BASE * np.rint(program.best(np.concatenate([np.zeros(size), apart + 1]))[:size]).astype(np.int64)
    if (system.matrix @ moves).any() or (moves != by)[shown].any():
        raise NoSolution("what moves does not add up")
    return moves
