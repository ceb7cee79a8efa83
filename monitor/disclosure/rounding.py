"""Secret-offset controlled rounding (SOCR): multiples of five that add up (disclosure.md, "The method").

Each cell has a secret offset that stays the same for its period. Its target is the count plus the offset, rounded down
to a multiple of the base. Published is the additive table of multiples of the base that is nearest to the targets.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import highspy
import numpy as np
import scipy.sparse as sparse

from monitor.catalogue import TOTAL
from monitor.disclosure.system import System
from vault.keys import keyed_digest

BASE = 5
MARGIN = 2
OFFSETS = np.arange(-2, 7)
WEIGHTS = np.array([1, 3, 5, 6, 6, 6, 5, 3, 1])
TIME_LIMIT = 60.0
THREADS = 2  # HiGHS wants the same number for all its objects in one process


class RoundingFailed(Exception):
    """No additive table within the bounds was found; the edition is refused."""


@dataclass(frozen=True)
class Bounds:
    """Public bounds on a published value, from numbers that were published before."""

    low: Mapping[int, float]
    high: Mapping[int, float]


def offsets(system: System, label: str) -> np.ndarray:
    """One offset a cell, from -2 to 6, by a key of this installation; the same for the same label and cell."""
    ends = np.cumsum(WEIGHTS)
    drawn = np.empty(len(system.cells), dtype=np.int64)
    for number, one in enumerate(system.cells):
        parts = [part for pair in one for part in pair]
        value = int.from_bytes(keyed_digest(f"offset:{label}", *parts)[:8], "big") % int(ends[-1])
        drawn[number] = OFFSETS[np.searchsorted(ends, value, side="right")]
    return drawn


def targets(counts: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """5 · max(0, ⌊(c + u) / 5⌋), and 0 where nothing was counted."""
    return np.where(counts == 0, 0, BASE * np.maximum(0, (counts + drawn) // BASE))


def protect(system: System, counts: np.ndarray, label: str, bounds: Bounds | None = None) -> np.ndarray:
    """The published values; shape (cells,). Raises :class:`RoundingFailed`."""
    return nearest_additive(system, counts, targets(counts, offsets(system, label)), bounds)


def nearest_additive(
    system: System, counts: np.ndarray, wanted: np.ndarray, bounds: Bounds | None = None
) -> np.ndarray:
    """The additive table of multiples of five nearest to `wanted` (sum of absolute moves, level-1 cells weigh three),
    at most base - 1 + margin away from the count, and 0 where nothing was counted. A mixed-integer program."""
    size, reach = len(system.cells), BASE - 1 + MARGIN
    low = np.ceil(np.maximum(counts - reach, 0) / BASE)
    high = np.where(counts == 0, 0, np.floor((counts + reach) / BASE))
    for place, value in (bounds.low if bounds else {}).items():
        low[place] = max(low[place], np.ceil(value / BASE))
    for place, value in (bounds.high if bounds else {}).items():
        high[place] = min(high[place], np.floor(value / BASE))
    if (low > high).any():
        raise RoundingFailed("the bounds leave no value for a cell")
    # Columns: the values in units of the base, then how far each lies above and below what is wanted.
    unit = sparse.identity(size)
    matrix = sparse.bmat([[system.matrix, None, None], [unit, -unit, unit]]).tocsc()
    right = np.concatenate([np.zeros(len(system.equations)), wanted / BASE])
    weight = system.weights
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = matrix.shape[1], matrix.shape[0]
    model.col_cost_ = np.concatenate([np.zeros(size), weight, weight])
    model.col_lower_ = np.concatenate([low, np.zeros(2 * size)])
    model.col_upper_ = np.concatenate([high, np.full(2 * size, highspy.kHighsInf)])
    model.row_lower_ = model.row_upper_ = right
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    model.integrality_ = [highspy.HighsVarType.kInteger] * size + [highspy.HighsVarType.kContinuous] * (2 * size)
    solver = highspy.Highs()
    for option, value in (
        ("output_flag", False),
        ("threads", THREADS),
        ("time_limit", TIME_LIMIT),
        ("mip_rel_gap", 1e-6),
    ):
        solver.setOptionValue(option, value)
    solver.passModel(model)
    run = solver.run()
    if run != highspy.HighsStatus.kOk or solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RoundingFailed(f"the solver ended with {solver.modelStatusToString(solver.getModelStatus())}")
    published = BASE * np.rint(np.array(solver.getSolution().col_value)[:size]).astype(np.int64)
    _check(system, counts, published)
    return published


def round_one_dimension(counts: Mapping[str, int], label: str) -> dict[str, int]:
    """Counts of one partition as multiples of five that add up to their total "_T", with offsets for this label."""
    names = list(counts)
    cells = ((), *(((label, name),) for name in names))
    system = System((), cells, ((0, tuple(range(1, len(cells)))),))
    values = np.array([sum(counts.values()), *counts.values()], dtype=np.int64)
    published = nearest_additive(system, values, targets(values, offsets(system, label)))
    return dict(zip([TOTAL, *names], (int(value) for value in published), strict=True))


def _check(system: System, counts: np.ndarray, published: np.ndarray) -> None:
    """Whole-number arithmetic over what the solver says: it is not trusted."""
    for parent, children in system.equations:
        if published[parent] != sum(published[child] for child in children):
            raise RoundingFailed("a total does not equal the sum of its parts")
    if (np.abs(published - counts) > BASE - 1 + MARGIN).any() or (published[counts == 0] != 0).any():
        raise RoundingFailed("a value lies too far from its count")


def window(value: int) -> tuple[int, int]:
    """The counts that a published value can stand for."""
    reach = BASE - 1 + MARGIN
    return (max(1, value - reach) if value else 0, value + reach)
