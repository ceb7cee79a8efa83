"""From counts to values that may be published: round, prove, and round otherwise where a proof fails.

Reports are rounded first, then the populations that presuppose them (docs/disclosure.md#publications-together). Whether
values are safe follows from published numbers alone, and nobody is told how many attempts were needed. So neither the
verdict nor the number of attempts tells anything about the counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from monitor.disclosure.history import History, Values
from monitor.disclosure.links import attacks_on, linked, most_by_reports, publishable, quarter_bounds, values_by_cell
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
    wanted_values,
)
from monitor.disclosure.solver import NoSolution
from monitor.disclosure.system import System, system_of
from monitor.rules.catalogue import POPULATIONS, catalogue

MOST_ATTEMPTS = 10
URGENT, DECISIVE = 10.0, 1000.0  # the weights of wanted values that matter more than nearness (usual weights: 1 and 3)


class NotProven(Exception):
    """No values were found that can be proven safe; the edition is refused."""


@dataclass(frozen=True)
class Publication:
    """The values of one population with their proof. `system` is the attacked one: with the cells of the quarters at its
    end. `values` has shape (cells,). Of a revision, `before` has the registers of the first edition, one for each witness,
    with their system."""

    system: System
    values: np.ndarray
    attack: Attack
    proof: Proof
    before: tuple[System, np.ndarray] | None = None

    def values_by_cell(self) -> Values:
        """{cell: value} of the published cells."""
        return values_by_cell(self.system, self.values)


def publish(
    counts: Mapping[str, np.ndarray],
    digest_of: Callable[[str], Digest],
    history: History,
    *,
    quarterly: bool,
    wrong: Mapping[str, np.ndarray] | None = None,
) -> dict[str, Publication]:
    """The values of each population, proven safe together with the whole history.

    `counts`: {population: counts, shape (cells,)}. `digest_of(population)` gives the keyed digest of the period. For a
    revision, `wrong` are the counts of the first edition, in the same shape. Raises :class:`RoundingFailed` or
    :class:`NotProven`.
    """
    return _Rounds(counts, digest_of, history, quarterly, wrong or {}).run()


class _NoRoom(Exception):
    """The published reports leave no values for a population that presupposes them. Arguments: population, bounds."""


class _Rounds:
    """The attempts to round all populations of one edition. `wanted` and `weights`, shape (cells,) for each population: the
    values that rounding aims at, and what it costs to miss each; they change after an attempt that is not proven."""

    def __init__(self, counts, digest_of, history: History, quarterly: bool, wrong) -> None:
        self.counts, self.earlier = counts, history
        self.systems: dict[str, System] = {name: system_of(name, quarterly) for name in POPULATIONS if name in counts}
        self.first = {name: _as_array(self.systems[name], values) for name, values in (history.first or {}).items()}
        self.wanted: dict[str, np.ndarray] = {}
        self.weights: dict[str, np.ndarray] = {}
        for name, system in self.systems.items():
            drawn = offsets(system, digest_of(name))
            self.wanted[name] = wanted_values(counts[name], drawn)
            if self.first:  # a cell in which nothing was corrected keeps its first value
                self.wanted[name] += self.first[name] - wanted_values(wrong[name], drawn)
            self.weights[name] = system.weights.copy()
        self.quarters = history.quarters if not quarterly else {}
        self.proofs: dict[bytes, Proof] = {}
        self.falling = {name: _falling(name, self.systems[name]) for name in self.first}
        if self.first:
            known = attacks_on(self.systems, self.first, self.quarters, history)
            self.first_attacks = {name: attack for name, (_values, attack) in known.items()}

    def run(self) -> dict[str, Publication]:
        """The first values that are proven safe. Raises :class:`NotProven` after MOST_ATTEMPTS."""
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

    def _once(self) -> dict[str, Publication]:
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
        """The bounds that published numbers put on the values of a population.

        The quarters do not bound a revision, because they still have the errors. But a cell from which corrections can
        only take something cannot rise above its first value.
        """
        if name == "reports":
            bounds = Bounds() if self.first else quarter_bounds(system, self.quarters)
        else:
            most = most_by_reports(
                name, system, values_by_cell(self.systems["reports"], values["reports"]), self.earlier
            )
            bounds = publishable({index: end for index, end in most.items() if system.published[index]})
        for index in self.falling.get(name, []):
            if system.published[index]:
                bounds.high[index] = min(bounds.high.get(index, np.inf), int(self.first[name][index]))
        return bounds

    def _prove(self, name: str, values: np.ndarray, attack: Attack) -> Publication:
        if self.first:
            return self._prove_pair(name, values, attack)
        proof = self._proof(name, attack)
        return Publication(attack.system, values, attack, proof)

    def _prove_pair(self, name: str, values: np.ndarray, attack: Attack) -> Publication:
        try:
            both = pair(self.first_attacks[name], attack, self.first[name], values, self.falling[name])
        except NoSolution:
            raise NotProven("the two editions cannot be set side by side") from None
        proof = self._proof(name, both)
        own = proof.witnesses[:, : len(values)] + both.shift[: len(values)]
        return Publication(attack.system, values, both, replace(proof, witnesses=own), (both.system, proof.witnesses))

    def _proof(self, name: str, attack: Attack) -> Proof:
        key = name.encode() + b"".join(
            array.tobytes() for array in (attack.low, attack.high, attack.room, *attack.watched)
        )
        if key not in self.proofs:
            self.proofs[key] = prove(attack)
        return self.proofs[key]

    def _want_otherwise(self, name: str, publication: Publication, publications: Mapping[str, Publication]) -> None:
        """Change what the next attempt aims at: other values near the cells that were not proven; and 0 for outcomes and
        deadlines that reveal a report where the reports show 0."""
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

    def _keep_first(self, name: str, publication: Publication) -> bool:
        """Go back to the values of the first edition around the cells that were not proven, where the counts allow it: the
        first edition was proven with those values. False when there is no such cell left."""
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
        """Aim at higher values of reports where a population that presupposes them had no room."""
        reports, counts = self.systems["reports"], self.counts["reports"]
        for index, source in linked(name, self.systems[name]).items():
            target = reports.index.get(source)
            if target is not None and bounds.high.get(index, np.inf) < self.counts[name][index]:
                self.wanted["reports"][target] = BASE * -(-int(counts[target]) // BASE)
                self.weights["reports"][target] = DECISIVE

    def _say_less(self, name: str, published: Publication, reports: Publication) -> None:
        """Aim at 0 in the cells of a population whose report cell shows 0."""
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
        if cell in system.index:  # the cells of quarters are not part of this system
            array[system.index[cell]] = value
    return array
