"""From counts to values that may be published: round, prove, and round otherwise where a proof fails.

The order of disclosure.md: reports first, then what presupposes them. Whether values are safe follows from published
numbers alone, and how often it was tried is told to nobody: so that neither says anything about the counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from monitor.catalogue import POPULATIONS, Cell, cell
from monitor.disclosure.links import (
    Earlier,
    least_by_others,
    linked,
    most_by_reports,
    publishable,
    quarter_bounds,
)
from monitor.disclosure.prove import Attack, Proof, attack_on, prove
from monitor.disclosure.rounding import (
    BASE,
    Bounds,
    Contradicted,
    Digest,
    RoundingFailed,
    nearest_additive,
    offsets,
    targets,
)
from monitor.disclosure.system import System, system_of

MOST_ATTEMPTS = 10
URGENT, DECISIVE = 10.0, 1000.0  # what it costs not to reach a target that matters more than being near


class NotProven(Exception):
    """No values were found that can be proven safe; the edition is refused."""


@dataclass(frozen=True)
class Published:
    """The values of one population with their proof. `attacked` is the system with the quarters beside it."""

    system: System
    values: np.ndarray
    attack: Attack
    proof: Proof

    def named(self) -> dict[Cell, int]:
        shown = np.flatnonzero(self.system.published)
        return {self.system.cells[place]: int(self.values[place]) for place in shown}


def publish(
    counts: Mapping[str, np.ndarray],
    digest_of: Callable[[str], Digest],
    earlier: Earlier,
    *,
    quarterly: bool,
) -> dict[str, Published]:
    """The values of each population, shape (cells,), safe together with everything earlier.

    `digest_of(population)` gives the keyed digest of the period. Raises :class:`RoundingFailed` or :class:`NotProven`.
    """
    return _Rounds(counts, digest_of, earlier, quarterly).run()


class _NoRoom(Exception):
    """The published reports leave no values for what presupposes them: population, bounds."""


class _Rounds:
    def __init__(self, counts, digest_of, earlier: Earlier, quarterly: bool) -> None:
        self.counts, self.earlier = counts, earlier
        self.systems: dict[str, System] = {name: system_of(name, quarterly) for name in POPULATIONS if name in counts}
        self.wanted: dict[str, np.ndarray] = {}
        self.weights: dict[str, np.ndarray] = {}
        for name, system in self.systems.items():
            self.wanted[name] = targets(counts[name], offsets(system, digest_of(name)))
            self.weights[name] = system.weights.copy()
        self.quarters = earlier.quarters if not quarterly else {}
        self.proofs: dict[bytes, Proof] = {}

    def run(self) -> dict[str, Published]:
        for _attempt in range(MOST_ATTEMPTS):
            try:
                found = self._once()
            except _NoRoom as no_room:
                self._say_more(no_room.args[0], no_room.args[1])
                continue
            unsafe = {name: one for name, one in found.items() if not one.proof.is_safe}
            if not unsafe:
                return found
            for name, one in unsafe.items():
                self._want_otherwise(name, one, found)
        raise NotProven("no values were found that can be proven safe")

    def _once(self) -> dict[str, Published]:
        values: dict[str, np.ndarray] = {}
        most: dict[str, dict[int, float]] = {}
        for name, system in self.systems.items():
            if name == "reports":
                bounds = quarter_bounds(system, self.quarters)
            else:
                reports = self.systems["reports"]
                named = dict(zip(reports.cells, map(int, values["reports"]), strict=True))
                shown = {
                    one: named[one] for one, is_shown in zip(reports.cells, reports.published, strict=True) if is_shown
                }
                most[name] = most_by_reports(name, system, shown, self.earlier)
                bounds = publishable({place: end for place, end in most[name].items() if system.published[place]})
            try:
                values[name] = nearest_additive(
                    system, self.counts[name], self.wanted[name], bounds, self.weights[name]
                )
            except RoundingFailed as failed:
                if name == "reports" or isinstance(failed, Contradicted):
                    raise
                raise _NoRoom(name, bounds) from None
        others = {name: (self.systems[name], values[name]) for name in values if name != "reports"}
        least = least_by_others(self.systems["reports"], others, self.earlier)
        return {
            name: self._prove(name, system, values[name], least if name == "reports" else None, most.get(name))
            for name, system in self.systems.items()
        }

    def _prove(self, name: str, system: System, values: np.ndarray, least, most) -> Published:
        attacked = system
        if name == "reports" and self.quarters:
            attacked = system.with_quarters(list(self.quarters), len(self.quarters) == 4)
            beside = [
                self.quarters[dict(one)["period"]][cell({k: c for k, c in one if k != "period"})]
                for one in attacked.cells[len(system.cells) :]
            ]
            values = np.concatenate([values, np.array(beside, dtype=np.int64)])
        attack = attack_on(attacked, values, least, most)
        key = name.encode() + attack.low.tobytes() + attack.high.tobytes()
        if key not in self.proofs:
            self.proofs[key] = prove(attack)
        return Published(attacked, values, attack, self.proofs[key])

    def _want_otherwise(self, name: str, one: Published, found: Mapping[str, Published]) -> None:
        """Other targets near what could not be proven; and where outcomes or clocks say of reports what the reports do
        not say themselves, none of them."""
        width = len(self.systems[name].cells)
        for place in one.proof.open:
            if place < width and self.systems[name].published[place]:
                self._move(name, place, int(one.values[place]))
            for parent, children in self.systems[name].equations:
                if place in children and self.systems[name].published[parent]:
                    for near in children:
                        if near != place and one.values[near] > 0:
                            self._move(name, near, int(one.values[near]))
        if name == "reports":
            for other, published in found.items():
                if other != "reports":
                    self._say_less(other, published, one)

    def _move(self, name: str, place: int, value: int) -> None:
        count, reach = int(self.counts[name][place]), int(self.systems[name].reach[place])
        choices = [near for near in (value - BASE, value + BASE) if near >= 0 and abs(near - count) <= reach]
        if count and choices:
            self.wanted[name][place] = min(choices, key=lambda near: abs(near - count))
            self.weights[name][place] = URGENT

    def _say_more(self, name: str, bounds: Bounds) -> None:
        """Reports of which more is shown, where what presupposes them had no room."""
        reports, counts = self.systems["reports"], self.counts["reports"]
        for place, source in linked(name, self.systems[name]).items():
            target = reports.index.get(source)
            if target is not None and bounds.high.get(place, np.inf) < self.counts[name][place]:
                self.wanted["reports"][target] = BASE * -(-int(counts[target]) // BASE)
                self.weights["reports"][target] = DECISIVE

    def _say_less(self, name: str, published: Published, reports: Published) -> None:
        system = self.systems[name]
        for place, source in linked(name, system).items():
            target = reports.system.index.get(source)
            if target is not None and published.values[place] > 0 and reports.values[target] == 0:
                self.wanted[name][place] = 0
                self.weights[name][place] = URGENT
