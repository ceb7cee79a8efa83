"""A protocol as the document that a council adopts: the document prints exactly what runs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cases.protocol.checking.contradictions import MarkedSentence
from cases.protocol.composition import protocol_templates
from cases.protocol.definitions import Article, Phase, Protocol
from cases.protocol.kinds.deadline_kinds import deadline_kinds, unit_words
from cases.protocol.showing.diagram import Diagram, diagram
from cases.protocol.showing.sentences import sentences
from organisations.access.routing import rules
from organisations.codes import code_list
from organisations.models import Organisation, function_code
from organisations.texts import Text
from reporting.codes import EXCLUSIVE_GROUPS


@dataclass(frozen=True)
class PrintedDeadline:
    """One deadline as the document prints it; `length` counts `unit`s. `begins` says from when it runs, in a sentence."""

    label: str
    length: int
    unit: str
    by_law: bool
    source: str
    begins: str = ""


@dataclass(frozen=True)
class PrintedDecision:
    """One decision: `where` says who takes it, or in which state of its track; `asked` what it asks, in sentences."""

    label: str
    where: str
    to: str
    asked: list[str]


@dataclass(frozen=True)
class PrintedStep:
    """One step, or one track, with what is decided in it."""

    title: str
    now: str
    decisions: list[PrintedDecision]


@dataclass(frozen=True)
class PrintedArticle:
    """An article with what the organisation chose for it."""

    article: Article
    who: str
    deadlines: list[PrintedDeadline]
    committee: str
    marked: list[MarkedSentence]


@dataclass(frozen=True)
class PrintedProtocol:
    """Everything that the document says, in the language of the reader."""

    protocol: Protocol
    organisation: Organisation
    purpose: str
    effective_on: date | None
    articles: list[PrintedArticle]
    steps: list[PrintedStep]
    tracks: list[PrintedStep]
    deadlines: list[PrintedDeadline]
    routing: list[tuple[str, str, str]]  # who is concerned, who handles, who then
    diagram: Diagram


def paper(
    protocol: Protocol,
    organisation: Organisation,
    effective_on: date | None = None,
    marked: Collection[MarkedSentence] = (),
) -> PrintedProtocol:
    """The document of a protocol for an organisation. `effective_on` is None while the protocol is a draft; `marked` are the
    sentences of a draft that somebody must read."""
    relation = code_list("relation")
    everything = [decision for _code, decision in protocol.every_decision()]
    used = {
        *protocol.on_opening,
        *protocol.on_danger,
        *(deadline for decision in everything for deadline in decision.starts),
    }
    return PrintedProtocol(
        protocol=protocol,
        organisation=organisation,
        purpose=str(protocol_templates()[protocol.id].purpose) if protocol.id in protocol_templates() else "",
        effective_on=effective_on,
        articles=[
            PrintedArticle(
                article,
                ", ".join(str(relation[decider]) for decider in article.who),
                [_deadline(protocol, code) for code in article.deadline_bounds if code in used],
                article.committee,
                [one for one in marked if one.block == article.block],
            )
            for article in protocol.articles
        ],
        steps=[
            *(_step(protocol, phase) for phase in protocol.phases.values() if phase.decisions),
            _step(protocol, Phase(title=Text({"nl": _("In every step")}), decisions=protocol.anytime)),
        ],
        tracks=[_track(protocol, name) for name in protocol.tracks],
        deadlines=[_deadline(protocol, code) for code in deadline_kinds() if code in used],
        routing=_routing(organisation),
        diagram=diagram(protocol),
    )


def _deadline(protocol: Protocol, code: str) -> PrintedDeadline:
    kind = deadline_kinds()[code]
    length = protocol.deadline_lengths.get(code, kind.length)
    return PrintedDeadline(
        kind.label, length, unit_words(kind.unit, length), kind.statutory, kind.rested_on(length), kind.begins
    )


def _step(protocol: Protocol, phase: Phase) -> PrintedStep:
    relation = code_list("relation")
    rows = []
    for decision in phase.decisions.values():
        to = str(protocol.phases[decision.to].title) if decision.to in protocol.phases else ""
        who = ", ".join(str(relation[one]) for one in decision.who)
        rows.append(PrintedDecision(str(decision.label), who, to, sentences(protocol, decision)))
    return PrintedStep(str(phase.title), str(phase.now or ""), rows)


def _track(protocol: Protocol, name: str) -> PrintedStep:
    track = protocol.tracks[name]
    rows = []
    for state in track.states.values():
        for decision in state.decisions.values():
            to = str(track.states[decision.to].title) if decision.to else ""
            rows.append(PrintedDecision(str(decision.label), str(state.title), to, sentences(protocol, decision)))
    return PrintedStep(str(track.title), str(track.source), rows)


def _routing(organisation: Organisation) -> list[tuple[str, str, str]]:
    """The rows of the routing table for functions of this kind of organisation."""
    own = set(EXCLUSIVE_GROUPS.get(organisation.kind, ()))
    if organisation.kind == "municipality":
        own.add("group_leader")
    shared = {"registrar", "general_secretary", "coordinator", "employee"}
    routing = []
    for subject in rules().escalation_order:
        if subject in own | shared:
            row = rules().row(subject)
            resort = rules().last_resort.get(organisation.kind, "")
            then = [*row.handler[1:], *row.fallback, resort]
            names = list(dict.fromkeys(_function(organisation, function) for function in then if function))
            routing.append((str(function_code(subject)), _function(organisation, row.handler[0]), ", ".join(names)))
    return routing


def _function(organisation: Organisation, code: str) -> str:
    if code == "chair":
        code = rules().chair.get(organisation.kind, "chair")
    party = rules().parties.get(code)
    label = str(function_code(party.holders if party else code))
    return _("%(function)s of another organisation") % {"function": label} if code == "sister_organisation" else label
