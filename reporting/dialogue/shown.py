"""A message as a page shows it to one of two sides. All conversations are shown by one template, components/messages.html."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from organisations.access.recusal import rows_of_one
from organisations.models import Person
from reporting.dialogue.dialogue import OpenedMessage
from reporting.models import Message


@dataclass(frozen=True)
class ShownFile:
    """A file that goes with a message, of `size` bytes. `number`: by which a page that a code opened asks for it; `url`: where
    somebody at work saves it. Without both it is only named."""

    name: str
    size: int
    number: int = 0
    url: str = ""


@dataclass(frozen=True)
class ShownMessage:
    """One message. `is_own`: of the side that looks; `in_week`: only the week of `on` is known; `under`: lines below its head;
    `notes`: lines below its words; `beneath`: what the page adds to it, for its own template."""

    who: str
    is_own: bool
    on: date
    is_new: bool
    text: str
    in_week: bool = False
    under: list[str] = field(default_factory=list)
    file: ShownFile | None = None
    notes: list[str] = field(default_factory=list)
    beneath: Any = None


def shown_to_reporter(said: Iterable[OpenedMessage], organisation: object, *, anonymous: bool) -> list[ShownMessage]:
    """The messages as the reporter sees them; `organisation` is the other side."""
    return [_shown(one, Message.By.REPORTER, _("You"), str(organisation), anonymous) for one in said]


def shown_at_desk(said: Iterable[OpenedMessage], reader: Person, *, anonymous: bool) -> list[ShownMessage]:
    """The messages as who handles the report, or reads what was told apart, sees them. `reader`: who looks."""
    said = list(said)
    authors = {one.message.author_id for one in said if one.message.author_id}
    same = rows_of_one(reader.id, authors)
    return [_shown(one, Message.By.DESK, _author(one, reader, same), _("Reporter"), anonymous) for one in said]


def _author(one: OpenedMessage, reader: Person, same: Collection[UUID]) -> str:
    """Who wrote the words: "You" for the row that reads, a name for everybody else at work. `same`: rows that are called as
    the reader is. Whether such a row is the same human, nobody can know here, so both is said."""
    author = one.message.author
    if author is None:
        return _("The organisation")
    if author.id == reader.id:
        return _("You")
    if author.id in same:
        return _("%(name)s: you under another account, or somebody of the same name") % {"name": author.name}
    return author.name


def _shown(one: OpenedMessage, reader: str, own: str, other: str, anonymous: bool) -> ShownMessage:
    message, is_own = one.message, one.message.by == reader
    number = message.sequence if reader == Message.By.REPORTER else 0
    return ShownMessage(
        who=own if is_own else other,
        is_own=is_own,
        on=message.on,
        is_new=one.is_new,
        text=one.text,
        in_week=anonymous and message.by == Message.By.REPORTER,
        under=[str(message.kind_label)] if message.kind != "message" else [],
        file=ShownFile(one.file.name, one.file.size, number) if one.file else None,
    )
