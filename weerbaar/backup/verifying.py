"""Whether what was put back is what was there: nothing counts as restored before this found nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from django.utils import timezone

from cases.invariants import broken_invariants
from vault import inspection
from vault.models import LedgerEvent
from vault.tombstones import head_of
from weerbaar.backup.restoring import Plan, PutBack
from weerbaar.backup.sets import BackupRefused


@dataclass(frozen=True)
class KnownHead:
    """How far a chain of the ledger was known to go: somebody wrote it down later than the set."""

    chain: UUID
    sequence: int
    digest: str = ""

    @classmethod
    def read(cls, text: str) -> "KnownHead":
        """Of CHAIN:SEQUENCE or CHAIN:SEQUENCE:DIGEST, as `verify_ledger --heads` writes it. Raises BackupRefused."""
        name, _colon, rest = text.partition(":")
        sequence, _colon, digest = rest.partition(":")
        try:
            return cls(UUID(name), int(sequence), digest)
        except ValueError:
            raise BackupRefused(
                f"{text} is no head of a chain: write CHAIN:SEQUENCE or CHAIN:SEQUENCE:DIGEST."
            ) from None


def faults(done: PutBack) -> list[str]:
    """What is wrong with what was put back, in words that name identifiers only; empty when all is well."""
    lost = (f"file {file} was lost already when the set was made" for file in done.lost)
    return list(chain(broken_invariants(), inspection.unfindable_reporters(), inspection.closed_to_recovery(), lost))


def what_came_after(planned: Plan, done: PutBack, known: Iterable[KnownHead], now: datetime) -> Iterator[str]:
    """In words: what was there and is not in what was put back, as far as it can be known."""
    made = planned.label.made
    hours = int((now - made).total_seconds() // 3600)
    yield (
        f"The set is of {timezone.localtime(made):%Y-%m-%d %H:%M}, {hours} hours ago. What came after that is not here: reports,"
        " messages, decisions, who was kept out of a case, and what was destroyed."
    )
    if planned.destroyed is None:
        yield "What was destroyed since then is here again: the newest list of tombstones was not used."
    else:
        yield f"Of {len(planned.destroyed)} tombstones, {len(done.destroyed)} were of cases in this set; those were destroyed again."
        yield (
            f"The list of tombstones was {head_of(planned.destroyed).name}. Is that the one that destroy_case named last? If not, restore"
            " again with the newest one: what was destroyed since is here again."
        )
    for one in known:
        yield _after(one, done.ends.get(one.chain, 0))


def _after(one: KnownHead, there: int) -> str:
    if there < one.sequence:
        return f"Chain {one.chain}: {one.sequence - there} events came after the set, and are lost."
    event = LedgerEvent.objects.filter(chain=one.chain, sequence=one.sequence).first()
    if one.digest and (event is None or bytes(event.digest).hex() != one.digest):
        return f"Chain {one.chain}: event {one.sequence} is another one than was written down. Ask why before anybody works."
    return f"Chain {one.chain}: nothing that was written down is missing."
