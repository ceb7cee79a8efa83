"""Protocols as data: the schema of the YAML files, and a loader that refuses what cannot be right.

Running cases keep the version of the protocol that they began with.
"""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, model_validator
from yaml import safe_load

from cases.protocol.clocks import clock_kinds
from organisations.codes import code_list
from reporting import progress
from reporting.questions import Words

PREVIOUS = "previous"
DEFAULTS = Path(__file__).parent / "defaults"


class Decision(BaseModel):
    """What may be decided. Without `to` the case stays where it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Words
    help: Words | None = None
    to: str = ""
    outcome: list[str] = []
    after: list[str] = []
    needs: list[str] = []
    meets: list[str] = []
    starts: list[str] = []
    waives: list[str] = []
    note: dict[str, str] = {}
    tell: str = ""
    counts: str = ""
    repeat: bool = False


class Phase(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Words
    now: Words | None = None
    source: str = ""
    aside: bool = False
    final: bool = False
    decisions: dict[str, Decision] = {}


class Protocol(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    version: str
    title: Words
    kinds: list[str]
    first: str
    on_opening: list[str]
    on_danger: list[str]
    phases: dict[str, Phase]
    anytime: dict[str, Decision]

    @model_validator(mode="after")
    def _sound(self) -> "Protocol":
        """Every name leads somewhere, every phase can be reached and every phase can end."""
        if self.first not in self.phases:
            raise ValueError(f"first phase {self.first!r} does not exist")
        everything = self.every_decision()
        for name, decision in everything:
            if decision.to and decision.to != PREVIOUS and decision.to not in self.phases:
                raise ValueError(f"{name}: there is no phase {decision.to!r}")
            for clock in (*decision.meets, *decision.starts, *decision.waives):
                if clock not in clock_kinds():
                    raise ValueError(f"{name}: there is no clock {clock!r}")
            for act in decision.after:
                if act not in {other for other, _ in everything}:
                    raise ValueError(f"{name}: nobody can do {act!r} before it")
            for code in decision.outcome:
                code_list("disposition")[code]
            if decision.tell and decision.tell not in progress.messages():
                raise ValueError(f"{name}: there is no message {decision.tell!r} for the reporter")
            if set(decision.needs) - {"subject", "no_subject"} or decision.counts not in {"", "report", "outcome"}:
                raise ValueError(f"{name}: unknown condition or population")
        self._reachable()
        return self

    def _reachable(self) -> None:
        reached, todo = set(), [self.first, *(one.to for one in self.anytime.values())]
        while todo:
            phase = todo.pop()
            if phase in {"", PREVIOUS} or phase in reached:
                continue
            reached.add(phase)
            todo += [decision.to for decision in self.phases[phase].decisions.values()]
        if missing := set(self.phases) - reached:
            raise ValueError(f"nobody ever comes to {', '.join(sorted(missing))}")
        ends = {name for name, phase in self.phases.items() if phase.final}
        while True:
            more = {
                name
                for name, phase in self.phases.items()
                if any(decision.to in ends or decision.to == PREVIOUS for decision in phase.decisions.values())
            }
            if more <= ends:
                break
            ends |= more
        if stuck := set(self.phases) - ends:
            raise ValueError(f"there is no way to the end from {', '.join(sorted(stuck))}")

    def every_decision(self) -> list[tuple[str, Decision]]:
        return [
            *((name, one) for phase in self.phases.values() for name, one in phase.decisions.items()),
            *self.anytime.items(),
        ]

    @property
    def path(self) -> list[str]:
        """The phases of the usual way, in order: what "step 5 of 9" counts."""
        return [name for name, phase in self.phases.items() if not phase.aside]


@cache
def defaults() -> dict[str, Protocol]:
    found = [Protocol.model_validate(safe_load(path.read_text("utf-8"))) for path in sorted(DEFAULTS.glob("*.yaml"))]
    return {protocol.id: protocol for protocol in found}


def protocol(protocol_id: str, version: str) -> Protocol:
    """The protocol that a case runs. Raises LookupError when this version is not here any more."""
    found = defaults().get(protocol_id)
    if found is None or found.version != version:
        raise LookupError(f"protocol {protocol_id} {version} is not installed")
    return found


def protocol_for(kind: str) -> Protocol:
    """The protocol in force for a kind of report."""
    return next(protocol for protocol in defaults().values() if kind in protocol.kinds)
