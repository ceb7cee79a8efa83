"""Evidence of a report: what it is, when it came, its hashes. Who held it is in the ledger."""

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from django.db.models import Max

from reporting.dialogue.progress import chain_of_reporter, day_of
from reporting.events import ReportEvent
from reporting.evidence import pile_on
from reporting.evidence.cleaner.kinds import MADE
from reporting.evidence.intake import MESSAGES, EvidencePiece, store_piece, with_words
from reporting.evidence.sandbox import WITH_WORDS
from reporting.models import Evidence, Report
from vault import files, ledger
from vault.compartments import Compartment, ContentKey, read_text, sealed_by_id, texts, write_text, write_texts
from vault.models import SealedText
from vault.sealing.schemes import CannotOpen

logger = logging.getLogger(__name__)
PURPOSE, WORDS = "evidence", "evidence_words"
MEDIA_TYPES = {name: kind.media_type for name, kind in MADE.items()}
TEXTS = {"txt", "eml"}  # in which names are looked for
MOST_COMPARED = 200_000  # characters of the evidence of one report in which names are looked for
PICTURES = {name for name, kind in MADE.items() if kind.is_shown}  # what a browser may show inside a page


@dataclass(frozen=True)
class Described:
    """One piece of evidence with its opened description.

    `name`, `kind`, `size` (bytes), `sha256` (hex) and, for messages, `text`, `sender`, `link`, `at`, `times`.
    """

    row: Evidence
    name: str
    kind: str
    size: int
    sha256: str
    original_sha256: str = ""
    text: str = ""
    sender: str = ""
    link: str = ""
    at: tuple[str, ...] = ()
    times: int = 1
    names_address: bool = False
    words: str = ""  # the identifier of the sealed text of what was read in it
    letters: int = 0  # of that text
    whole: bool = False

    @property
    def is_message(self) -> bool:
        """Whether it is one message out of a pile; then there is no file."""
        return self.kind == MESSAGES

    @property
    def is_picture(self) -> bool:
        """Whether a browser can show it as a picture."""
        return self.kind in PICTURES

    @property
    def media_type(self) -> str:
        """The media type with which the file is sent to a browser."""
        return MEDIA_TYPES[self.kind]


def add_evidence(
    report: Report, key: ContentKey, pieces: Iterable[EvidencePiece], *, on: date, by: str = "reporter"
) -> bool:
    """Make loose pieces evidence of the report, in the caller's transaction. Returns whether any was kept.

    A file that was dropped meanwhile is left out, since evidence may never stop a report. File names and originals are
    kept only when the reporter gives a name to all. Evidence of an anonymous reporter keeps the week of its coming.
    """
    pieces = list(pieces)
    if not pieces:
        return False
    number = report.evidence.aggregate(last=Max("number"))["last"] or 0
    rows: list[tuple[Evidence, dict]] = []
    for piece in pieces:
        if piece.kind == MESSAGES:
            described = _messages(piece)
        else:
            described = _file(report, key, piece, number + len(rows) + 1)
        for row, words in described:
            row.report, row.by = report, by
            row.number = number + len(rows) + 1
            row.on = day_of(report, on) if by == "reporter" else on
            rows.append((row, words))
    sealed = write_texts(key, PURPOSE, [json.dumps(words, ensure_ascii=False) for _row, words in rows])
    for (row, _words), text in zip(rows, sealed, strict=True):
        row.described = text.id
    Evidence.objects.bulk_create(row for row, _words in rows)
    if rows:
        together = hashlib.sha256(b"".join(bytes(text.ciphertext) for text in sealed)).hexdigest()
        ledger.record(
            chain_of_reporter(report),
            ReportEvent.EVIDENCE_RECEIVED,
            on=rows[0][0].on,
            count=len(rows),
            sealed=together,
            by=by,
        )
    return bool(rows)


def evidence_of(report: Report, key: ContentKey, sealed: Mapping[UUID, SealedText] | None = None) -> list[Described]:
    """All evidence, in the order of its numbers. `sealed`: texts of the content by their id that were looked up already, these
    among them."""
    if sealed is None:
        sealed = sealed_by_id(report.case, Compartment.CONTENT, PURPOSE)
    rows = report.evidence.order_by("number")
    return [_described(row, key, sealed[row.described]) for row in rows]


