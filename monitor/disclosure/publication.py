"""From counts to values that may be published: round, prove, and round otherwise where a proof fails.

The order of docs/disclosure.md#publications-together: reports first, then what presupposes them. Whether values are safe follows from published
numbers alone, and how often it was tried is told to nobody: so that neither says anything about the counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from monitor.disclosure.earlier import Earlier, Values
from monitor.disclosure.links import attacks_on, linked, most_by_reports, named, publishable, quarter_bounds
from monitor.disclosure.prove import Attack, Proof, prove
from monitor.disclosure.revision import pair
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
from monitor.disclosure.solver import NoSolution
from monitor.disclosure.system import System, system_of
from monitor.rules.catalogue import POPULATIONS, catalogue

MOST_ATTEMPTS = 10
URGENT, DECISIVE = 10.0, 1000.0  # what it costs not to reach a target that matters more than being near


class NotProven(Exception):
    """No values were found that can be proven safe; the edition is refused."""


@dataclass(frozen=True)
class Published:
    """The values of one population with their proof, in the system that was attacked: with the quarters beside it. Of a
    revision each witness has one of the first edition; `before` are these, with their system."""

    system: System
    values: np.ndarray
    attack: Attack
    proof: Proof
    before: tuple[System, np.ndarray] | None = None

    def named(self) -> Values:
        return named(self.system, self.values)


def publish(
    counts: Mapping[str, np.ndarray],
    digest_of: Callable[[str], Digest],
    history: Earlier,
    *,
    quarterly: bool,
    wrong: Mapping[str, np.ndarray] | None = None,
) -> dict[str, Published]:
    """The values of each population, shape (cells,), safe together with everything earlier.

    `digest_of(population)` gives the keyed digest of the period. Of a revision `wrong` are the counts of the first
    edition. Raises :class:`RoundingFailed` or :class:`NotProven`.
    """
    return _Rounds(counts, digest_of, history, quarterly, wrong or {}).run()


class _NoRoom(Exception):
    """The published reports leave no values for what presupposes them: population, bounds."""


class _Rounds:
    def __init__(self, counts, digest_of, history: Earlier, quarterly: bool, wrong) -> None:
        self.counts, self.earlier = counts, history
        self.systems: dict[str, System] = {name: system_of(name, quarterly) for name in POPULATIONS if name in counts}
        self.first = {name: _as_array(self.systems[name], values) for name, values in (history.first or {}).items()}
        self.wanted: dict[str, np.ndarray] = {}
        self.weights: dict[str, np.ndarray] = {}
        for name, system in self.systems.items():
            drawn = offsets(system, digest_of(name))
            self.wanted[name] = targets(counts[name], drawn)
            if self.first:  # where nothing was corrected the first value stays
                self.wanted[name] += self.first[name] - targets(wrong[name], drawn)
            self.weights[name] = system.weights.copy()
        self.quarters = history.quarters if not quarterly else {}
        self.proofs: dict[bytes, Proof] = {}
        self.falling = {name: _falling(name, self.systems[name]) for name in self.first}
        if self.first:
            known = attacks_on(self.systems, self.first, self.quarters, history)
            self.first_attacks = {name: attack for name, (_values, attack) in known.items()}

    def run(self) -> dict[str, Published]:
        for _attempt in range(MOST_ATTEMPTS):
            try:
                publications = self._once()
            except _NoRoom as no_room:
                self._say_more(no_room.args[0], no_room.args[1])
                continue
            unsafe = {name: publication for name, publication in publications.items() if not publication.proof.is_safe}
            if not unsafe:
                return publications
            for name, publication in unsafe.items():
                self._want_otherwise(name, publication, publications)
        raise NotProven("no values were found that can be proven safe")

    def _once(self) -> dict[str, Published]:
        values: dict[str, np.ndarray] = {}
        for name, system in self.systems.items():
            bounds = self._bounds(name, system, values)
            try:
                values[name] = nearest_additive(
                    system, self.counts[name], self.wanted[name], bounds, self.weights[name]
                )
            except RoundingFailed as failed:
                if name == "reports" or isinstance(failed, Contradicted):
                    raise
                raise _NoRoom(name, bounds) from None
        known = attacks_on(self.systems, values, {} if self.first else self.quarters, self.earlier)
        return {name: self._prove(name, *known[name]) for name in self.systems}

    def _bounds(self, name: str, system: System, values: Mapping[str, np.ndarray]) -> Bounds:
        """What is public bounds the values. Of a revision the quarters do not: they have the errors; but what corrections
        can only take from cannot rise."""
        if name == "reports":
            bounds = Bounds() if self.first else quarter_bounds(system, self.quarters)
        else:
            most = most_by_reports(name, system, named(self.systems["reports"], values["reports"]), self.earlier)
            bounds = publishable({index: end for index, end in most.items() if system.published[index]})
        for index in self.falling.get(name, []):
            if system.published[index]:
                bounds.high[index] = min(bounds.high.get(index, np.inf), int(self.first[name][index]))
        return bounds

    def _prove(self, name: str, values: np.ndarray, attack: Attack) -> Published:
        if self.first:
            return self._prove_pair(name, values, attack)
        proof = self._proof(name, attack)
        return Published(attack.system, values, attack, proof)

    def _prove_pair(self, name: str, values: np.ndarray, attack: Attack) -> Published:
        try:
            both = pair(self.first_attacks[name], attack, self.first[name], values, self.falling[name])
        except NoSolution:
            raise NotProven("the two editions cannot be set side by side") from None
        proof = self._proof(name, both)
        own = proof.witnesses[:, : len(values)] + both.shift[: len(values)]
        return Published(attack.system, values, both, replace(proof, witnesses=own), (both.system, proof.witnesses))

    def _proof(self, name: str, attack: Attack) -> Proof:
        key = name.encode() + b"".join(
            array.tobytes() for array in (attack.low, attack.high, attack.room, *attack.watched)
        )
        if key not in self.proofs:
            self.proofs[key] = prove(attack)
        return self.proofs[key]

    def _want_otherwise(self, name: str, publication: Published, publications: Mapping[str, Published]) -> None:
        """Other targets near what could not be proven; and where outcomes or clocks say of reports what the reports do
        not say themselves, none of them."""
        width = len(self.systems[name].cells)
        if self.first and self._keep_first(name, publication):
            return
        for index in publication.proof.open:
            if index < width and self.systems[name].published[index]:
                self._move(name, index, int(publication.values[index]))
            for parent, children in self.systems[name].equations:
                if index in children and self.systems[name].published[parent]:
                    for near in children:
                        if near != index and publication.values[near] > 0:
                            self._move(name, near, int(publication.values[near]))
        if name == "reports":
            for other, published in publications.items():
                if other != "reports":
                    self._say_less(other, published, publication)

    def _keep_first(self, name: str, publication: Published) -> bool:
        """Around what could not be proven, the values of the first edition, where the counts allow that: it was proven
        with them. False where nothing is left to take back."""
        first, counts, system = self.first[name], self.counts[name], self.systems[name]
        open_ = set(publication.proof.open)
        near = {cell for parent, parts in system.equations if open_ & {parent, *parts} for cell in (parent, *parts)}
        width = len(first)
        back = [
            cell
            for cell in (near | open_)
            if cell < width
            and publication.values[cell] != first[cell]
            and abs(first[cell] - counts[cell]) <= system.reach[cell]
            and (counts[cell] or not first[cell])
            and self.weights[name][cell] < DECISIVE
        ]
        for cell in back:
            self.wanted[name][cell], self.weights[name][cell] = first[cell], DECISIVE
        return bool(back)

    def _move(self, name: str, index: int, value: int) -> None:
        count, reach = int(self.counts[name][index]), int(self.systems[name].reach[index])
        choices = [near for near in (value - BASE, value + BASE) if near >= 0 and abs(near - count) <= reach]
        if count and choices:
            self.wanted[name][index] = min(choices, key=lambda near: abs(near - count))
            self.weights[name][index] = URGENT

    def _say_more(self, name: str, bounds: Bounds) -> None:
        """Reports of which more is shown, where what presupposes them had no room."""
        reports, counts = self.systems["reports"], self.counts["reports"]
        for index, source in linked(name, self.systems[name]).items():
            target = reports.index.get(source)
            if target is not None and bounds.high.get(index, np.inf) < self.counts[name][index]:
                self.wanted["reports"][target] = BASE * -(-int(counts[target]) // BASE)
                self.weights["reports"][target] = DECISIVE

    def _say_less(self, name: str, published: Published, reports: Published) -> None:
        system = self.systems[name]
        for index, source in linked(name, system).items():
            target = reports.system.index.get(source)
            if target is not None and published.values[index] > 0 and reports.values[target] == 0:
                self.wanted[name][index] = 0
                self.weights[name][index] = URGENT


def _falling(name: str, system: System) -> list[int]:
    relations = catalogue().relations(name)
    return [index for index, cell in enumerate(system.cells) if relations.can_only_fall(cell)]


def _as_array(system: System, values: Values) -> np.ndarray:
    array = np.zeros(len(system.cells), dtype=np.int64)
    for cell, value in values.items():
        if cell in system.index:  # the quarters beside it are known apart
            array[system.index[cell]] = value
    return array
