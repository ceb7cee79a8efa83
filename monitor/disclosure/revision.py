"""The proof of a revision: a year that is published again after corrections, while attackers hold both editions.

Take a register x that could have led to the first edition, and move each cell as far as its published value moved. The
result could have led to the second edition (docs/disclosure.md#publications-together). Both editions use the same offsets,
so an attacker who holds x for possible must hold the moved register for possible too. A cell is proven when such pairs of
registers leave it open in both editions.
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
    """What an attacker knows of the first register of each pair. `shift`, shape (cells,): how much the second register has
    more in each cell."""

    first: Attack
    second: Attack
    shift: np.ndarray
    patience: ClassVar[float] = 3.0  # seconds; after that it is faster to keep the values of the first edition

    @cached_property
    def watched(self) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[override]
        """The small cells of the first edition, with 0 added, and those of the second, with their shift added."""
        before, after = self.first.targets, self.second.targets
        added = np.concatenate([np.zeros(len(before), dtype=np.int64), self.shift[after]])
        return np.concatenate([before, after]), added

    @property
    def room(self) -> np.ndarray:
        moved = self.second.system.at_most_matrix @ self.shift[: len(self.second.system.cells)]
        left = np.zeros(len(self.system.at_most))
        left[: len(moved)] = np.minimum(0, -moved)  # relations of the quarters stand at the end and bind only the first
        return left


def pair(first: Attack, second: Attack, before: np.ndarray, after: np.ndarray, falling: Sequence[int]) -> PairAttack:
    """The attack on both editions together.

    `first` may have the cells of quarters behind the cells of `second`. `before` and `after`: the published values of the
    two, shape (cells of `second`,). `falling`: the indices of the cells from which corrections can only take something.
    Raises :class:`NoSolution` where no moves of the unpublished cells fit the moves of the published ones.
    """
    plain = len(second.system.cells)
    shift = np.zeros(len(first.system.cells), dtype=np.int64)
    shift[:plain] = least_moves(second.system, after - before, falling)
    low, high = first.low.copy(), first.high.copy()
    low[:plain] = np.maximum(low[:plain], second.low - shift[:plain])
    high[:plain] = np.minimum(high[:plain], second.high - shift[:plain])
    return PairAttack(first.system, low, high, first, second, shift)


def least_moves(system: System, by: np.ndarray, falling: Sequence[int]) -> np.ndarray:
    """How far each cell moves, shape (cells,), when the published cells move `by`, shape (cells,).

    The cells that are not published move as little as possible (least sum of absolute moves) so that every equation still
    holds and no cell of `falling` rises. Raises :class:`NoSolution`.
    """
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
