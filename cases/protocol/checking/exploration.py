"""Walking through everything that can happen in a protocol, with the engine that runs it.

A state holds only what the rules look at, so that all states fit into memory: the phase, the acts for which others
wait, and what the case has passed. The acts of tracks may happen at any moment here; the checker looks at each track
by itself.
"""

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from cases.protocol.definitions import PREVIOUS, Decision, Protocol
from cases.protocol.engine import Situation, options_of_phase

MOST_STATES = 60_000
OF_THE_REPORTER = {"known_reporter", "wants_to_stop"}  # conditions that only the reporter makes true


class State(NamedTuple):
    """One state of the walk. `passed` holds the `stands_for` of phases, "report" and "outcome" when they were counted,
    and "outcome_chosen"."""

    phase: str
    previous: str = ""
    decided: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()


class Way(NamedTuple):
    """A decision that can be taken in a phase, with what is the same of it in every state: where it leads (PREVIOUS: where the
    case was before), the acts that others wait for, and {phase where it ends: what has passed then}."""

    code: str
    decision: Decision
    to: str
    acts: frozenset[str]
    gains: dict[str, frozenset[str]]


@dataclass
class Explored:
    """All states that can come to be, and the steps between them. `taken` are the codes of the decisions that were
    possible somewhere."""

    states: set[State] = field(default_factory=set)
    steps: dict[State, list[tuple[str, Decision, State]]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    stuck: set[State] = field(default_factory=set)
    complete: bool = True


def explore(protocol: Protocol, *, has_subject: bool) -> Explored:
    """Every state that can be reached from the first phase. `has_subject` says whether the case has a person
    concerned."""
    relevant = frozenset(act for _, decision in protocol.every_decision() for act in decision.after)
    beside = [(code, decision) for code, decision in protocol.every_track_decision() if code in relevant]
    looked_at = {phase: _looked_at(protocol, phase) for phase in protocol.phases}

    @cache  # what a state has passed, and acts that its phase does not look at, change nothing of what is possible in it
    def possible(phase: str, decided: frozenset[str]) -> list[Way]:
        situation = Situation(
            phase,
            decided,
            has_subject,
            known_reporter=True,
            wants_to_stop=True,
            measure_runs=True,
            is_pressure=True,
        )
        found = options_of_phase(protocol, situation)
        return [_way(protocol, phase, option.code, option.decision, relevant) for option in found if not option.missing]

    explored = Explored()
    todo = deque([State(protocol.first, passed=_gains(protocol, protocol.first))])
    while todo:
        state = todo.popleft()
        if state in explored.states:
            continue
        if len(explored.states) >= MOST_STATES:
            explored.complete = False
            break
        explored.states.add(state)
        here = possible(state.phase, state.decided & looked_at[state.phase])
        steps = explored.steps[state] = list(_steps(protocol, state, here, beside))
        explored.taken.update([code for code, _decision, _following in steps])
        todo.extend({following for _code, _decision, following in steps} - explored.states)
    explored.stuck = _stuck(protocol, explored)
    return explored


def _looked_at(protocol: Protocol, phase: str) -> frozenset[str]:
    """The acts on which depends what is possible in a phase: those for which its decisions wait, and those that are taken
    once or again."""
    again = {
        code: decision
        for other in protocol.phases.values()
        for code, decision in other.decisions.items()
        if decision.again
    }
    here = {**protocol.phases[phase].decisions, **protocol.anytime, **again}
    return frozenset({*protocol.anytime, *again, *(act for decision in here.values() for act in decision.after)})


def _way(protocol: Protocol, phase: str, code: str, decision: Decision, relevant: frozenset[str]) -> Way:
    to = decision.to or phase
    ends = protocol.phases if to == PREVIOUS else [to]
    acts = relevant & {code, *decision.does}
    return Way(code, decision, to, acts, {end: _gains(protocol, end, decision) for end in ends})


def _gains(protocol: Protocol, phase: str, decision: Decision | None = None) -> frozenset[str]:
    """What a case has passed when this decision has brought it into this phase."""
    counted = {decision.counts, "outcome_chosen" if decision.outcome else ""} if decision else set()
    return frozenset({protocol.phases[phase].stands_for, *counted} - {""})


def _steps(
    protocol: Protocol,
    state: State,
    possible: list[Way],
    beside: list[tuple[str, Decision]],
) -> Iterator[tuple[str, Decision, State]]:
    phase, before, decided, passed = state
    for code, decision, to, acts, gains in possible:
        following = before if to == PREVIOUS else to
        if not following:
            continue
        previous = before if following == phase else ""
        if following != phase and protocol.phases[following].aside and not protocol.phases[following].final:
            previous = phase
        now_decided = decided if acts <= decided else decided | acts
        gained = gains[following]
        yield code, decision, State(following, previous, now_decided, passed if gained <= passed else passed | gained)
    if protocol.phases[phase].final:
        return
    for code, decision in beside:
        if code not in decided:
            yield code, decision, State(phase, before, decided | {code}, passed)


def _stuck(protocol: Protocol, explored: Explored) -> set[State]:
    """The states from which no way leads to an end. What depends on the reporter is no way: an anonymous reporter who does
    not want to stop never opens it."""
    back: dict[State, set[State]] = defaultdict(set)
    for state, steps in explored.steps.items():
        for _code, decision, following in steps:
            if OF_THE_REPORTER.isdisjoint(decision.needs):
                back[following].add(state)
    good = {state for state in explored.states if protocol.phases[state.phase].final}
    todo = deque(good)
    while todo:
        for before in back.get(todo.popleft(), ()):
            if before not in good:
                good.add(before)
                todo.append(before)
    return explored.states - good if explored.complete else set()
