"""The ledger: one event for every view and act, in the transaction of that act, hash-chained per case.

A chain is a case, or an organisation for an act that concerns no case. Each event hashes the one before it, so nobody
can change, drop or reorder events without :func:`verify` naming the spot.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise

from vault.models import LedgerEvent, LedgerHead
from vault.sealing.schemes import EVENT, Raw, UnknownScheme

_LINK = b"\x00"


class Event(StrEnum):
    """What may be recorded. Each app lists its own events in its `events.py`, for example

        NOTE_WRITTEN = "note.written", _("Note written"), "kind"

    which is the stored value, the words for people, and the names that the detail of such an event may have.
    """

    label: Promise
    details: frozenset[str]

    def __new__(cls, value: str, label: Promise, *details: str) -> Self:
        event = str.__new__(cls, value)
        event._value_ = value
        event.label = label
        event.details = frozenset(details)
        return event


class UnknownEvent(ValueError):
    """Something that no app lists, or a detail that the event does not have. Nothing is recorded."""


@dataclass(frozen=True)
class Entry:
    """One event as people read it. `at` is a date for an anonymous reporter's acts, else a moment."""

    sequence: int
    action: str
    actor: UUID | None
    at: datetime | date
    detail: dict[str, Any]


def record(
    chain: UUID, event: Event, *, actor: UUID | None = None, on: date | None = None, **detail: str | int
) -> None:
    """Add an event. Call it last in the transaction of the act: it holds the chain's lock.

    `on` replaces the moment by a date, for what an anonymous reporter does. `detail` holds codes and ids, never words;
    its names are among `event.details`. Raises :class:`UnknownEvent`.
    """
    body = _body(event, actor, on, detail)
    with transaction.atomic(savepoint=False):  # an act without its event does not stand
        head = _locked_head(chain)
        _after(head, body).save(force_insert=True)
        head.save(update_fields=["sequence", "digest"])


def record_in_each(chains: Iterable[UUID], event: Event, *, actor: UUID | None = None, **detail: str | int) -> None:
    """As :func:`record`: the same event in each of these chains, in a fixed number of queries."""
    wanted = sorted(set(chains))
    if not wanted:
        return
    body = _body(event, actor, None, detail)
    with transaction.atomic(savepoint=False):
        heads = LedgerHead.objects.select_for_update().filter(chain__in=wanted).order_by("chain")
        locked = list(heads)
        if missing := set(wanted) - {head.chain for head in locked}:
            LedgerHead.objects.bulk_create(
                [LedgerHead(chain=chain) for chain in sorted(missing)], ignore_conflicts=True
            )
            locked = list(heads.all())
        LedgerEvent.objects.bulk_create([_after(head, body) for head in locked])
        LedgerHead.objects.bulk_update(locked, ["sequence", "digest"])


def _body(event: Event, actor: UUID | None, on: date | None, detail: Mapping[str, str | int]) -> bytes:
    if not isinstance(event, Event):
        raise UnknownEvent(f"{event!r} is no event: list it in the events.py of an app")
    if unknown := detail.keys() - event.details:
        raise UnknownEvent(f"{event.value} has no {', '.join(sorted(unknown))}")
    at = on.isoformat() if on else timezone.now().isoformat(timespec="milliseconds")
    recorded = {"action": event.value, "actor": str(actor) if actor else None, "at": at, "detail": detail}
    return EVENT.mark(json.dumps(recorded, sort_keys=True, separators=(",", ":")).encode())


def _after(head: LedgerHead, body: bytes) -> LedgerEvent:
    """The event that comes next in the chain of this head, which is the head from then on."""
    head.sequence += 1
    head.digest = chained(head.digest, body)
    return LedgerEvent(chain=head.chain, sequence=head.sequence, body=body, digest=head.digest)


def _locked_head(chain: UUID) -> LedgerHead:
    heads = LedgerHead.objects.select_for_update()
    if head := heads.filter(chain=chain).first():
        return head
    LedgerHead.objects.get_or_create(chain=chain)
    return heads.get(chain=chain)


def labels() -> dict[str, str]:
    """The words for each stored value of an event, {value: words}, in the reader's language."""
    return {event.value: str(event.label) for events in Event.__subclasses__() for event in events}


def chained(previous: Raw, body: Raw) -> bytes:
    """The digest (SHA-256, 32 bytes) of an event, over the digest before it and its own body as it is stored."""
    return hashlib.sha256(_LINK + bytes(previous) + bytes(body)).digest()


def entries(chain: UUID) -> list[Entry]:
    """The events of a chain, oldest first."""
    return [_entry(event) for event in LedgerEvent.objects.filter(chain=chain).order_by("sequence")]


def entries_of(chain: UUID, *events: Event) -> Iterator[Entry]:
    """The events of a chain that are one of these, oldest first, read as far as the caller asks. One query along the index of
    the chain."""
    rows = LedgerEvent.objects.filter(_is_one_of(events), chain=chain)
    return (_entry(row) for row in rows.order_by("sequence").iterator())


def entries_in(chains: Iterable[UUID], *events: Event) -> Iterator[tuple[UUID, Entry]]:
    """As :func:`entries_of`, of several chains in one query: each with the name of its chain."""
    rows = LedgerEvent.objects.filter(_is_one_of(events), chain__in=chains)
    return ((row.chain, _entry(row)) for row in rows.order_by("chain", "sequence").iterator())


def _is_one_of(events: Iterable[Event]) -> Q:
    """A body is canonical JSON, in which the action stands first."""
    wanted = Q()
    for event in events:
        begin = EVENT.mark(json.dumps({"action": event.value}).replace(" ", "")[:-1].encode())
        wanted |= Q(body__gte=begin, body__lt=begin + b"\xff")
    return wanted


def verify(chain: UUID) -> list[str]:
    """What is wrong with a chain, in words; empty when nothing is."""
    problems, previous, expected = [], b"", 0
    for event in LedgerEvent.objects.filter(chain=chain).order_by("sequence").iterator():
        expected += 1
        if event.sequence != expected:
            problems.append(f"event {expected} is missing")
            expected = event.sequence
        if bytes(event.digest) != chained(previous, event.body):
            problems.append(f"event {event.sequence} was changed, or one before it was removed")
        try:
            EVENT.body(event.body)
        except UnknownScheme as error:
            problems.append(f"event {event.sequence} cannot be read: {error}")
        previous = bytes(event.digest)
    head = LedgerHead.objects.filter(chain=chain).first()
    if head is None:
        problems += ["the head of the chain is missing"] if expected else []
    elif head.sequence != expected or bytes(head.digest) != previous:
        problems.append(f"the chain ends at event {expected}, but its head says {head.sequence}")
    return problems


def chains() -> Iterator[UUID]:
    """Every chain that has events or a head, in no order."""
    events = LedgerEvent.objects.order_by().values_list("chain", flat=True).distinct()
    heads = LedgerHead.objects.values_list("chain", flat=True)
    yield from set(events) | set(heads)


def _entry(event: LedgerEvent) -> Entry:
    body = json.loads(EVENT.body(event.body))
    at = body["at"]
    return Entry(
        event.sequence,
        body["action"],
        UUID(body["actor"]) if body["actor"] else None,
        datetime.fromisoformat(at) if "T" in at else date.fromisoformat(at),
        body["detail"],
    )
