"""Composing a protocol out of building blocks: what the country offers, and what an organisation changes in it.

A decision may name several phases to go to. The first of them that the chosen blocks have is taken; a decision of
which the blocks have none is left out. Whether the composed protocol is fair, `checker.py` says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_wrap_validator_function

from cases.protocol.definitions import (
    DECIDERS,
    PREVIOUS,
    Article,
    DeadlineBounds,
    Decision,
    Phase,
    Protocol,
    ProtocolHead,
    Track,
)
from cases.protocol.kinds.deadline_kinds import deadline_kinds
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
    """A part of a block that is checked here, while the file name is still known for the error, and kept as a dict, since
    compose() merges dicts."""

    type: Any

    def __get_pydantic_core_schema__(self, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def as_written(value: Any, check: Callable[[Any], Any]) -> Any:
            check(value)
            return value

        return no_info_wrap_validator_function(as_written, handler.generate_schema(self.type))


class ProtocolBlock(BaseModel):
    """A building block: the text for the document, phases, acts and tracks for the engine, and what an organisation
    may change."""

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
    deadline_bounds: dict[str, DeadlineBounds] = {}
    phases: Annotated[Written, Checked(dict[str, BlockPhase])] = {}
    anytime: Annotated[Written, Checked(dict[str, BlockDecision])] = {}
    tracks: Annotated[Written, Checked(dict[str, BlockTrack])] = {}


class Template(ProtocolHead):
    """A national protocol: its blocks, in the order of its articles."""

    purpose: Text
    blocks: list[str]


class ProtocolChanges(BaseModel):
    """What an organisation changed in a national protocol. Only the differences are kept; the blocks give everything
    else."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    chosen: dict[str, bool] = {}
    deadline_lengths: dict[str, int] = {}
    who: dict[str, list[str]] = {}
    texts: dict[str, str] = Field(default={}, description="article texts in Dutch")
    committees: dict[str, str] = {}
    adopted_by: str = ""

    @property
    def has_own_words(self) -> bool:
        """Whether the organisation wrote something that the checker cannot read."""
        return any((*self.texts.values(), *self.committees.values()))


NONE = ProtocolChanges()


@cache
def protocol_templates() -> dict[str, Template]:
    """The national protocols of `defaults/`, {id: template}."""
    national_ones = [read_rules(path, Template) for path in sorted((HERE / "defaults").glob("*.yaml"))]
    return {template.id: template for template in national_ones}


@cache
def template_of(template_id: str, base_version: str = "") -> Template:
    """The national protocol as that version had it; without a version as it is today. Raises LookupError for a version
    of which the blocks were not kept."""
    if base_version in {"", protocol_templates()[template_id].version}:
        return protocol_templates()[template_id]
    path = _home(template_id, base_version) / "defaults" / f"{template_id}.yaml"
    if not path.is_file():
        raise LookupError(f"the blocks of {template_id} {base_version} were not kept")
    return read_rules(path, Template)


@cache
def blocks(template_id: str, base_version: str = "") -> dict[str, ProtocolBlock]:
    """The blocks of a protocol, {name: block}, in the order of its articles. `base_version` as for :func:`template_of`."""
    folder = _home(template_id, base_version) / "blocks" / template_id
    return {
        name: read_rules(folder / f"{name}.yaml", ProtocolBlock).model_copy(update={"id": name})
        for name in template_of(template_id, base_version).blocks
    }


def kept_versions(template_id: str) -> list[str]:
    """The versions of a national protocol of which the blocks were kept at a release: own protocols are made of them."""
    return sorted(path.parts[-3] for path in (HERE / "earlier").glob(f"*/defaults/{template_id}.yaml"))


def _home(template_id: str, base_version: str) -> Path:
    is_today = base_version in {"", protocol_templates()[template_id].version}
    return HERE if is_today else HERE / "earlier" / base_version


