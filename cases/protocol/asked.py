"""What decisions ask beside their reason: the weighing form and the statutory powers (asked.yaml)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.utils.text import capfirst
from pydantic import BaseModel, ConfigDict, model_validator

from cases.protocol.deadline_kinds import deadline_kinds
from organisations.legal_sources import LegalSources
from organisations.rule_files import WrongRule, read_rules
from organisations.texts import Text


class Criterion(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text
    help: Text | None = None
    scale: str
    moves: dict[str, dict[str, str]] = {}


class Power(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text
    help: Text | None = None
    source: LegalSources
    layers: list[str]
    starts: list[str] = []


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    weighing: dict[str, Criterion]
    scales: dict[str, dict[str, Text]]
    powers: dict[str, Power]

    @model_validator(mode="after")
    def _names_lead_somewhere(self) -> "Asked":
        for name, criterion in self.weighing.items():
            if criterion.scale not in self.scales:
                raise WrongRule(f"there is no scale {criterion.scale!r}", "weighing", name, "scale")
        for name, power in self.powers.items():
            for deadline in power.starts:
                if deadline not in deadline_kinds():
                    raise WrongRule(f"there is no deadline {deadline!r}", "powers", name, "starts")
        return self


@cache
def asked() -> Asked:
    return read_rules(Path(__file__).with_name("asked.yaml"), Asked)


def moves(details: Mapping[str, str]) -> dict[str, str]:
    """Which tracks the answers move: {track: state}."""
    found: dict[str, str] = {}
    for name, value in details.items():
        criterion = asked().weighing.get(name)
        if criterion:
            found |= criterion.moves.get(value, {})
    return found


def in_words(details: Mapping[str, str]) -> list[tuple[str, str]]:
    """The answers as people read them: (question, answer)."""
    found = []
    for name, value in details.items():
        if name == "power" and value in asked().powers:
            power = asked().powers[value]
            found.append((capfirst(str(power.source)), str(power.label)))
        elif name in asked().weighing:
            criterion = asked().weighing[name]
            words = asked().scales[criterion.scale].get(value)
            found.append((str(criterion.label), str(words) if words else value))
    return found
