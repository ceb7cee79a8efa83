"""What may happen next in a case: one interpreter over the data of a protocol. It knows no case and no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cases.protocol.definitions import PREVIOUS, Decision, Protocol


@dataclass(frozen=True)
class Situation:
    """Everything about a case that the rules of a protocol may look at."""

    phase: str
    decided: frozenset[str] = frozenset()  # codes of the decisions taken so far
    has_subject: bool = False
    previous: str = ""  # phase before the case was put on hold
    tracks: Mapping[str, str] = field(default_factory=dict)  # {track: state}; absent: the first state of the track
    joined: bool = False  # a joined case: its steps are decided in the lead case


@dataclass(frozen=True)
class Option:
    """A decision as it stands in a situation. It may be taken when nothing is `missing`, nothing is waited for, and it
    is not decided elsewhere."""

    code: str
    decision: Decision
    anytime: bool
    track: str = ""  # empty for a decision of the phases
    missing: tuple[str, ...] = ()  # codes of decisions that must be taken first
    waits_for: tuple[str, ...] = ()  # tracks that must move first
    elsewhere: bool = False  # this is a joined case, and the decision is taken in its lead case

    @property
    def allowed(self) -> bool:
        return not self.missing and not self.waits_for and not self.elsewhere


class NotNow(Exception):
    """This decision cannot be taken in this situation. `missing` names the acts that must come first, if any."""

    def __init__(
        self, code: str, missing: tuple[str, ...] = (), waits_for: tuple[str, ...] = (), elsewhere: bool = False
    ) -> None:
        super().__init__(code)
        self.code = code
        self.missing = missing
        self.waits_for = waits_for
        self.elsewhere = elsewhere


def options(protocol: Protocol, situation: Situation) -> list[Option]:
    """Everything that belongs to this phase and to the tracks: what can be decided now, and what not yet and why.
    Empty in a final phase."""
    phase = protocol.phases[situation.phase]
    if phase.final:
        return []
    here = [
        _option(protocol, code, decision, situation)
        for code, decision in phase.decisions.items()
        if _fits(decision, situation)
    ]
    always = [
        _option(protocol, code, decision, situation, anytime=True)
        for code, decision in protocol.anytime.items()
        if _fits(decision, situation)
        and (decision.repeat or code not in situation.decided)
        and decision.to != situation.phase
        and not (decision.to and phase.aside and not protocol.phases[decision.to].final)
    ]
    beside = [
        _option(protocol, code, decision, situation, anytime=True, track=name)
        for name, track in protocol.tracks.items()
        for code, decision in track.states[state_of(protocol, situation, name)].decisions.items()
        if _fits(decision, situation)
    ]
    if situation.joined:
        here, always = [_rests(protocol, option) for option in here], [_rests(protocol, option) for option in always]
    return here + always + beside


def _rests(protocol: Protocol, option: Option) -> Option:
    """A decision of a joined case. The lead case takes it, with two exceptions, both among the decisions at any time. The
    joined case itself takes those that move no phase (care for its reporter) and those that end it (its reporter may
    withdraw)."""
    to = option.decision.to
    decided_here = option.anytime and (not to or protocol.phases[to].final)
    return option if decided_here else replace(option, elsewhere=True)


def take(protocol: Protocol, situation: Situation, code: str) -> tuple[Option, str]:
    """The option for a code, and the phase (or the state of its track) to which it leads. Raises :class:`NotNow`."""
    option = next((option for option in options(protocol, situation) if option.code == code), None)
    if option is None:
        raise NotNow(code, _leading_to(protocol, situation, code))
    if not option.allowed:
        raise NotNow(code, option.missing, option.waits_for, option.elsewhere)
    if option.track:
        return option, option.decision.to or state_of(protocol, situation, option.track)
    following = option.decision.to or situation.phase
    return option, situation.previous if following == PREVIOUS else following


def _leading_to(protocol: Protocol, situation: Situation, code: str) -> tuple[str, ...]:
    """The codes of decisions that move a track from its present state to the state that knows this decision."""
    return tuple(
        act
        for name, track in protocol.tracks.items()
        for act, decision in track.states[state_of(protocol, situation, name)].decisions.items()
        if decision.to and code in track.states[decision.to].decisions
    )


def state_of(protocol: Protocol, situation: Situation, track: str) -> str:
    """The state of a track in a situation."""
    return situation.tracks.get(track) or protocol.tracks[track].first


def labels(protocol: Protocol) -> Mapping[str, str]:
    """The words for every decision of a protocol, {code: words}."""
    return {code: str(decision.label) for code, decision in protocol.every_decision()}


def _fits(decision: Decision, situation: Situation) -> bool:
    return not ("subject" in decision.needs and not situation.has_subject) and not (
        "no_subject" in decision.needs and situation.has_subject
    )


def _option(
    protocol: Protocol, code: str, decision: Decision, situation: Situation, *, anytime: bool = False, track: str = ""
) -> Option:
    waits = tuple(
        name
        for name, states in decision.blocked_by.items()
        if name in protocol.tracks and state_of(protocol, situation, name) in states
    )
    # A case without a person concerned cannot wait for an act that needs one.
    every = dict(protocol.every_decision()) if decision.after else {}
    missing = tuple(act for act in decision.after if act not in situation.decided and _fits(every[act], situation))
    return Option(code, decision, anytime, track, missing, waits)
