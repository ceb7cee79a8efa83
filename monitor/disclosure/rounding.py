"""Secret-offset controlled rounding (SOCR): multiples of five that add up (docs/disclosure.md#the-method).

Each cell has a secret offset that stays the same for its period. The wanted value of a cell is its count plus the offset,
rounded down to a multiple of the base. What is published is the additive table of multiples of the base that is nearest to
the wanted values.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sparse

from monitor.disclosure.solver import INFINITE, NoSolution, Program
from monitor.disclosure.system import System
from monitor.rules.catalogue import BASE, TOTAL
from vault.keyring.keys import keyed_digest

# {margin: relative frequency of each offset from -margin to base - 1 + margin}; the middle is likelier than the ends.
WEIGHTS = {2: [1, 3, 5, 6, 6, 6, 5, 3, 1], 4: [1, 2, 3, 4, 5, 6, 6, 6, 5, 4, 3, 2, 1]}
TIME_LIMIT = 60.0
Digest = Callable[..., bytes]


class RoundingFailed(Exception):
    """No additive table within the bounds was found; the edition is refused."""


class Contradicted(RoundingFailed):
    """A fact has a code that its form or protocol cannot lead to (facts.yaml)."""


@dataclass
class Bounds:
    """Bounds on the values of single cells, {index of a cell: bound}. They follow from published numbers alone."""

    low: dict[int, float] = field(default_factory=dict)
    high: dict[int, float] = field(default_factory=dict)


def offsets(system: System, digest: Digest) -> np.ndarray:
    """One secret offset for each cell, from minus its margin to base - 1 + margin; shape (cells,). The same digest and cell
    give the same offset.

    `digest(*parts)` gives 32 bytes that nobody can compute without the secret of the period. `parts` are the dimensions
    and codes of the cell, in order.
    """
    drawn = np.empty(len(system.cells), dtype=np.int64)
    for number, cell in enumerate(system.cells):
        margin = int(system.reach[number]) - BASE + 1
        ends = np.cumsum(WEIGHTS[margin])
        value = int.from_bytes(digest(*(part for pair in cell for part in pair))[:8], "big") % int(ends[-1])
        drawn[number] = np.searchsorted(ends, value, side="right") - margin
    return drawn


def wanted_values(counts: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """The value that rounding aims at: 5 · max(0, ⌊(c + u) / 5⌋) for count c and offset u, and 0 where nothing was counted;
    shape (cells,)."""
    return np.where(counts == 0, 0, BASE * np.maximum(0, (counts + drawn) // BASE))


def nearest_additive(
    system: System,
    counts: np.ndarray,
    wanted: np.ndarray,
    bounds: Bounds | None = None,
    weights: np.ndarray | None = None,
) -> np.ndarray:
    """The additive table of multiples of five that is nearest to `wanted`; shape (cells,), as every argument.

    Nearest: the least sum of absolute distances, in which a cell of one dimension at its first level weighs three
    (`System.weights`, unless `weights` says otherwise). Each published value lies at most its reach away from its count,
    and is 0 where nothing was counted. Cells that are not published may have any value that adds up.
    Raises :class:`RoundingFailed`.
    """
    size, shown = len(system.cells), np.flatnonzero(system.published)
    low = np.where(system.published, np.ceil(np.maximum(counts - system.reach, 0) / BASE), 0.0)
    high = np.where(system.published, np.floor((counts + system.reach) / BASE), INFINITE)
    high[system.published & (counts == 0)] = 0
    if counts[list(system.empty)].any():
        raise Contradicted("something was counted in a cell that forms and protocols do not allow")
    high[list(system.empty)] = 0
    for index, value in (bounds.low if bounds else {}).items():
        low[index] = max(low[index], np.ceil(value / BASE))
    for index, value in (bounds.high if bounds else {}).items():
        high[index] = min(high[index], np.floor(value / BASE))
    if (low > high).any():
        raise RoundingFailed("the bounds leave no value for a cell")
    # Columns: the values in units of the base, then the distances above and below the wanted value of each published cell.
    pick = sparse.csr_matrix((np.ones(len(shown)), (np.arange(len(shown)), shown)), shape=(len(shown), size))
    unit = sparse.identity(len(shown))
    rows = [[system.matrix, None, None], [pick, -unit, unit]]
    right = np.concatenate([np.zeros(len(system.equations)), wanted[shown] / BASE])
    under = right
    if system.at_most:  # the values themselves obey what every register obeys
        rows.append([system.at_most_matrix, None, None])
        right = np.concatenate([right, np.zeros(len(system.at_most))])
        under = np.concatenate([under, np.full(len(system.at_most), -INFINITE)])
    weight = (system.weights if weights is None else weights)[shown]
    apart = np.zeros(2 * len(shown))
    program = Program(
        sparse.bmat(rows),
        (under, right),
        (np.concatenate([low, apart]), np.concatenate([high, apart + INFINITE])),
        np.concatenate([np.ones(size, dtype=bool), apart > 0]),
        time_limit=TIME_LIMIT,
    )
    try:
        solution = program.best(np.concatenate([np.zeros(size), weight, weight]))
    except NoSolution as ended:
        raise RoundingFailed(f"the solver ended with {ended}") from None
    published = BASE * np.rint(solution[:size]).astype(np.int64)
    _check(system, counts, published)
    return published


def round_one_dimension(counts: Mapping[str, int], label: str) -> dict[str, int]:
    """Counts of one partition as multiples of five that add up to their total "_T", with offsets for this label."""
    names = list(counts)
    total = 0, tuple(range(1, len(names) + 1))
    system = Partition((), ((), *(((label, name),) for name in names)), (total,))
    values = np.array([sum(counts.values()), *counts.values()], dtype=np.int64)
    wanted = wanted_values(values, offsets(system, lambda *parts: keyed_digest(f"offset:{label}", *parts)))
    published = nearest_additive(system, values, wanted)
    return dict(zip([TOTAL, *names], (int(value) for value in published), strict=True))


class Partition(System):
    """The system of a single list that stands in no table of the catalogue: every cell is published."""

    @property
    def published(self) -> np.ndarray:  # type: ignore[override]
        return np.ones(len(self.cells), dtype=bool)


def _check(system: System, counts: np.ndarray, published: np.ndarray) -> None:
    """Check the solver's answer in whole numbers, because the solver is not trusted. Raises :class:`RoundingFailed`."""
    for parent, children in system.equations:
        if published[parent] != sum(published[child] for child in children):
            raise RoundingFailed("a total does not equal the sum of its parts")
    shown = system.published
    if (np.abs(published - counts) > system.reach)[shown].any() or (published[shown & (counts == 0)] != 0).any():
        raise RoundingFailed("a value lies too far from its count")
    if (published < 0).any() or (system.at_most and ((system.at_most_matrix @ published) > 0).any()):
        raise RoundingFailed("a value contradicts what follows from the code lists")
