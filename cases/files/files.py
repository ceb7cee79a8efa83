"""Adding files to a case, striking one out, sending one to the reporter, and reading them.

A file never changes. Its title, format, size and hashes are sealed with the case, and so are its bytes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.desk.keys import file_key, key_of, opened_file
from cases.desk.refusals import NotAllowed, Refused, reason_of
from cases.events import CaseEvent
from cases.files.taking import TakenFile
from cases.models import AddedFile, Case
from cases.people.hearing import hear
from cases.people.proofs import refuse_proof
from cases.people.words.purposes import FILE, FILE_STRUCK, FILE_WORDS
from cases.protocol.kinds.file_kinds import file_kinds
from organisations.access.policy import Actor
from organisations.desk.sent_once import sent_before, with_content
from reporting.dialogue.dialogue import send_file as send_to_mailbox
from reporting.evidence.custody import MEDIA_TYPES, MOST_COMPARED, PICTURES, TEXTS, comparable, take_words
from reporting.evidence.refusals import NOT_KEPT
from vault import files, ledger
from vault.compartments import Compartment, ContentKey, read_text, sealed_by_id, write_text
from vault.models import SealedText

MOST_TITLE = 200
FIRST_YEAR = 1900


@dataclass(frozen=True)
class ListedFile:
    """A file with its opened description. `form` is the format of its bytes, as the cleaner names it; `size` counts bytes,
    `sha256` (hex) is of what is kept and `came` of what was sent."""

    row: AddedFile
    title: str
    form: str
    size: int
    sha256: str
    came: str
    because: str = ""  # why it was struck out
    words: str = ""  # as in Described
    letters: int = 0
    whole: bool = False

    @property
    def kind(self) -> str:
        return str(file_kinds().kinds[self.row.kind].label)

    @property
    def source(self) -> str:
        return str(file_kinds().sources[self.row.source])

    @property
    def is_whole(self) -> bool:
        """Whether what is kept is byte for byte what was sent."""
        return self.sha256 == self.came

    @property
    def is_compared(self) -> bool:
        """Whether names were looked for in all of it."""
        return self.whole if self.form not in TEXTS else self.size <= MOST_COMPARED

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.form]

    @property
    def is_text(self) -> bool:
        return self.form in TEXTS

    @property
    def is_picture(self) -> bool:
        return self.form in PICTURES

    @property
    def can_be_sent(self) -> bool:
        return self.row.sent_at is None and self.row.struck_at is None


@transaction.atomic
def add_files(
    case: Case,
    taken: list[TakenFile],
    *,
    kind: str,
    source: str,
    received_on: date,
    title: str = "",
    actor: Actor,
    token: UUID,
    about: str = "",
) -> list[AddedFile]:
    """Add files to a case, in this order. `kind` and `source` are codes of file_kinds.yaml; without a source it is the
    usual one of the kind. Without a title each has the name of its file; several share one title with a number behind it.

    One page (`token`) adds once. `about` as for :func:`hear`. Raises Refused, NotAllowed and AskFirst.
    """
    case, key = opened_file(case, actor, "case.add_file")
    token = with_content(token, (one.came for one in taken))
    if existing := sent_before(case.files.all(), token):
        return sorted(existing, key=lambda row: row.number)
    rules = file_kinds()
    if kind not in rules.kinds:
        raise Refused(_("Choose what kind of file it is."), "kind")
    source = source or rules.kinds[kind].comes_from
    if source not in rules.sources:
        raise Refused(_("Choose from whom it came."), "source")
    if not (received_on.year >= FIRST_YEAR and received_on <= timezone.localdate()):
        raise Refused(_("Give the day on which it came: not in the future."), "received_on")
    pieces, said = comparable(one.piece for one in taken)  # before they are claimed: then only the case opens them
    if len(pieces) < len(taken):
        raise Refused(str(NOT_KEPT))
    number = case.files.aggregate(last=Max("number"))["last"] or 0
    added = []
    for at, (one, name) in enumerate(zip(taken, _titles(taken, title), strict=True), number + 1):
        if not files.claim(key, one.piece.file.loose):
            raise Refused(str(NOT_KEPT))
        described = {
            "title": name,
            "form": one.piece.kind,
            "size": one.piece.file.size,
            "sha256": one.piece.file.sha256,
            "came": one.came,
            **take_words(key, one.piece, FILE_WORDS),
        }
        row = AddedFile.objects.create(
            case=case,
            number=at,
            kind=kind,
            source=source,
            received_on=received_on,
            described=write_text(key, FILE, json.dumps(described, ensure_ascii=False)).id,
            file=UUID(one.piece.file.id),
            added_by=actor.person,
            token=token,
        )
        ledger.record(case.id, CaseEvent.FILE_ADDED, actor=actor.person.id, number=at, kind=kind, source=source)
        added.append(row)
    hear(case, "\n".join([title, *said]), about, actor=actor)
    return added


@transaction.atomic
def strike_file(case: Case, number: int, *, reason: str, actor: Actor, about: str = "") -> None:
    """The file counts no more; it stays readable, with the reason. `about` as for :func:`hear`. Raises Refused,
    NotAllowed and AskFirst."""
    case, key = opened_file(case, actor, "case.add_file")
    row = _row(case, number)
    if row.struck_at:
        raise Refused(_("This file was struck out already."))
    because = reason_of(reason)
    refuse_proof(case, key, "file", number)
    row.struck_at, row.struck_by = timezone.now(), actor.person
    row.struck_because = write_text(key, FILE_STRUCK, because).id
    row.save(update_fields=["struck_at", "struck_by", "struck_because"])
    ledger.record(case.id, CaseEvent.FILE_STRUCK, actor=actor.person.id, number=number)
    hear(case, reason, about, actor=actor)


@transaction.atomic
def send_file(case: Case, number: int, *, actor: Actor) -> None:
    """Put a copy of the file into the mailbox of the reporter, once, with a message that says so. Raises
    Refused and NotAllowed."""
    case, key = opened_file(case, actor, "case.add_file")
    listed = _opened(_row(case, number), key, _sealed(case))
    if not listed.can_be_sent:
        raise Refused(_("This file cannot be sent: it was sent already, or it was struck out."))
    content = key_of(case, Compartment.CONTENT, actor)
    words = _("We send you a file: %(title)s. You can save it below.") % {"title": listed.title}
    name = f"{_as_name(listed.title)}.{listed.form}"
    try:
        data = b"".join(files.read(key, listed.row.file))
        send_to_mailbox(case.report, content, words, name, listed.form, data, author=actor.person)
    except FileNotFoundError:
        raise Refused(_("The file is not in the store. Tell who runs this server.")) from None
    except files.NoRoom:
        raise Refused(_("There is no room for files now. Try later, and tell who runs this server.")) from None
    listed.row.sent_at, listed.row.sent_by = timezone.now(), actor.person
    listed.row.save(update_fields=["sent_at", "sent_by"])
    ledger.record(case.id, CaseEvent.FILE_SENT, actor=actor.person.id, number=number)


@transaction.atomic
def save_file(case: Case, number: int, *, actor: Actor) -> tuple[ListedFile, bytes]:
    """The bytes of a file, for who may read the file of the case; it is written into the ledger. Raises NotAllowed, and
    FileNotFoundError where the store has lost it."""
    case, key = opened_file(case, actor, "case.file")
    listed = _opened(_row(case, number), key, _sealed(case))
    content = b"".join(files.read(key, listed.row.file))
    ledger.record(case.id, CaseEvent.FILE_SAVED, actor=actor.person.id, number=number)
    return listed, content


def files_of(case: Case, actor: Actor, sealed: Mapping[UUID, SealedText] | None = None) -> list[ListedFile]:
    """All files, newest first. The caller has asked `may(actor, "case.file", case)`. `sealed`: texts of the file by their
    id that were looked up already, these among them."""
    rows = list(case.files.select_related("added_by", "sent_by", "struck_by"))
    if not rows:
        return []
    key = file_key(case, actor)
    texts = _sealed(case) if sealed is None else sealed
    return [_opened(row, key, texts) for row in rows]


def content_of(listed: ListedFile, key: ContentKey) -> Iterator[bytes]:
    """The bytes of a file in parts. `key`: of the file of its case. Raises FileNotFoundError where the store has lost it."""
    return files.read(key, listed.row.file)


def usable_files(case: Case, kinds: Iterable[str]) -> list[AddedFile]:
    """The files of these kinds (of any, where none is named) that were not struck out, newest first."""
    rows = case.files.filter(struck_at=None)
    return list(rows.filter(kind__in=kinds) if (kinds := list(kinds)) else rows)


def _titles(taken: list[TakenFile], title: str) -> list[str]:
    title = " ".join(title.split())[:MOST_TITLE]
    names = [Path(one.piece.name).stem[:MOST_TITLE] or one.piece.kind for one in taken]
    if not title:
        return names
    return [title] if len(taken) == 1 else [f"{title} ({at})" for at in range(1, len(taken) + 1)]


def _as_name(title: str) -> str:
    """A title as the name of a file, without what a file system takes for something else."""
    kept = "".join(letter if letter.isalnum() or letter in " -_().," else "-" for letter in title)
    return kept.strip(" .")[:100] or "bestand"


def _sealed(case: Case) -> Mapping[UUID, SealedText]:
    return sealed_by_id(case.id, Compartment.FILE, FILE, FILE_STRUCK)


def _opened(row: AddedFile, key: ContentKey, sealed: Mapping[UUID, SealedText]) -> ListedFile:
    described = json.loads(read_text(key, sealed[row.described]))
    because = read_text(key, sealed[row.struck_because]) if row.struck_because else ""
    return ListedFile(row, **described, because=because)


def _row(case: Case, number: int) -> AddedFile:
    row = case.files.filter(number=number).first()
    if row is None:
        raise NotAllowed
    return row
