"""A file or a pile of messages becomes a piece: checked, made anew, sealed and stored, before it belongs to a report."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from jobs.outbox import enqueue
from reporting.evidence import pile_on, sandbox, scan
from reporting.evidence.sandbox import Refused
from reporting.evidence.uploads import MOST_FILES, MOST_TOGETHER, Upload
from reporting.job_kinds import ReportJob
from vault import files
from vault.files import LooseFile

MESSAGES = "messages"


@dataclass(frozen=True)
class Stored:
    """A loose file as a form carries it. `sha256` is of the clear bytes."""

    id: str
    key: str
    sha256: str
    size: int

    @property
    def loose(self) -> LooseFile:
        return LooseFile(UUID(self.id), bytes.fromhex(self.key))


@dataclass(frozen=True)
class Piece:
    """Evidence that was not sent yet: a file made anew (with its original, if that is kept), or a pile of messages."""

    name: str
    kind: str
    file: Stored
    original: Stored | None = None
    messages: int = 0
    duplicates: int = 0
    with_address: int = 0

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "Piece":
        original = Stored(**state["original"]) if state["original"] else None
        return cls(**{**state, "file": Stored(**state["file"]), "original": original})

    def to_state(self) -> dict[str, Any]:
        return asdict(self)


def take_file(upload: Upload, *, keep_original: bool, before: Iterable[Piece] = ()) -> Piece:
    """Raises :class:`Refused`. The original is kept, sealed, only when it is asked for."""
    _check_amount(upload.size or 0, before)
    if upload.trouble:
        raise Refused(upload.trouble)
    data = upload.data()
    scan.refuse_harmful(data)
    made = sandbox.clean(data)
    original = store_piece(data) if keep_original else None
    return Piece(upload.name or "", made.kind, store_piece(made.data), original)


def take_messages(text: str, *, before: Iterable[Piece] = ()) -> Piece:
    """A pile of messages. Raises :class:`Refused` when there are none or too many."""
    found = pile_on.read(text)
    if not found.messages:
        raise Refused("no_messages")
    if len(found.messages) > pile_on.MOST_MESSAGES:
        raise Refused("too_many_messages")
    data = found.as_json()
    _check_amount(len(data), before)
    return Piece(
        name="",
        kind=MESSAGES,
        file=store_piece(data),
        messages=len(found.messages),
        duplicates=found.duplicates,
        with_address=found.with_address,
    )


def take_message_file(upload: Upload, *, before: Iterable[Piece] = ()) -> Piece:
    """The same from an export of a platform (CSV, JSON or text)."""
    if upload.trouble:
        raise Refused(upload.trouble)
    data = upload.data()
    scan.refuse_harmful(data)
    made = sandbox.clean(data)
    if made.kind != "txt":
        raise Refused("no_messages")
    return take_messages(made.data.decode(), before=before)


def drop(piece: Piece) -> None:
    for stored in filter(None, (piece.file, piece.original)):
        files.drop(stored.loose)


def store_piece(data: bytes) -> Stored:
    """Keep bytes as a loose file. Raises :class:`Refused` when there is no room."""
    try:
        loose = files.store([data])
    except files.NoRoom:
        raise Refused("no_room") from None
    _promise_to_drop()
    return Stored(str(loose.id), loose.key.hex(), hashlib.sha256(data).hexdigest(), len(data))


def _promise_to_drop() -> None:
    """If the form is never sent: its key went with the form, so nobody could read the file any more."""
    later = timezone.localdate() + timedelta(days=4)
    monday = later + timedelta(days=7 - later.weekday())  # by the week, so that the row tells no day
    due = timezone.make_aware(datetime.combine(monday, time()))
    enqueue(ReportJob.DROP_UNSENT, key=f"drop_unsent:{monday}", due=due)


def _check_amount(size: int, before: Iterable[Piece]) -> None:
    sizes = [piece.file.size for piece in before]
    if len(sizes) >= MOST_FILES or sum(sizes) + size > MOST_TOGETHER:
        raise Refused("too_many")


__all__ = ["Piece", "Refused", "drop", "take_file", "take_message_file", "take_messages"]