def opened_evidence(row: Evidence, key: ContentKey) -> Described:
    """One piece of evidence with its opened description. `key`: of the content of its case."""
    return _described(row, key, texts(row.report.case, Compartment.CONTENT, PURPOSE).get(id=row.described))


def copied(row: Evidence, key: ContentKey) -> EvidencePiece:
    """A copy of a file, as a piece for another report. Raises FileNotFoundError, or FileRefused (no room)."""
    known, data = opened_evidence(row, key), b"".join(content(row, key))
    piece = EvidencePiece(known.name, known.kind, store_piece(data))
    return with_words(piece, data) if known.kind in WITH_WORDS else piece


def content(row: Evidence, key: ContentKey, *, original: bool = False) -> Iterator[bytes]:
    """The bytes of a file, or of its original, in parts. Raises FileNotFoundError for what has none."""
    file = row.original if original else row.file
    if file is None:
        raise FileNotFoundError
    return files.read(key, file)


def comparable(pieces: Iterable[EvidencePiece]) -> tuple[tuple[EvidencePiece, ...], tuple[str, ...]]:
    """The loose pieces that can become part of a case, and what they say in words: names of files, the messages of piles with
    their senders, and plain texts and mails, together no more than :data:`MOST_COMPARED` characters. A piece whose words cannot
    be read now is none of them: nobody looked whether it names one of its readers."""
    pieces = tuple(pieces)
    words = [Path(piece.name).stem for piece in pieces if piece.name]
    unread: list[EvidencePiece] = []
    for piece in pieces:
        stored = piece.words if piece.kind in WITH_WORDS else piece.file
        if piece.kind not in {MESSAGES, *TEXTS, *WITH_WORDS} or not stored or not files.is_loose(stored.loose.id):
            continue
        try:
            data = b"".join(files.read_loose(stored.loose))
        except (OSError, CannotOpen) as error:
            logger.error("a piece of evidence cannot be read: %s", type(error).__name__)
            unread.append(piece)
            continue
        if piece.kind == MESSAGES:
            pile = pile_on.PileOn.from_json(data)
            words.append("\n".join(f"{message.sender}\n{message.text}" for message in pile))
        else:
            words.append(data.decode("utf-8", "replace"))
    return tuple(piece for piece in pieces if piece not in unread), _bounded(words)


def lost_of(report: Report, pieces: Iterable[EvidencePiece]) -> list[EvidencePiece]:
    """The loose pieces that did not become evidence of the report, although they were sent with it."""
    pieces = list(pieces)
    piles = [piece for piece in pieces if piece.kind == MESSAGES]
    others = [piece for piece in pieces if piece.kind != MESSAGES]
    kept = files.claimed(report.case, [piece.file.loose.id for piece in others])
    lost = [piece for piece in others if piece.file.loose.id not in kept]
    if piles and report.evidence.filter(file=None).count() < sum(piece.messages for piece in piles):
        lost += piles
    return lost


def words_kept(report: Report, key: ContentKey, sealed: Mapping[UUID, SealedText] | None = None) -> tuple[str, ...]:
    """As :func:`comparable`, of the evidence that a report has. `key`: of its content; `sealed`: texts of it by their id that were
    looked up already, those of PURPOSE and WORDS among them."""
    words: list[str] = []
    if sealed is None:
        sealed = sealed_by_id(report.case, Compartment.CONTENT, PURPOSE, WORDS)
    pieces = evidence_of(report, key, sealed)
    kept = {str(row.id): read_text(key, row) for row in sealed.values() if row.purpose == WORDS}
    for piece in pieces:
        words.append(f"{piece.sender}\n{piece.text}" if piece.is_message else Path(piece.name).stem)
        if piece.row.file:
            words += [kept[piece.words]] if piece.words in kept else words_in(key, piece.row.file, piece.kind)
    return _bounded(words)


