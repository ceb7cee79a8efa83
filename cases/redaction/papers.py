"""A case as one paper: what an export holds, whole or redacted, as data for JSON and for the PDF.

Three things are never in it: the compartment `identity`, names of files (they can be that of the person who sent
them), and hidden data of files. In a redacted paper people who worked the case are named by their part in it, and
every mask has taken its words away.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cases.desk.keys import key_of
from cases.documents.kinds import document_kinds
from cases.documents.police_file import name_of as evidence_name
from cases.file.timeline import timeline
from cases.files.files import files_of
from cases.masking.grounds import grounds
from cases.masking.masking import Stretch, blocked, in_line, marked, survivors
from cases.models import Case, CaseDocument
from cases.redaction.copies import Fate, How, NotMasked, fate_of, name_of
from cases.redaction.sets import OpenedRedaction
from cases.redaction.source import Source
from cases.redaction.sources import LANGUAGE, sources_of
from organisations.access.policy import Actor
from reporting.evidence.custody import evidence_of
from reporting.evidence.intake import MESSAGES
from vault.compartments import Compartment

FORMAT = "weerbaar-case-export/1"
TEXT_KINDS = ("report", "message", "note", "decision")


@dataclass(frozen=True)
class ExportMark:
    """What stands on every page of an export: which one it is, for whom, what for, and on which ground."""

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
        return " · ".join(" ".join(word.split()) for word in words)


@dataclass(frozen=True)
class ExportText:
    """One text of the case as it leaves."""

    source: Source
    pieces: list[Stretch]
    by: str

    @property
    def text(self) -> str:
        return in_line(self.pieces)


@dataclass(frozen=True)
class ExportPaper:
    """Everything that one export holds."""

    mark: ExportMark
    about: list[tuple[str, str, str]]  # name in the data, label, value
    parts: dict[str, list[ExportText]]  # by kind of text
    deadlines: list[dict[str, Any]]
    evidence: list[dict[str, Any]]
    documents: list[dict[str, Any]]
    files: list[dict[str, Any]]
    happened: list[dict[str, str]]
    grounds: list[tuple[str, str]]  # short code, in words
    reasons: list[str]
    left_out: int


def export_paper(case: Case, mark: ExportMark, redaction: OpenedRedaction | None, actor: Actor) -> ExportPaper:
    """The paper of an export; `redaction` is None for the whole file. Raises :class:`NotMasked` rather than letting a
    masked word through."""
    with translation.override(LANGUAGE):
        sources = sources_of(case, actor)
        kept = [source for source in sources if redaction is None or redaction.is_gone_through(source)]
        pieces = [source for source in sources if source.kind not in TEXT_KINDS]
        fates = {source.id: fate_of(source, redaction) for source in pieces} if redaction else {}
        as_text = [one for one in kept if one.kind in TEXT_KINDS or (redaction and one.is_text)]
        parts = [_part(source, redaction) for source in as_text]
        used = dict.fromkeys(piece.ground for part in parts for piece in part.pieces if piece.ground)
        used |= dict.fromkeys(code for fate in fates.values() for code in fate.grounds)
        reasons = (
            [in_line(blocked(_words_only(redaction, reason))) for reason in redaction.reasons] if redaction else []
        )
        about = _about(case)
        if redaction:
            about = [(name, label, in_line(blocked(_words_only(redaction, value)))) for name, label, value in about]
        paper = ExportPaper(
            mark=mark,
            about=about,
            parts={
                kind: [part for part in parts if part.source.kind == kind]
                for kind in (*TEXT_KINDS, "document", "evidence", "file")
            },
            deadlines=_deadlines(case),
            evidence=_evidence(case, actor, redacted=redaction is not None),
            documents=_documents(case, redacted=redaction is not None),
            files=_files(case, actor, redacted=redaction is not None),
            happened=[] if redaction else _happened(case, actor),
            grounds=[(grounds()[code].short, grounds()[code].in_words) for code in grounds() if code in used],
            reasons=reasons if "other" in used else [],
            left_out=len(sources) - len(kept),
        )
        for source in pieces if redaction else ():
            _say_what_became(paper, source, fates[source.id])
    if redaction and survivors(_clear_words(paper), redaction.words):
        raise NotMasked
    return paper


def as_data(paper: ExportPaper) -> dict[str, Any]:
    """The paper for machines. Dates are in ISO 8601; a masked stretch is a block with the short code of its ground."""
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
        "report": [{"question": part.source.label, "answer": part.text} for part in paper.parts["report"]],
        "messages": [_said(part) for part in paper.parts["message"]],
        "notes": [{**_said(part), "struckOut": part.source.struck} for part in paper.parts["note"]],
        "decisions": [_said(part) for part in paper.parts["decision"]],
        "deadlines": paper.deadlines,
        "evidence": paper.evidence,
        "documents": paper.documents,
        "files": paper.files,
        "textsOfPieces": [_said(part) for kind in ("document", "evidence", "file") for part in paper.parts[kind]],
        "timeline": paper.happened,
        "grounds": [{"code": short, "meaning": words} for short, words in paper.grounds],
        "otherGrounds": paper.reasons,
    }


def _said(part: ExportText) -> dict[str, str]:
    on = part.source.on.isoformat() if part.source.on else ""
    return {"what": part.source.label, "on": on, "at": local(part.source.at), "by": part.by, "text": part.text}


def local(moment: datetime | None) -> str:
    """A moment as the clock in Amsterdam says it, in ISO 8601 with its distance from UTC: two hours of the night in which
    the clock goes back differ in that alone. Empty where there is none."""
    return timezone.localtime(moment).isoformat(timespec="minutes") if moment else ""


def _part(source: Source, redaction: OpenedRedaction | None) -> ExportText:
    if redaction is None:
        return ExportText(source, [Stretch(source.words)], source.by or source.relation)
    return ExportText(source, blocked(redaction.pieces(source)), source.relation)


def _words_only(redaction: OpenedRedaction, text: str) -> list[Stretch]:
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
            "code": deadline.code,
            "label": str(deadline.kind.label),
            "due": local(deadline.due),
            "met": local(deadline.met_at),
            "waived": deadline.waived,
            "missed": deadline.is_missed(),
        }
        for deadline in case.deadlines.all()
    ]


def _evidence(case: Case, actor: Actor, *, redacted: bool) -> list[dict[str, Any]]:
    """The evidence by number, never by name. In a redacted paper a message has no hash: somebody who guesses its words
    could prove them with it."""
    key = key_of(case, Compartment.CONTENT, actor)
    return [
        {
            "number": piece.row.number,
            "on": piece.row.on.isoformat(),
            "kind": piece.kind,
            "file": "" if redacted else ("bewijs/berichten.csv" if piece.is_message else evidence_name(piece)),
            "bytes": 0 if redacted and piece.is_message else piece.size,
            "sha256": "" if redacted and piece.is_message else piece.sha256,
            "originalSha256": piece.original_sha256,
        }
        for piece in evidence_of(case.report, key)
    ]


def _files(case: Case, actor: Actor, *, redacted: bool) -> list[dict[str, Any]]:
    """The files that people at work added, the oldest first. In a redacted paper they have no title."""
    return [
        {
            "number": one.row.number,
            "kind": one.kind,
            "source": one.source,
            "on": one.row.received_on.isoformat(),
            "title": "" if redacted else one.title,
            "struckOut": one.row.struck_at is not None,
            "sent": local(one.row.sent_at),
            "file": "" if redacted else f"bestanden/{one.row.number:04d}.{one.form}",
            "sha256": one.sha256,
        }
        for one in reversed(files_of(case, actor))
    ]


def _say_what_became(paper: ExportPaper, source: Source, fate: Fate) -> None:
    """Say in the lists of a redacted paper what became of a document, a piece of evidence or a file. A hash stands only at what
    is added as it is: somebody who guesses a short text could prove it with the hash."""
    rows: dict[str, list[dict[str, Any]]] = {
        "document": paper.documents,
        "evidence": paper.evidence,
        "file": paper.files,
    }
    is_message = source.id.startswith("evidence:messages")
    last = source.number + len(source.text.splitlines()) if is_message else source.number
    for row in rows[source.kind]:
        if row["number"] == source.number or (
            is_message and row["kind"] == MESSAGES and source.number <= row["number"] <= last
        ):
            row["became"], row["grounds"] = fate.in_words, [grounds()[code].short for code in fate.grounds]
            goes = fate.how in {How.WHOLE, How.MASKED} and not is_message
            if source.kind == "document":
                row["files"] = [name_of(source)] if goes else []
            elif not is_message:
                row["file"] = name_of(source) if goes else ""
                if fate.how != How.WHOLE:
                    row["sha256"] = row["originalSha256"] = ""


def _documents(case: Case, *, redacted: bool) -> list[dict[str, Any]]:
    """Which documents were made, the oldest first. A redacted paper has none of their words: a document leaves by itself."""
    return [
        {
            "number": document.number,
            "kind": str(document_kinds()[document.kind].label),
            "on": timezone.localdate(document.made_at).isoformat(),
            "at": local(document.made_at),
            "sent": local(document.sent_at),
            "withdrawn": document.withdrawn_at is not None,
            "files": [] if redacted else document_files(document),
        }
        for document in case.documents.order_by("number")
    ]


def document_files(document: CaseDocument) -> list[str]:
    """The names in the zip of an export under which a document stands."""
    return [f"brieven/{document.number:04d}.{form}" for form in ("pdf", "docx") if getattr(document, form)]


def _happened(case: Case, actor: Actor) -> list[dict[str, str]]:
    """Everything that happened in one order of time, the oldest first: titles and who did it, for use inside only."""
    return [
        {
            "at": local(event.on) if isinstance(event.on, datetime) else event.on.isoformat(),
            "what": event.title,
            "by": event.who,
        }
        for event in reversed(timeline(case, actor))
    ]


def _clear_words(paper: ExportPaper) -> list[str]:
    """The words of the case that can be read in the paper."""
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
