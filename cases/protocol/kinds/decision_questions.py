"""What decisions ask beside their reason: the weighing form and the statutory powers (decision_questions.yaml)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.utils.text import capfirst
from pydantic import BaseModel, ConfigDict, model_validator

from cases.protocol.kinds.deadline_kinds import deadline_kinds
from organisations.access.routing import rules as routing_rules
from organisations.legal_sources import LegalSources
from organisations.rule_files import WrongRule, read_rules
from organisations.texts import Text

UNKNOWN = "unknown"  # the row of a person concerned of whom no function is known


class Criterion(BaseModel):
    """One question of the weighing form. `moves` says which answer moves which track: {answer: {track: state}}."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text
    help: Text | None = None
    scale: str
    moves: dict[str, dict[str, str]] = {}


class Power(BaseModel):
    """A statutory power of a council or another organ. `layers` are the kinds of organisation that have it, `against`
    the functions of whom it can be used against (rows of routing.yaml), `starts` the deadlines that it starts."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text
    help: Text | None = None
    source: LegalSources
    layers: list[str]
    against: list[str]
    starts: list[str] = []


class DecisionQuestions(BaseModel):
    """The whole file: questions, scales of answers ({scale: {code: words}}) and powers."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    weighing: dict[str, Criterion]
    scales: dict[str, dict[str, Text]]
    powers: dict[str, Power]

    @model_validator(mode="after")
    def _names_lead_somewhere(self) -> "DecisionQuestions":
        for name, criterion in self.weighing.items():
            if criterion.scale not in self.scales:
                raise WrongRule(f"there is no scale {criterion.scale!r}", "weighing", name, "scale")
        for name, power in self.powers.items():
            if strange := set(power.against) - set(routing_rules().by_subject):
                raise WrongRule(f"nobody holds {', '.join(sorted(strange))}", "powers", name, "against")
            for deadline in power.starts:
                if deadline not in deadline_kinds():
                    raise WrongRule(f"there is no deadline {deadline!r}", "powers", name, "starts")
        return self


@cache
def decision_questions() -> DecisionQuestions:
    """The questions of decision_questions.yaml. Raises BadRules where a scale or a deadline is named that does not
    exist."""
    return read_rules(Path(__file__).with_name("decision_questions.yaml"), DecisionQuestions)


def powers_for(layer: str, row: str) -> dict[str, Power]:
    """The powers that an organisation of this kind has against somebody of this row of routing.yaml; of a row in which no
    function is known, all that it has."""
    rows = routing_rules().by_subject
    known = row in rows and row != UNKNOWN
    every = decision_questions().powers.items()
    return {code: power for code, power in every if layer in power.layers and (not known or row in power.against)}


def moves(details: Mapping[str, str]) -> dict[str, str]:
    """Which tracks the answers of the weighing form move, {track: state}."""
    states: dict[str, str] = {}
    for name, value in details.items():
        criterion = decision_questions().weighing.get(name)
        if criterion:
            states |= criterion.moves.get(value, {})
    return states


def in_words(details: Mapping[str, str]) -> list[tuple[str, str]]:
    """The answers as people read them, [(question, answer)]."""
    answers = []
    for name, value in details.items():
        if name == "power" and value in decision_questions().powers:
            power = decision_questions().powers[value]
            answers.append((capfirst(str(power.source)), str(power.label)))
        elif name in decision_questions().weighing:
            criterion = decision_questions().weighing[name]
            words = decision_questions().scales[criterion.scale].get(value)
            answers.append((str(criterion.label), str(words) if words else value))
    return answers
