"""Exports: a PDF and the same as JSON, out of an approved redaction or of the whole file for use inside.

Both files are sealed with the case. What leaves the organisation needs a second person; it is made when they agree.
"""

import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cases.desk.keys import file_key, key_of, opened_file
from cases.desk.refusals import Refused
from cases.desk.sealed_files import seal
from cases.desk.two_people import agree_to, ask_second, is_own, turn_down, waiting
from cases.documents import police_file
from cases.events import CaseEvent
from cases.files.files import content_of, files_of
from cases.masking.masking import survivors
from cases.models import Case, Export, Redaction
from cases.people.hearing import hear
from cases.people.words.purposes import EXPORT as PURPOSE
from cases.redaction.copies import NotMasked, copies_of
from cases.redaction.papers import ExportMark, ExportPaper, as_data, document_files, export_paper
from cases.redaction.sets import OpenedRedaction, open_redaction
from cases.redaction.sources import LANGUAGE, sources_of
from organisations.access.policy import Actor
from organisations.desk.numbers import next_number
from organisations.desk.sent_once import sent_before
from reporting.evidence.custody import evidence_of
from reporting.evidence.sandbox import FileRefused
from reporting.pdf import NoPdf, pdf
from vault import files, ledger
from vault.compartments import Compartment, ContentKey, read_text, sealed_by_id, texts, write_text

MIN_WORDS = 3
FORMS = {"pdf": "application/pdf", "json": "application/json", "zip": "application/zip"}
State = Export.State


@dataclass(frozen=True)
class Why:
    """For whom an export is, what for, and on which ground."""

    for_whom: str
    purpose: str
    ground: str


@dataclass(frozen=True)
class ListedExport:
    """An export with its opened words, and what this actor can do with it."""

    export: Export
    why: Why
    is_own: bool
    can_answer: bool


@transaction.atomic
def ask_export(
    case: Case, why: Why, *, redaction: int | None, outside: bool, actor: Actor, token: UUID, about: str = ""
) -> Export:
    """Make an export, or ask a second person to agree where it leaves the organisation (`outside`).

    `redaction` is the number of an approved one; None stands for the whole file, which never leaves. One page
    (`token`) makes one export; `about` as for :func:`hear`. Raises Refused, NotAllowed and AskFirst.
    """
    case, key = opened_file(case, actor, "case.export")
    if existing := sent_before(case.exports.all(), token):
        return existing[0]
    if any(len(text.strip()) < MIN_WORDS for text in vars(why).values()):
        raise Refused(_("Say for whom, what for and on which ground."))
    if redaction is None and outside:
        raise Refused(_("The whole file never leaves the organisation. Choose an approved redaction."))
    row = None
    if redaction is not None:
        row = case.redactions.filter(number=redaction, state=Redaction.State.APPROVED).first()
        if row is None:
            raise Refused(_("Only an approved redaction can be exported."))
        if survivors(vars(why).values(), open_redaction(row, key).words):
            raise Refused(_("A word that is masked stands in what you wrote here. Write it in other words."))
    words = {name: " ".join(text.split()) for name, text in vars(why).items()}
    number = next_number(case.exports.all())
    export = Export.objects.create(
        case=case,
        number=number,
        redaction=row,
        outside=outside,
        words=write_text(key, PURPOSE, json.dumps(words)).id,
        state=State.ASKED if outside else State.MADE,
        asked_by=actor.person,
        token=token,
    )
    if outside:
        ledger.record(case.id, CaseEvent.EXPORT_ASKED, actor=actor.person.id, number=number)
        ask_second(export)
    else:
        _make(case, export, key, actor)
    hear(case, "\n".join(words.values()), about, actor=actor)
    return export


@transaction.atomic
def answer_export(case: Case, number: int, *, agree: bool, actor: Actor) -> Export:
    """A second person agrees, and the export is made; or refuses. Who asked can only take the request back. Raises
    Refused and NotAllowed."""
    case, key = opened_file(case, actor, "case.export")
    row = waiting(case.exports.select_related("redaction", "case").filter(number=number))
    if agree:
        agree_to(row, actor=actor, asking="case.export")
        _make(case, row, key, actor)
        return row
    event = CaseEvent.EXPORT_WITHDRAWN if turn_down(row, actor=actor) else CaseEvent.EXPORT_REFUSED
    ledger.record(case.id, event, actor=actor.person.id, number=number)
    return row


