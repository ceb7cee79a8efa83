"""A case as one paper: what an export holds, whole or redacted, as data for JSON and for the PDF.

Never in it: the compartment `identity`, names of files (they can be that of who sent them), hidden data of files. In a
redacted paper people who worked the case are named by their task, and every mask has taken its words away.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cases.documents.kinds import document_kinds
from cases.masking.grounds import grounds
from cases.masking.masking import Piece, blocked, in_line, marked, survivors
from cases.models import Case
from cases.redaction.sets import Opened
from cases.redaction.sources import LANGUAGE, Source, sources_of
from organisations.access.policy import Actor
from reporting.evidence.custody import evidence_of
from vault.compartments import Compartment, open_compartment

FORMAT = "weerbaar-case-export/1"


class NotMasked(Exception):
    """A word that must be masked is still there. Nothing leaves."""


@dataclass(frozen=True)
class Mark:
    """What stands on every page."""

    case: str
    number: int
    for_whom: str
    purpose: str
    ground: str
    on: date
    by: str
    redacted: bool = False

    @property
    def line(self) -> str:
        words = [
            _("Case %(case)s, export %(number)d") % {"case": self.case, "number": self.number},
            _("for %(whom)s") % {"whom": self.for_whom},
            f"{self.on:%d-%m-%Y}",
            *([_("by %(who)s") % {"who": self.by}] if self.by else []),
        ]
        return " · ".join(" ".join(one.split()) for one in words)


@dataclass(frozen=True)
class Part:
    """One text as it leaves."""

    source: Source
    pieces: list[Piece]
    by: str

    @property
    def text(self) -> str:
        return in_line(self.pieces)


@dataclass(frozen=True)
class Paper:
    mark: Mark
    about: list[tuple[str, str, str]]  # name in the data, label, value
    parts: dict[str, list[Part]]  # by kind of text
    deadlines: list[dict[str, Any]]
    evidence: list[dict[str, Any]]
    documents: list[dict[str, Any]]
    grounds: list[tuple[str, str]]  # short code, in words
    reasons: list[str]
    left_out: int


def paper_of(case: Case, mark: Mark, redaction: Opened | None, actor: Actor) -> Paper:
    """The paper of an export. Raises :class:`NotMasked` rather than to let a masked word through."""
    with translation.override(LANGUAGE):
        sources = sources_of(case, actor)
        kept = [one for one in sources if redaction is None or redaction.is_gone_through(one)]
        parts = [_part(one, redaction) for one in kept]
        used = dict.fromkeys(piece.ground for part in parts for piece in part.pieces if piece.ground)
        reasons = [in_line(blocked(_words_only(redaction, one))) for one in redaction.reasons] if redaction else []
        about = _about(case)
        if redaction:
            about = [(name, label, in_line(blocked(_words_only(redaction, value)))) for name, label, value in about]
        paper = Paper(
            mark=mark,
            about=about,
            parts={
                kind: [one for one in parts if one.source.kind == kind]
                for kind in ("report", "message", "note", "decision")
            },
            deadlines=_deadlines(case),
            evidence=_evidence(case, actor, redacted=redaction is not None),
            documents=_documents(case),
            grounds=[(grounds()[code].short, grounds()[code].in_words) for code in grounds() if code in used],
            reasons=reasons if "other" in used else [],
            left_out=len(sources) - len(kept),
        )
    if redaction and survivors(_clear_words(paper), redaction.words):
        raise NotMasked
    return paper


def as_data(paper: Paper) -> dict[str, Any]:
    """For machines. Dates as in ISO 8601; a masked stretch is a block with the code of its ground."""
    mark = paper.mark
    return {
        "format": FORMAT,
        "export": {
            "case": mark.case,
            "number": mark.number,
            "for": mark.for_whom,
            "purpose": mark.purpose,
            "ground": mark.ground,
            "on": mark.on.isoformat(),
            "by": mark.by,
            "redacted": mark.redacted,
            "textsLeftOut": paper.left_out,
        },
        "case": {name: value for name, _label, value in paper.about},
        "report": [{"question": one.source.label, "answer": one.text} for one in paper.parts["report"]],
        "messages": [_said(one) for one in paper.parts["message"]],
        "notes": [{**_said(one), "struckOut": one.source.struck} for one in paper.parts["note"]],
        "decisions": [_said(one) for one in paper.parts["decision"]],
        "deadlines": paper.deadlines,
        "evidence": paper.evidence,
        "documents": paper.documents,
        "grounds": [{"code": short, "meaning": words} for short, words in paper.grounds],
        "otherGrounds": paper.reasons,
    }


def _said(part: Part) -> dict[str, str]:
    on = part.source.on.isoformat() if part.source.on else ""
    return {"what": part.source.label, "on": on, "by": part.by, "text": part.text}


def _part(source: Source, redaction: Opened | None) -> Part:
    if redaction is None:
        return Part(source, [Piece(source.text)], source.by or source.task)
    return Part(source, blocked(redaction.pieces(source)), source.task)


def _words_only(redaction: Opened, text: str) -> list[Piece]:
    return marked(text, {}, redaction.words)


def _about(case: Case) -> list[tuple[str, str, str]]:
    return [
        ("number", _("Number"), case.number),
        ("kind", _("Kind"), str(case.kind_label)),
        ("handledBy", _("Handled by"), case.organisation.title),
        ("place", _("About"), case.report.organisation.title),
        ("startedOn", _("Received"), case.started_on.isoformat()),
        ("closedOn", _("Closed"), case.closed_on.isoformat() if case.closed_on else ""),
        ("step", _("Step"), str(case.phase_data.title)),
        ("protocol", _("Protocol"), f"{case.protocol_id} {case.protocol_version}"),
    ]


def _deadlines(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "code": one.code,
            "label": str(one.kind.label),
            "due": timezone.localtime(one.due).isoformat(timespec="minutes") if one.due else "",
            "met": timezone.localtime(one.met_at).isoformat(timespec="minutes") if one.met_at else "",
            "waived": one.waived,
            "missed": one.is_missed(),
        }
        for one in case.deadlines.all()
    ]


def _evidence(case: Case, actor: Actor, *, redacted: bool) -> list[dict[str, Any]]:
    """By number, never by name. In a redacted paper a message has no hash: who guesses its words could prove them."""
    key = open_compartment(case.id, Compartment.CONTENT, actor.organisation.id, actor.person.id)
    return [
        {
            "number": one.row.number,
            "on": one.row.on.isoformat(),
            "kind": one.kind,
            "bytes": 0 if redacted and one.is_message else one.size,
            "sha256": "" if redacted and one.is_message else one.sha256,
            "originalSha256": one.original_sha256,
        }
        for one in evidence_of(case.report, key)
    ]


def _documents(case: Case) -> list[dict[str, Any]]:
    """Which documents were made. Their words are not in an export: a document leaves as itself."""
    return [
        {
            "number": one.number,
            "kind": str(document_kinds()[one.kind].label),
            "on": timezone.localdate(one.made_at).isoformat(),
            "withdrawn": one.withdrawn_at is not None,
        }
        for one in case.documents.all()
    ]


def _clear_words(paper: Paper) -> list[str]:
    """What of the case's own words is readable in the paper."""
    pieces = (
        piece.text for parts in paper.parts.values() for part in parts for piece in part.pieces if not piece.ground
    )
    mark = paper.mark
    return [
        *pieces,
        *(value for _name, _label, value in paper.about),
        mark.for_whom,
        mark.purpose,
        mark.ground,
    ]
