"""Searching a protocol from a situation: which decision meets a deadline, and what comes first on the way to a decision."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cases.protocol.definitions import PREVIOUS, Decision, Phase, Protocol
from cases.protocol.engine import Option, Situation, state_of


@dataclass(frozen=True)
class Search:
    """What leads where in a protocol. `options` are those of the situation, {code: option}."""

    protocol: Protocol
    situation: Situation
    options: Mapping[str, Option]

    def ending(self, deadline: str) -> list[str]:
        """The decisions that meet a deadline; those that start it again come last. Where only such meet it, the decisions
        after which it asks nothing more come first."""
        every = self.protocol.every_decision()
        for_good = [code for code, rule in every if deadline in rule.meets and deadline not in rule.starts]
        again = [code for code, rule in every if deadline in rule.meets and deadline in rule.starts]
        if again and not for_good:
            for_good = [code for code, rule in every if deadline in rule.waives]
        return for_good + again

    def steps(self, codes: Iterable[str], seen: set[str] | None = None) -> Iterator[Option]:
        """The options that bring these decisions about now: themselves, or what must come first; each once. What waits
        only for a moment is among them, with that moment."""
        seen = set() if seen is None else seen
        for code in codes:
            if code in seen:
                continue
            seen.add(code)
            option = self.options.get(code)
            if option is None:
                yield from self.steps(self._leading_to(code), seen)
            elif option.missing:
                yield from self.steps(option.missing, seen)
            elif option.waits_for:
                beside = [
                    one.code for one in self.options.values() if one.track in option.waits_for and not one.missing
                ]
                yield from self.steps(beside, seen)
            elif not option.elsewhere:
                yield option

    def _leading_to(self, code: str) -> list[str]:
        """The decisions of the present phase (or state of a track) from which a decision of a later one is reached."""
        places: list[tuple[Mapping[str, Phase], str]] = [(self.protocol.phases, self.situation.phase)]
        for name, track in self.protocol.tracks.items():
            places.append((track.states, state_of(self.protocol, self.situation, name)))
        for graph, here in places:
            there = {name for name, state in graph.items() if code in state.decisions}
            if there and here not in there:
                return [
                    act
                    for act, rule in graph[here].decisions.items()
                    if act in self.options and self._reaches(graph, rule, here, there)
                ]
        return []

    def _reaches(self, graph: Mapping[str, Phase], rule: Decision, here: str, there: set[str]) -> bool:
        """Whether a decision leads to one of these places without coming back here."""
        todo, seen = [rule.to], {here, ""}
        while todo:
            place = todo.pop()
            place = self.situation.previous if place == PREVIOUS else place
            if place in seen or place not in graph:
                continue
            if place in there:
                return True
            seen.add(place)
            todo += [one.to for one in graph[place].decisions.values()]
        return False