class Example(BaseModel):
    """A protocol as an existing municipality has it, to begin with."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    of: str
    title: Text
    changes: ProtocolChanges


@cache
def examples() -> dict[str, tuple[str, Text, ProtocolChanges]]:
    """Protocols of existing municipalities, as a beginning for others: {name: (id of the national protocol, title,
    changes)}."""
    read = {path.stem: read_rules(path, Example) for path in sorted((HERE / "examples").glob("*.yaml"))}
    return {name: (example.of, example.title, example.changes) for name, example in read.items()}


@cache
def national(template_id: str) -> Protocol:
    """The national protocol without any change."""
    return compose(template_id)


def compose(template_id: str, changes: ProtocolChanges = NONE, version: str = "", base_version: str = "") -> Protocol:
    """The protocol that these changes make of a national one. `version` replaces the version of the national protocol;
    `base_version` says of which version the blocks are, as for :func:`template_of`.

    Raises ValueError where a block, a phase, a deadline or an act is named that does not exist.
    """
    template = template_of(template_id, base_version)
    known = blocks(template_id, base_version)
    _only_known(changes, known)
    used = {name: block for name, block in known.items() if is_chosen(block, changes)}
    phase_names = {phase for block in used.values() for phase in block.phases}
    acts = _acts(used)
    phases: dict[str, Any] = {}
    anytime: dict[str, Any] = {}
    tracks: dict[str, Any] = {}
    for name, block in used.items():
        who = changes.who.get(name) or block.who
        for phase, content in block.phases.items():
            phases[phase] = {**content, "decisions": _resolved(content.get("decisions", {}), phase_names, acts, who)}
        anytime |= _resolved(block.anytime, phase_names, acts, who)
        for track, content in block.tracks.items():
            states = {
                state: {
                    **state_content,
                    "decisions": _resolved(state_content.get("decisions", {}), set(content["states"]), acts, who),
                }
                for state, state_content in content["states"].items()
            }
            tracks[track] = {**content, "states": states}
    _do_too([*(one for phase in phases.values() for one in phase["decisions"].values()), *anytime.values()], tracks)
    return Protocol.model_validate(
        {
            **template.model_dump(exclude={"blocks", "purpose"}),
            "version": version or template.version,
            "phases": phases,
            "anytime": anytime,
            "tracks": tracks,
            "deadline_lengths": changes.deadline_lengths,
            "articles": [_article(name, block, changes) for name, block in used.items()],
            "adopted_by": changes.adopted_by,
        }
    )


def _do_too(decisions: list[dict[str, Any]], tracks: dict[str, Any]) -> None:
    """Give each decision that does acts of tracks too what these meet, and let it move those tracks as they do."""
    acts = {
        act: (name, rule)
        for name, track in tracks.items()
        for state in track["states"].values()
        for act, rule in state["decisions"].items()
    }
    for decision in decisions:
        for act in decision.get("does", []):
            if act not in acts:
                raise ValueError(f"no track has the act {act!r}")
            name, rule = acts[act]
            decision["meets"] = [*decision.get("meets", []), *rule.get("meets", [])]
            decision["moves"] = {**decision.get("moves", {}), **({name: rule["to"]} if rule.get("to") else {})}


def is_chosen(block: ProtocolBlock, changes: ProtocolChanges) -> bool:
    """Whether the block is part of the protocol: a block that is not optional always is."""
    return not block.optional or changes.chosen.get(block.id, block.chosen)


def _only_known(changes: ProtocolChanges, known: dict[str, ProtocolBlock]) -> None:
    named = {*changes.chosen, *changes.who, *changes.texts, *changes.committees}
    if strange := named - set(known):
        raise ValueError(f"there is no block {', '.join(sorted(strange))}")
    adjustable = {deadline for block in known.values() for deadline in block.deadline_bounds}
    if strange := set(changes.deadline_lengths) - adjustable:
        raise ValueError(f"the length of {', '.join(sorted(strange))} cannot be changed")


def fitting(template_id: str, changes: ProtocolChanges, base_version: str) -> tuple[ProtocolChanges, list[str]]:
    """Changes that were made in an earlier version, as far as they fit today's blocks, and what does not fit any more, in
    words."""
    known, before = blocks(template_id), blocks(template_id, base_version)
    lost = []
    for name in sorted({*changes.chosen, *changes.who, *changes.texts, *changes.committees} - set(known)):
        title = before[name].title if name in before else name
        lost.append(_("“%(block)s” is no block of the national protocol any more.") % {"block": title})
    chosen = {name: is_in for name, is_in in changes.chosen.items() if name in known and known[name].optional}
    for name in changes.chosen.keys() & known.keys() - chosen.keys():
        lost.append(_("“%(block)s” is part of every protocol now.") % {"block": known[name].title})
    who = {}
    for name in changes.who.keys() & known.keys():
        allowed = [one for one in changes.who[name] if one in known[name].change_who]
        if allowed:
            who[name] = allowed
        if len(allowed) < len(changes.who[name]):
            lost.append(
                _("Who decides in “%(block)s” can no longer be chosen in this way.") % {"block": known[name].title}
            )
    bounds = {code: bound for block in known.values() for code, bound in block.deadline_bounds.items()}
    lengths = {}
    for code, length in changes.deadline_lengths.items():
        if code in bounds and bounds[code].at_least <= length <= bounds[code].at_most:
            lengths[code] = length
        else:
            label = deadline_kinds()[code].label if code in deadline_kinds() else code
            lost.append(_("“%(deadline)s” can no longer be %(length)d.") % {"deadline": label, "length": length})
    kept = changes.model_copy(
        update={
            "chosen": chosen,
            "who": who,
            "deadline_lengths": lengths,
            "texts": {name: text for name, text in changes.texts.items() if name in known},
            "committees": {name: text for name, text in changes.committees.items() if name in known},
        }
    )
    return kept, sorted(lost)


def _acts(used: dict[str, ProtocolBlock]) -> set[str]:
    """The codes of all decisions in these blocks."""
    acts = {act for block in used.values() for act in block.anytime}
    acts |= {act for block in used.values() for phase in block.phases.values() for act in phase.get("decisions", {})}
    for block in used.values():
        for track in block.tracks.values():
            acts |= {act for state in track["states"].values() for act in state.get("decisions", {})}
    return acts


def _resolved(decisions: dict[str, Any], known: set[str], acts: set[str], who: list[str]) -> dict[str, Any]:
    """The decisions that lead to a phase (or a state) which exists, each with the first such phase as its `to`."""
    resolved = {}
    for code, decision in decisions.items():
        to = decision.get("to", "")
        targets = [
            target for target in ([to] if isinstance(to, str) else to) if target in known or target in {"", PREVIOUS}
        ]
        if targets:
            after = [act for act in decision.get("after", []) if act in acts]
            resolved[code] = {"who": who, **decision, "to": targets[0], "after": after}
    return resolved


def _article(name: str, block: ProtocolBlock, changes: ProtocolChanges) -> Article:
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
        deadline_bounds=block.deadline_bounds,
        committee=changes.committees.get(name, ""),
    )