def not_compared(pieces: Iterable[Described]) -> set[int]:
    """The numbers of the evidence of one report in which names were not looked for, or not in all of it: pictures, sound,
    what could not be read whole, and what comes after :data:`MOST_COMPARED` characters. `pieces` in their order."""
    left, found = MOST_COMPARED, set()
    for piece in pieces:
        if piece.is_message:
            letters, is_read = len(piece.sender) + 1 + len(piece.text), True
        else:
            in_words = piece.kind in TEXTS
            letters, is_read = (piece.size if in_words else piece.letters) + len(piece.name), in_words or piece.whole
        if not is_read or letters > left:
            found.add(piece.row.number)
        left = max(0, left - letters)
    return found


def take_words(key: ContentKey, piece: EvidencePiece, purpose: str) -> dict[str, str | int | bool]:
    """Seal what was read in a loose piece with its case; what is to be remembered of it beside the file. Nothing where
    nothing was read."""
    if piece.words is None or not files.is_loose(piece.words.loose.id):
        return {}
    try:
        text = b"".join(files.read_loose(piece.words.loose)).decode("utf-8", "replace")
    except (OSError, CannotOpen) as error:
        logger.error("the words of a file cannot be read: %s", type(error).__name__)
        return {}
    files.drop(piece.words.loose)
    return {"words": str(write_text(key, purpose, text).id), "letters": len(text), "whole": piece.whole}


def words_in(key: ContentKey, file: UUID, kind: str) -> tuple[str, ...]:
    """What a file of the case says, as far as names are looked for in its kind. `key`: of the compartment in which it is
    sealed. A file that cannot be read gives nothing; nobody reads it then."""
    if kind not in TEXTS:
        return ()
    try:
        return _bounded([b"".join(files.read(key, file)).decode("utf-8", "replace")])
    except (OSError, CannotOpen) as error:
        logger.error("a file cannot be read: %s", type(error).__name__)
        return ()


def _bounded(words: Iterable[str]) -> tuple[str, ...]:
    """Comparing takes time for each character, and a report must come in."""
    left, bounded = MOST_COMPARED, []
    for text in words:
        bounded.append(text[:left])
        left -= len(bounded[-1])
    return tuple(bounded)


def _described(row: Evidence, key: ContentKey, text) -> Described:
    words = json.loads(read_text(key, text))
    return Described(row, **{**words, "at": tuple(words.get("at", ()))})


def _file(report: Report, key: ContentKey, piece: EvidencePiece, number: int) -> list[tuple[Evidence, dict]]:
    if not files.claim(key, piece.file.loose):
        return []
    is_named = report.known_as == "named"  # the name of a file, or what hides in it, can betray who sent it
    name = piece.name if is_named and piece.name else f"{number}.{piece.kind}"
    words: dict[str, object] = {"name": name, "kind": piece.kind, "size": piece.file.size, "sha256": piece.file.sha256}
    words |= take_words(key, piece, WORDS)
    row = Evidence(file=UUID(piece.file.id))
    if piece.original and is_named and files.claim(key, piece.original.loose):
        row.original, words["original_sha256"] = UUID(piece.original.id), piece.original.sha256
    elif piece.original:
        files.drop(piece.original.loose)
    return [(row, words)]


def _messages(piece: EvidencePiece) -> list[tuple[Evidence, dict]]:
    """The messages of a pile, each as evidence of its own. A lost pile gives none, since it may not stop a report."""
    if not files.is_loose(piece.file.loose.id):
        return []
    try:
        pile = pile_on.PileOn.from_json(b"".join(files.read_loose(piece.file.loose)))
    except (OSError, CannotOpen) as error:
        logger.error("a pile of messages cannot be read: %s", type(error).__name__)
        return []
    files.drop(piece.file.loose)
    return [(Evidence(), _described_message(message)) for message in pile]


def _described_message(message: pile_on.PiledMessage) -> dict:
    size, address = len(message.text.encode()), message.names_address
    known = {"name": "", "kind": MESSAGES, "size": size, "sha256": message.sha256, "names_address": address}
    return {**known, **vars(message)}
