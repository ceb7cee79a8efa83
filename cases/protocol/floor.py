"""What a running case asks whatever version of a protocol it began with (floor.yaml), and whether another version asks less."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict

from cases.protocol.after_closing import with_what_comes_after
from cases.protocol.definitions import Decision, DoneBy, NotBefore, Protocol
from cases.protocol.kinds.deadline_kinds import after, deadline_kinds
from organisations.rule_files import read_rules

ANY_DAY = datetime(2026, 1, 5, 12, tzinfo=UTC)


class Asked(BaseModel):
    """What decisions ask at the least."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    other_person: bool = False
    because: bool = False


class Floor(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    ends: Asked


@cache
def floor() -> Floor:
    """Raises BadRules for a wrong file."""
    return read_rules(Path(__file__).with_name("floor.yaml"), Floor)


def with_floor(protocol: Protocol) -> Protocol:
    """The protocol with what the floor asks besides, and with what a case asks after closing."""
    final = {name for name, phase in protocol.phases.items() if phase.final}
    ends = floor().ends

    def raised(decisions: dict[str, Decision]) -> dict[str, Decision]:
        return {code: _raised(one, ends) if one.to in final else one for code, one in decisions.items()}

    phases = {
        name: phase.model_copy(update={"decisions": raised(phase.decisions)}) for name, phase in protocol.phases.items()
    }
    return with_what_comes_after(protocol.model_copy(update={"phases": phases, "anytime": raised(protocol.anytime)}))


def _raised(decision: Decision, asked: Asked) -> Decision:
    done_by = decision.done_by.model_copy(update={"other_person": decision.done_by.other_person or asked.other_person})
    return decision.model_copy(update={"done_by": done_by, "because": decision.because or asked.because})


def asks_less(before: Protocol, later: Protocol) -> list[str]:
    """Where another version asks less of a case than the one that it runs, or gives somebody else less time, one sentence for
    each decision. A shorter term for who handles the case is no less: what runs keeps its day."""
    new = dict(later.every_decision())
    said = []
    for code, was in before.every_decision():
        will, words = new.get(code), {"decision": was.label}
        if will is None and was.done_by != DoneBy():
            said.append(_("“%(decision)s” is not asked any more.") % words)
        elif will and not set(_asked(was)) <= set(_asked(will)):
            said.append(_("“%(decision)s” asks less than it did.") % words)
        elif will and _is_sooner(later, will.not_before, before, was.not_before):
            said.append(_("“%(decision)s” can be done sooner than it could.") % words)
    return said


def _asked(decision: Decision) -> Iterator[str]:
    """The names of what a decision asks. What stands under a name is not compared: another kind of letter is still a letter."""
    yield from (
        name for name in DoneBy.model_fields if getattr(decision.done_by, name) not in ("", [], {}, None, False)
    )
    if decision.because:
        yield "because"
    if decision.not_before:
        yield "not_before"


def _is_sooner(later: Protocol, will: NotBefore | None, before: Protocol, was: NotBefore | None) -> bool:
    return will is not None and was is not None and _term(later, will) < _term(before, was)


def _term(protocol: Protocol, term: NotBefore) -> datetime:
    """A term counted from the same day, to compare terms in different units."""
    length, unit = term.length, term.unit
    if term.deadline:
        kind = deadline_kinds()[term.deadline]
        length, unit = protocol.deadline_lengths.get(term.deadline, kind.length), kind.unit
    return after(ANY_DAY, length, unit)
