"""Many hateful messages at once, pasted or exported from a platform. Each becomes one piece; duplicates are counted."""

import csv
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import StringIO

MOST_MESSAGES = 2_000
MOST_CHARACTERS = 10_000
MOST_TEXT = 5_000_000
_COLUMNS = {
    "text": {
        "text",
        "tekst",
        "message",
        "bericht",
        "content",
        "inhoud",
        "body",
        "full_text",
        "tweet",
        "comment",
        "reactie",
    },
    "at": {"at", "date", "datum", "time", "tijd", "timestamp", "created_at", "created", "datetime", "tijdstip"},
    "sender": {
        "sender",
        "author",
        "afzender",
        "auteur",
        "from",
        "van",
        "user",
        "username",
        "account",
        "handle",
        "naam",
    },
    "link": {"link", "url", "permalink", "adres"},
}
# Chat exports: "[24-11-2026, 23:10:05] Name: text" and "24-11-2026 23:10 - Name: text".
_CHAT = re.compile(r"^\[?(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4},? \d{1,2}:\d{2}(?::\d{2})?)\]?(?: -)? ([^:\n]{1,60}): (.+)$")
_LINK = re.compile(r"https?://\S+")
# A Dutch postal code, a street with a number, a telephone number: what doxing spreads.
_ADDRESS = re.compile(
    r"\b[1-9]\d{3} ?[A-Z]{2}\b|(?<![\w'-])[A-Z][\w'-]{0,40}(?:straat|laan|weg|plein|gracht|kade|hof|dijk|singel|pad|steeg|markt) \d{1,4}\b"
    r"|(?<!\d)(?:\+31|0031|0)[\s-]?[1-9](?:[\s-]?\d){8}(?!\d)"
)


@dataclass
class PiledMessage:
    """One message: what it says, and all the moments at which it came, as the platform wrote them."""

    text: str
    sender: str = ""
    link: str = ""
    at: list[str] = field(default_factory=list)
    times: int = 1

    @property
    def sha256(self) -> str:
        """The hash (hex) of the words alone, by which anybody can check them later."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def names_address(self) -> bool:
        """Whether the message seems to hold an address or a telephone number (doxing, art. 285d Sr)."""
        return bool(_ADDRESS.search(self.text))


@dataclass(frozen=True)
class PileOn:
    messages: list[PiledMessage]
    duplicates: int

    @property
    def with_address(self) -> int:
        """How many of the messages seem to hold an address."""
        return sum(message.names_address for message in self.messages)

    def as_json(self) -> bytes:
        """The messages as they are stored until the report is sent."""
        return json.dumps([vars(message) for message in self.messages], ensure_ascii=False).encode()

    @staticmethod
    def from_json(data: bytes) -> list[PiledMessage]:
        """The messages that :meth:`as_json` wrote."""
        return [PiledMessage(**fields) for fields in json.loads(data)]


def read_messages(text: str) -> PileOn:
    """The messages of a pasted text, a CSV file, a JSON export or a chat export. Empty when there are none.

    Messages with the same words, however they are spaced, are one message that keeps all its moments.
    """
    kept: dict[str, PiledMessage] = {}
    every = 0
    for message in _found(text[:MOST_TEXT].replace("\r\n", "\n").strip("\ufeff \n")):
        message.text = _whole(message.text).strip()[:MOST_CHARACTERS]
        message.sender, message.link = _whole(message.sender), _whole(message.link)
        message.at = [_whole(moment) for moment in message.at]
        if not message.text:
            continue
        every += 1
        if not message.link and (link := _LINK.search(message.text)):
            message.link = link[0]
        if first := kept.get(_same(message.text)):
            first.times += 1
            first.at += message.at
            continue
        kept[_same(message.text)] = message
        if len(kept) > MOST_MESSAGES:
            break
    return PileOn(list(kept.values()), every - len(kept))


def _found(text: str) -> Iterator[PiledMessage]:
    rows = _json_rows(text) or _csv_rows(text)
    if rows:
        yield from (_from_row(row) for row in rows)
        return
    lines = text.split("\n")
    if sum(bool(_CHAT.match(line)) for line in lines) > 1:
        yield from _chat(lines)
        return
    blocks = re.split(r"\n\s*\n", text) if re.search(r"\n\s*\n", text) else lines
    yield from (PiledMessage(block) for block in blocks)


def _chat(lines: Iterable[str]) -> Iterator[PiledMessage]:
    current: PiledMessage | None = None
    for line in lines:
        if match := _CHAT.match(line):
            if current:
                yield current
            current = PiledMessage(match[3], sender=match[2], at=[match[1]])
        elif current:
            current.text += "\n" + line
    if current:
        yield current


def _json_rows(text: str) -> list[dict[str, str]]:
    if text[:1] not in "[{":
        return []
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if isinstance(parsed, dict):
        parsed = next((value for value in parsed.values() if isinstance(value, list)), [])
    rows = [row.get("tweet", row) if isinstance(row, dict) else {"text": row} for row in parsed]
    return [{str(key).casefold(): str(value) for key, value in row.items()} for row in rows if isinstance(row, dict)]


def _csv_rows(text: str) -> list[dict[str, str]]:
    first = text.split("\n", 1)[0]
    separator = max(";\t,", key=first.count)
    names = [name.strip(' "').casefold() for name in first.split(separator)]
    if separator not in first or not any(name in _COLUMNS["text"] for name in names):
        return []
    csv.field_size_limit(1_000_000)
    try:
        rows = list(csv.DictReader(StringIO(text), delimiter=separator))
    except csv.Error:
        return []
    return [
        {str(key).strip(' "').casefold(): value for key, value in row.items() if isinstance(value, str)} for row in rows
    ]


def _from_row(row: dict[str, str]) -> PiledMessage:
    def first(column: str) -> str:
        return next((row[name] for name in row if name in _COLUMNS[column] and row[name]), "")

    return PiledMessage(
        first("text"), first("sender")[:200], first("link")[:500], [first("at")[:60]] if first("at") else []
    )


def _whole(text: str) -> str:
    """Without halves of characters, which JSON can hold and no page can show."""
    return text.encode("utf-8", "replace").decode()


def _same(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", text.casefold()).split())
