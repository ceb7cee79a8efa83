"""What a case still asks after its last step (after_closing.yaml), whatever version of a protocol it began with."""

from collections.abc import Container, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, model_validator

from cases.protocol.definitions import Decision, Protocol
from cases.protocol.kinds.deadline_kinds import deadline_kinds
from cases.protocol.kinds.forms import InStates, holds
from organisations.rule_files import WrongRule, read_rules
from reporting.dialogue.progress import progress_words

REOPENED = "reopened"


class AtClosing(BaseModel):
    """When a deadline begins as a case closes: always, unless something of this says no."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    protocols: list[str] = []
    unless: list[str] = []
    when: InStates = {}


class Look(BaseModel):
    """By which deadline somebody looks whether a closed case still asks something, and how long before it this asks."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    deadline: str
    days: int


class AfterClosing(BaseModel):
    """The whole of after_closing.yaml. Every name in it leads somewhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    starts: dict[str, AtClosing]
    goes_on: list[str]
    told: list[str]
    look: Look
    subject_told_by: list[str]
    reopens_to: dict[str, str]
    reopens_with: dict[str, list[str]] = {}
    asked_anew: list[str] = []
    tracks_anew: dict[str, dict[str, dict[str, str]]] = {}
    decisions: dict[str, Decision]

    @model_validator(mode="after")
    def _names_lead_somewhere(self) -> "AfterClosing":
        named = [*self.starts, *self.goes_on, *self.told, self.look.deadline]
        named += [code for codes in self.reopens_with.values() for code in codes]
        begins = {code for rule in self.decisions.values() for code in rule.starts}
        ends = {code for rule in self.decisions.values() for code in rule.meets}
        named += [*begins, *ends, *(code for rule in self.decisions.values() for code in rule.waives)]
        if strange := sorted(set(named) - set(deadline_kinds())):
            raise ValueError(f"there is no deadline {', '.join(strange)}")
        if unmet := sorted((begins | set(self.starts)) - ends):
            raise ValueError(f"nothing meets {', '.join(unmet)}")
        for code, rule in self.decisions.items():
            if rule.to not in {"", REOPENED} or (rule.tell and rule.tell not in progress_words()):
                raise WrongRule("it leads nowhere, or tells nothing", "decisions", code)
            if rule.done_by.is_empty or rule.after or rule.outcome or rule.counts:
                raise WrongRule(
                    "after closing a decision has its proof, and nothing of it is counted", "decisions", code
                )
        return self


@cache
def after_closing() -> AfterClosing:
    """Raises BadRules for a wrong file."""
    return read_rules(Path(__file__).with_name("after_closing.yaml"), AfterClosing)


def with_what_comes_after(protocol: Protocol) -> Protocol:
    """The protocol with what a case that closed still asks."""
    rules = after_closing()
    to = rules.reopens_to[protocol.id]
    decisions = {
        code: rule.model_copy(update={"to": to}) if rule.to == REOPENED else rule
        for code, rule in rules.decisions.items()
    }
    return protocol.model_copy(update={"after_closing": decisions})


@cache
def reopening() -> frozenset[str]:
    """The decisions that open a closed case again, by their code: a case of another kind has phases of another protocol too."""
    return frozenset(code for code, rule in after_closing().decisions.items() if rule.to == REOPENED)


def tracks_asked_anew(protocol: Protocol, states: Mapping[str, str]) -> dict[str, str]:
    """To which states the tracks go back as a case opens again: to those in which what is asked anew can be decided, and to those
    that `tracks_anew` says. `states`: in which they are."""
    rules = after_closing().tracks_anew.get(protocol.id, {})
    anew = {name: moved[states[name]] for name, moved in rules.items() if states.get(name) in moved}
    back = {
        name: state
        for name, track in protocol.tracks.items()
        for state, data in track.states.items()
        for code, decision in data.decisions.items()
        if code in after_closing().asked_anew and decision.to and decision.to == states.get(name)
    }
    return {**anew, **back}


def starts_at_closing(protocol: str, taken: Container[str], states: Mapping[str, str]) -> Iterator[str]:
    """The codes of the deadlines that begin when a case of this protocol closes. `taken`: codes of its decisions; `states`:
    those of its tracks."""
    for code, rule in after_closing().starts.items():
        if rule.protocols and protocol not in rule.protocols:
            continue
        # A track that the protocol of the case lacks starts nothing.
        has_tracks = set(rule.when) <= set(states)
        if not any(one in taken for one in rule.unless) and has_tracks and holds(rule.when, states):
            yield code


def stops_at_closing(deadline: str, *, reporter_is_told: bool) -> bool:
    """Whether a running deadline asks nothing more when its case closes. What the law started goes on, but for what the text
    that closes the case answers."""
    rules = after_closing()
    if deadline in rules.told:
        return reporter_is_told or not deadline_kinds()[deadline].statutory
    return not deadline_kinds()[deadline].statutory and deadline not in rules.goes_on


def is_far_look(deadline: str, due: datetime | None, now: datetime) -> bool:
    """Whether this is only the look at a closed case that comes much later: it asks nothing yet."""
    look = after_closing().look
    return deadline == look.deadline and due is not None and due - now > timedelta(days=look.days)