@transaction.atomic
def read_export(case: Case, number: int, form: str, *, actor: Actor) -> bytes:
    """The bytes of one file of an export; `form` is a key of :data:`FORMS`. Raises NotAllowed, and FileNotFoundError
    where there is no such file."""
    case, key = opened_file(case, actor, "case.export")
    row = case.exports.filter(number=number, state=State.MADE).first()
    file = {"pdf": row.pdf, "json": row.data, "zip": row.zip}.get(form) if row else None
    if file is None:
        raise FileNotFoundError
    content = b"".join(files.read(key, file))
    ledger.record(case.id, CaseEvent.EXPORT_SAVED, actor=actor.person.id, number=number, form=form)
    return content


def exports_of(case: Case, actor: Actor) -> list[ListedExport]:
    """All exports, newest first. The caller has asked `may(actor, "case.export", case)`."""
    key = file_key(case, actor)
    sealed = sealed_by_id(case.id, Compartment.FILE, PURPOSE)
    return [
        ListedExport(
            export,
            Why(**json.loads(read_text(key, sealed[export.words]))),
            is_own(export, actor),
            export.state == State.ASKED and not is_own(export, actor),
        )
        for export in case.exports.select_related("asked_by", "answered_by", "redaction")
    ]


def page_of(paper: ExportPaper) -> str:
    """The HTML of which the PDF is made, in Dutch."""
    with translation.override(LANGUAGE):
        return render_to_string("cases/redaction/export_paper.html", {"paper": paper, "line": paper.mark.line})


def _make(case: Case, row: Export, key: ContentKey, actor: Actor) -> None:
    """Make the files and seal them with the case. Raises Refused; nothing is kept then."""
    opened: OpenedRedaction | None = open_redaction(row.redaction, key) if row.redaction else None
    why = Why(**json.loads(read_text(key, texts(case.id, Compartment.FILE).get(id=row.words))))
    mark = ExportMark(
        case=case.number,
        number=row.number,
        for_whom=why.for_whom,
        purpose=why.purpose,
        ground=why.ground,
        on=timezone.localdate(),
        by="" if opened else row.asked_by.name,  # no names of officers in what is redacted
        redacted=opened is not None,
    )
    try:
        paper = export_paper(case, mark, opened, actor)
        page = pdf(page_of(paper), mark.on)
        data = json.dumps(as_data(paper), ensure_ascii=False, indent=1).encode()
        row.pdf, row.data = seal(key, [page]), seal(key, [data])
        papers = {"zaak.pdf": page, "zaak.json": data}
        if opened is None:
            row.zip = seal(key, _whole_file(case, papers, key, actor))
        elif copies := dict(copies_of(sources_of(case, actor), opened, mark.on)):
            row.zip = seal(key, _zipped({name: [copy] for name, copy in (papers | copies).items()}))
    except NotMasked:
        raise Refused(_("A word that must be masked would still be readable. Look at the redaction again.")) from None
    except NoPdf:
        raise Refused(_("This server cannot make a PDF. Tell who runs it.")) from None
    except FileNotFoundError:
        raise Refused(_("The file is not in the store. Tell who runs this server.")) from None
    except FileRefused:
        raise Refused(_("A masked copy could not be made. Leave that file out whole, and check again.")) from None
    row.save()
    second = str(row.answered_by_id or "")
    scope = "redacted" if opened else "whole"
    ledger.record(case.id, CaseEvent.EXPORT_MADE, actor=row.asked_by_id, number=row.number, scope=scope, second=second)


def _whole_file(case: Case, papers: dict[str, bytes], key: ContentKey, actor: Actor) -> Iterator[bytes]:
    """A zip in pieces of bytes: the papers, every letter that was made, every piece of evidence, every file, and their
    hashes."""
    content_key = key_of(case, Compartment.CONTENT, actor)
    parts: dict[str, Iterator[bytes] | list[bytes]] = {name: [paper] for name, paper in papers.items()}
    for document in case.documents.order_by("number"):
        for name in document_files(document):
            parts[name] = files.read(key, getattr(document, name.rsplit(".", 1)[1]))
    parts |= police_file.evidence_files(police_file.by_offence(evidence_of(case.report, content_key), {}), content_key)
    for listed in reversed(files_of(case, actor)):
        parts[f"bestanden/{listed.row.number:04d}.{listed.form}"] = content_of(listed, key)
    yield from _zipped(parts)


def _zipped(parts: Mapping[str, Iterator[bytes] | list[bytes]]) -> Iterator[bytes]:
    """A zip of {name: pieces of bytes} with a list of their hashes, in pieces of bytes."""
    with tempfile.TemporaryFile() as kept:
        with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
            added = {name: police_file.add_to_zip(archive, name, pieces) for name, pieces in parts.items()}
            sums = "".join(f"{file['sha256']}  {name}\n" for name, file in added.items())
            police_file.add_to_zip(archive, "SHA256SUMS", [sums.encode()])
        kept.seek(0)
        while piece := kept.read(police_file.PIECE):
            yield piece
