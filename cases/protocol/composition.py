"""Composing a protocol out of building blocks: what the country offers, and what an organisation makes of it.

A decision may name several phases to go to; the first that the chosen blocks have is meant, and a decision that leads
nowhere is left out. Whether what results is fair, `checker.py` says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_wrap_validator_function

from cases.protocol.definitions import DECIDERS, PREVIOUS, Article, Decision, Phase, Protocol, Term, Track
from organisations.legal_sources import LegalSources
from organisations.rule_files import read_rules
from organisations.texts import Text

HERE = Path(__file__).parent
MOST_TEXT = 4000


Written = dict[str, dict[str, Any]]


class BlockDecision(Decision):
    """A decision of a block: of several phases the first that the chosen blocks have is meant."""

    to: str | list[str] = ""  # type: ignore[assignment]


class BlockPhase(Phase):
    decisions: dict[str, BlockDecision] = {}  # type: ignore[assignment]


class BlockTrack(Track):
    states: dict[str, BlockPhase]  # type: ignore[assignment]


@dataclass(frozen=True)
class Checked:
    """Keeps a part of a block as it is written, and refuses what is not of this type: composing the protocol joins what is
    written and no longer knows from which file it came."""

    type: Any

    def __get_pydantic_core_schema__(self, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def as_written(value: Any, check: Callable[[Any], Any]) -> Any:
            check(value)
            return value

        return no_info_wrap_validator_function(as_written, handler.generate_schema(self.type))


class Block(BaseModel):
    """A building block: text for the document, phases, acts and tracks for the engine, and what may be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = ""  # the name of its file
    number: str
    title: Text
    source: LegalSources
    entry: Text
    text: Text
    optional: bool = False
    chosen: bool = True  # whether an optional block is in the national protocol
    who: list[str] = DECIDERS
    change_who: list[str] = []
    change_committee: bool = False
    artefacts: list[Text] = []
    terms: dict[str, Term] = {}
    phases: Annotated[Written, Checked(dict[str, BlockPhase])] = {}
    anytime: Annotated[Written, Checked(dict[str, BlockDecision])] = {}
    tracks: Annotated[Written, Checked(dict[str, BlockTrack])] = {}


class Template(BaseModel):
    """The national protocol: which blocks, in which order."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    version: str
    title: Text
    kinds: list[str]
    first: str
    on_opening: list[str]
    on_danger: list[str]
    purpose: Text
    blocks: list[str]


class Changes(BaseModel):
    """What an organisation changed. Kept as it is; the blocks give all else."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    chosen: dict[str, bool] = {}
    terms: dict[str, int] = {}
    who: dict[str, list[str]] = {}
    texts: dict[str, str] = Field(default={}, description="article texts in Dutch")
    committees: dict[str, str] = {}
    adopted_by: str = ""


NONE = Changes()


@cache
def templates() -> dict[str, Template]:
    national_ones = [read_rules(path, Template) for path in sorted((HERE / "defaults").glob("*.yaml"))]
    return {template.id: template for template in national_ones}


@cache
def blocks(template_id: str) -> dict[str, Block]:
    """The blocks of a protocol, in the order of its articles."""
    folder = HERE / "blocks" / template_id
    return {
        name: read_rules(folder / f"{name}.yaml", Block).model_copy(update={"id": name})
        for name in templates()[template_id].blocks
    }


class Example(BaseModel):
    """A protocol as an existing municipality has it, to begin with."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    of: str
    title: Text
    changes: Changes


@cache
def examples() -> dict[str, tuple[str, Text, Changes]]:
    """Protocols as existing municipalities have them, to begin with: {id: (template, title, changes)}."""
    read = {path.stem: read_rules(path, Example) for path in sorted((HERE / "examples").glob("*.yaml"))}
    return {name: (example.of, example.title, example.changes) for name, example in read.items()}


@cache
def national(template_id: str) -> Protocol:
    return compose(template_id)


def compose(template_id: str, changes: Changes = NONE, version: str = "") -> Protocol:
    """The protocol that these changes make. Raises ValueError when a name leads nowhere."""
    template = templates()[template_id]
    known = blocks(template_id)
    _only_known(changes, known)
    used = {name: block for name, block in known.items() if is_chosen(block, changes)}
    places = {phase for block in used.values() for phase in block.phases}
    acts = _acts(used)
    phases: dict[str, Any] = {}
    anytime: dict[str, Any] = {}
    tracks: dict[str, Any] = {}
    for name, block in used.items():
        who = changes.who.get(name) or block.who
        for phase, content in block.phases.items():
            phases[phase] = {**content, "decisions": _resolved(content.get("decisions", {}), places, acts, who)}
        anytime |= _resolved(block.anytime, places, acts, who)
        for track, content in block.tracks.items():
            states = {
                state: {**one, "decisions": _resolved(one.get("decisions", {}), set(content["states"]), acts, who)}
                for state, one in content["states"].items()
            }
            tracks[track] = {**content, "states": states}
    return Protocol.model_validate(
        {
            **template.model_dump(exclude={"blocks", "purpose"}),
            "version": version or template.version,
            "phases": phases,
            "anytime": anytime,
            "tracks": tracks,
            "terms": changes.terms,
            "articles": [_article(name, block, changes) for name, block in used.items()],
            "adopted_by": changes.adopted_by,
        }
    )


def is_chosen(block: Block, changes: Changes) -> bool:
    return not block.optional or changes.chosen.get(block.id, block.chosen)


def _only_known(changes: Changes, known: dict[str, Block]) -> None:
    named = {*changes.chosen, *changes.who, *changes.texts, *changes.committees}
    if strange := named - set(known):
        raise ValueError(f"there is no block {', '.join(sorted(strange))}")
    adjustable = {deadline for block in known.values() for deadline in block.terms}
    if strange := set(changes.terms) - adjustable:
        raise ValueError(f"the term of {', '.join(sorted(strange))} cannot be changed")


def _acts(used: dict[str, Block]) -> set[str]:
    found = {act for block in used.values() for act in block.anytime}
    found |= {act for block in used.values() for phase in block.phases.values() for act in phase.get("decisions", {})}
    for block in used.values():
        for track in block.tracks.values():
            found |= {act for state in track["states"].values() for act in state.get("decisions", {})}
    return found


def _resolved(decisions: dict[str, Any], places: set[str], acts: set[str], who: list[str]) -> dict[str, Any]:
    """The decisions that lead somewhere, each to the first phase that is there."""
    found = {}
    for code, decision in decisions.items():
        to = decision.get("to", "")
        there = [one for one in ([to] if isinstance(to, str) else to) if one in places or one in {"", PREVIOUS}]
        if there:
            after = [act for act in decision.get("after", []) if act in acts]
            found[code] = {"who": who, **decision, "to": there[0], "after": after}
    return found


def _article(name: str, block: Block, changes: Changes) -> Article:
    own = changes.texts.get(name, "")
    return Article(
        block=name,
        number=block.number,
        title=block.title,
        text=Text({"nl": own}) if own else block.text,
        entry=block.entry,
        source=block.source,
        who=changes.who.get(name) or block.who,
        artefacts=block.artefacts,
        terms=block.terms,
        committee=changes.committees.get(name, ""),
    )
