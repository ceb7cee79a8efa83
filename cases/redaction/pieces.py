"""The documents, evidence and files of a case as things that can be masked."""

import json
from collections.abc import Iterator, Mapping
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.desk.keys import file_key, key_of
from cases.documents.issue import PURPOSE as DOCUMENT
from cases.documents.kinds import document_kinds
from cases.files.files import ListedFile, content_of, files_of
from cases.models import Case
from cases.people.words.purposes import FILE, FILE_STRUCK
from cases.redaction.source import Source
from organisations.access.policy import Actor
from reporting.evidence.custody import PURPOSE as EVIDENCE
from reporting.evidence.custody import Described, content, evidence_of
from vault.compartments import Compartment, ContentKey, read_text
from vault.models import SealedText

PURPOSES = (DOCUMENT, EVIDENCE, FILE, FILE_STRUCK)
TOGETHER = 100  # messages that are masked on one page
Sealed = Mapping[UUID, SealedText]


def documents(case: Case, actor: Actor, relations: Mapping[UUID, str], sealed: Sealed) -> Iterator[Source]:
    """The words of the letters and papers that were made, also of those that were withdrawn."""
    rows = list(case.documents.select_related("made_by").order_by("number"))
    key = file_key(case, actor) if rows else None
    for row in rows:
        if key:
            yield Source(
                f"document:{row.number}",
                "document",
                _("Document %(number)d: %(kind)s") % {"number": row.number, "kind": document_kinds()[row.kind].label},
                json.loads(read_text(key, sealed[row.words]))["text"],
                timezone.localdate(row.made_at),
                row.made_at,
                row.made_by.name,
                relations.get(row.made_by_id, ""),
                row.withdrawn_at is not None,
                number=row.number,
            )


def evidence(case: Case, actor: Actor, sealed: Sealed) -> Iterator[Source]:
    """Files of the reporter one by one, and messages a hundred together, in the order of their numbers."""
    key = key_of(case, Compartment.CONTENT, actor)
    pieces = evidence_of(case.report, key, sealed)
    messages = [piece for piece in pieces if piece.is_message]
    for first in range(0, len(messages), TOGETHER):
        yield _messages(messages[first : first + TOGETHER])
    for piece in pieces:
        if not piece.is_message:
            yield _piece(piece, key)


def files(case: Case, actor: Actor, relations: Mapping[UUID, str], sealed: Sealed) -> Iterator[Source]:
    """The files that people at work added, also those that were struck out."""
    listed = files_of(case, actor, sealed)
    key = file_key(case, actor) if listed else None
    for one in reversed(listed):
        if key:
            yield _file(one, key, relations.get(one.row.added_by_id, ""))


def _messages(pieces: list[Described]) -> Source:
    first, last = pieces[0].row.number, pieces[-1].row.number
    label = _("Evidence %(first)d to %(last)d: messages") if last > first else _("Evidence %(first)d: a message")
    text = "\n".join(_line(piece) for piece in pieces)
    words = {"first": first, "last": last}
    return Source(f"evidence:messages-{first}", "evidence", label % words, text, pieces[0].row.on, number=first)


def _line(piece: Described) -> str:
    """One message with its sender, times and link."""
    beside = "; ".join(filter(None, [piece.sender, ", ".join(piece.at), piece.link]))
    return f"{piece.row.number}: {piece.text}" + (f" ({beside})" if beside else "")


def _piece(piece: Described, key: ContentKey) -> Source:
    return Source(
        f"evidence:{piece.row.number}",
        "evidence",
        _("Evidence %(number)d (%(form)s)") % {"number": piece.row.number, "form": piece.kind},
        on=piece.row.on,
        title=piece.name,
        number=piece.row.number,
        form=piece.kind,
        digest=piece.sha256,
        read=lambda: b"".join(content(piece.row, key)),
    )


def _file(one: ListedFile, key: ContentKey, relation: str) -> Source:
    return Source(
        f"file:{one.row.number}",
        "file",
        _("File %(number)d: %(kind)s, from %(source)s")
        % {"number": one.row.number, "kind": one.kind, "source": one.source},
        on=one.row.received_on,
        at=one.row.added_at,
        by=one.row.added_by.name,
        relation=relation,
        struck=one.row.struck_at is not None,
        title=one.title,
        number=one.row.number,
        form=one.form,
        digest=one.sha256,
        read=lambda: b"".join(content_of(one, key)),
    )
