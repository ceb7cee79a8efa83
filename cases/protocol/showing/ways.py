"""Which decisions bring another one about: a search through a protocol from where a case is. It knows no case and no
database."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from cases.protocol.definitions import PREVIOUS, Decision, Phase, Protocol
from cases.protocol.engine import NEVER, Option, Situation, state_of


class Ways:
    """The decisions that lead somewhere from a situation. `every_option`: what the engine offers there."""

    def __init__(self, protocol: Protocol, now_is: Situation, every_option: Iterable[Option]) -> None:
        self.protocol, self.now_is = protocol, now_is
        self.options = {option.code: option for option in every_option}

    def way_on(self) -> list[Option]:
        """What brings the case to another phase now. The first decision of the phase is the usual one. Where it can be taken:
        that one, and the others that can be taken instead of it; but none that goes to the same phase by waiving what the
        usual one still asks. Where it cannot be taken: what must come before it, or before any of the others."""
        moves = {code: rule for code, rule in self.protocol.phases[self.now_is.phase].decisions.items() if rule.to}
        here = [code for code in moves if code in self.options]
        if not here or not self.options[here[0]].allowed:
            return list(self.steps(here[:1])) or list(self.steps(here))
        usual = moves[here[0]]
        shorter = {code for code in here[1:] if moves[code].to == usual.to and moves[code].waives and not usual.waives}
        return [self.options[code] for code in here if self.options[code].allowed and code not in shorter]

    def ending(self, deadline: str) -> list[str]:
        """The decisions that a deadline asks for; those that start it again come last. Where such meet it, the decisions
        after which it asks nothing more come first."""
        is_over = self.protocol.phases[self.now_is.phase].final
        after = [(code, rule) for code, rule in self.protocol.after_closing.items() if is_over or code in self.options]
        every = after if is_over else [*self.protocol.every_decision(), *after]
        meeting = [(code, rule) for code, rule in every if deadline in self.protocol.asked_by(rule)]
        for_good = [code for code, rule in meeting if deadline not in rule.starts]
        again = [code for code, rule in meeting if deadline in rule.starts]
        if again:
            for_good = [code for code, rule in every if deadline in rule.waives] + for_good
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
                beside = [way for track in option.waits_for for way in self.ways_out(track) if not way.missing]
                yield from self.steps([way.code for way in beside], seen)
            elif not option.elsewhere:
                yield option

    def ways_out(self, track: str) -> list[Option]:
        """What can be done about the state in which a track is."""
        state = self.protocol.tracks[track].states[state_of(self.protocol, self.now_is, track)]
        return [self.options[code] for code in state.decisions if code in self.options]

    def _leading_to(self, code: str) -> list[str]:
        """The decisions of the present phase (or state of a track) from which a decision of a later one is reached."""
        places: list[tuple[Mapping[str, Phase], str]] = [(self.protocol.phases, self.now_is.phase)]
        for name, track in self.protocol.tracks.items():
            places.append((track.states, state_of(self.protocol, self.now_is, name)))
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
            place = self.now_is.previous if place == PREVIOUS else place
            if place in seen or place not in graph:
                continue
            if place in there:
                return True
            seen.add(place)
            todo += [one.to for one in graph[place].decisions.values()]
        return False


def first_of(ways: Iterable[Option]) -> tuple[datetime | None, Option | None]:
    """Which of these can be done first of those that wait for a moment, and from when."""
    dated = [(option.not_before, option) for option in ways if option.not_before and option.not_before != NEVER]
    return min(dated, key=lambda one: one[0], default=(None, None))
