"""Takes a file or a pile of messages as evidence: it is checked, made anew, sealed and stored before it is sent."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from reporting.evidence import pile_on, sandbox, scan
from reporting.evidence.sandbox import FileRefused
from reporting.evidence.uploads import MOST_FILES, MOST_TOGETHER, Upload
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
        """The file and its key as the vault takes them."""
        return LooseFile(UUID(self.id), bytes.fromhex(self.key))


@dataclass(frozen=True)
class EvidencePiece:
    """Evidence that was not sent yet: a file made anew (with its original, if that is kept), or a pile of messages.
    `words`: what was read in it, for who compares names; `whole`: that is everything that people see."""

    name: str
    kind: str
    file: Stored
    original: Stored | None = None
    messages: int = 0
    duplicates: int = 0
    with_address: int = 0
    words: Stored | None = None
    whole: bool = False

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "EvidencePiece":
        """The piece that :meth:`to_state` wrote into a draft."""
        original = Stored(**state["original"]) if state["original"] else None
        words = Stored(**state["words"]) if state.get("words") else None
        return cls(**{**state, "file": Stored(**state["file"]), "original": original, "words": words})

    def to_state(self) -> dict[str, Any]:
        """The piece as a draft carries it: values that JSON can hold."""
        return asdict(self)


def take_file(upload: Upload, *, keep_original: bool, before: Iterable[EvidencePiece] = ()) -> EvidencePiece:
    """Clean and store a file. `before`: the evidence that is there already. The original is kept, sealed, only when
    `keep_original` is true. Raises :class:`FileRefused`."""
    _check_amount(upload.size or 0, before)
    if upload.trouble:
        raise FileRefused(upload.trouble)
    data = upload.data()
    scan.refuse_harmful(data)
    cleaned = sandbox.clean_file(data)
    original = store_piece(data) if keep_original else None
    piece = EvidencePiece(upload.name or "", cleaned.kind, store_piece(cleaned.data), original)
    return with_words(piece, cleaned.data) if cleaned.kind in sandbox.WITH_WORDS else piece


def with_words(piece: EvidencePiece, data: bytes) -> EvidencePiece:
    """The piece with what can be read in its bytes. Raises :class:`FileRefused` when there is no room."""
    read = sandbox.words_in(data)
    return replace(piece, words=store_piece(read.text.encode()), whole=read.whole) if read.text else piece


def take_messages(text: str, *, before: Iterable[EvidencePiece] = ()) -> EvidencePiece:
    """Store a pile of pasted messages as one piece. Raises :class:`FileRefused` when there are none or too many."""
    pile = pile_on.read_messages(text)
    if not pile.messages:
        raise FileRefused("no_messages")
    if len(pile.messages) > pile_on.MOST_MESSAGES:
        raise FileRefused("too_many_messages")
    data = pile.as_json()
    _check_amount(len(data), before)
    return EvidencePiece(
        name="",
        kind=MESSAGES,
        file=store_piece(data),
        messages=len(pile.messages),
        duplicates=pile.duplicates,
        with_address=pile.with_address,
    )


def take_message_file(upload: Upload, *, before: Iterable[EvidencePiece] = ()) -> EvidencePiece:
    """Store the messages of an export of a platform (CSV, JSON or text). Raises :class:`FileRefused`."""
    if upload.trouble:
        raise FileRefused(upload.trouble)
    data = upload.data()
    scan.refuse_harmful(data)
    cleaned = sandbox.clean_file(data)
    if cleaned.kind != "txt":
        raise FileRefused("no_messages")
    return take_messages(cleaned.data.decode(), before=before)


def drop_piece(piece: EvidencePiece) -> None:
    """Destroy a piece that is not sent after all, with its original."""
    for stored in filter(None, (piece.file, piece.original, piece.words)):
        files.drop(stored.loose)


def store_piece(data: bytes) -> Stored:
    """Keep bytes as a loose file. Raises :class:`FileRefused` when there is no room."""
    try:
        loose = files.store([data])
    except files.NoRoom:
        raise FileRefused("no_room") from None
    return Stored(str(loose.id), loose.key.hex(), hashlib.sha256(data).hexdigest(), len(data))


def _check_amount(size: int, before: Iterable[EvidencePiece]) -> None:
    sizes = [piece.file.size for piece in before]
    if len(sizes) >= MOST_FILES or sum(sizes) + size > MOST_TOGETHER:
        raise FileRefused("too_many")


__all__ = ["EvidencePiece", "FileRefused", "drop_piece", "take_file", "take_message_file", "take_messages"]
