"""What may happen next: one interpreter over the data of a protocol. It knows no case and no database."""

from collections.abc import Mapping
from dataclasses import dataclass

from cases.protocol.definitions import PREVIOUS, Decision, Protocol


@dataclass(frozen=True)
class Situation:
    """All that the rules may look at."""

    phase: str
    made: frozenset[str] = frozenset()  # decisions made so far
    has_subject: bool = False
    previous: str = ""  # phase before the case was put on hold


@dataclass(frozen=True)
class Option:
    """A decision as it stands now. `missing` are acts that must come first; an option with none may be taken."""

    code: str
    decision: Decision
    anytime: bool
    missing: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.missing


class NotNow(Exception):
    """This decision cannot be taken in this situation. `missing` names the acts that must come first, if any."""

    def __init__(self, code: str, missing: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.missing = missing


def options(protocol: Protocol, situation: Situation) -> list[Option]:
    """Everything that belongs to this phase: what can be done now, and what not yet and why."""
    phase = protocol.phases[situation.phase]
    if phase.final:
        return []
    here = [
        _option(code, one, situation, anytime=False) for code, one in phase.decisions.items() if _fits(one, situation)
    ]
    always = [
        _option(code, one, situation, anytime=True)
        for code, one in protocol.anytime.items()
        if _fits(one, situation)
        and (one.repeat or code not in situation.made)
        and one.to != situation.phase
        and not (one.to and phase.aside and not protocol.phases[one.to].final)
    ]
    return here + always


def take(protocol: Protocol, situation: Situation, code: str) -> tuple[Decision, str]:
    """The decision and the phase that it leads to. Raises :class:`NotNow`."""
    option = next((one for one in options(protocol, situation) if one.code == code), None)
    if option is None:
        raise NotNow(code)
    if not option.allowed:
        raise NotNow(code, option.missing)
    following = option.decision.to or situation.phase
    return option.decision, situation.previous if following == PREVIOUS else following


def labels(protocol: Protocol) -> Mapping[str, str]:
    """The words for every decision of a protocol."""
    return {code: str(one.label) for code, one in protocol.every_decision()}


def _fits(decision: Decision, situation: Situation) -> bool:
    return not ("subject" in decision.needs and not situation.has_subject) and not (
        "no_subject" in decision.needs and situation.has_subject
    )


def _option(code: str, decision: Decision, situation: Situation, *, anytime: bool) -> Option:
    return Option(code, decision, anytime, tuple(act for act in decision.after if act not in situation.made))
