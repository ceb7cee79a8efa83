"""What is counted. A fact is left once, dated by its event, and never changed; the figures read nothing else."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from reporting.models import Fact
from vault.keys import Codes, keyed_digest


@dataclass(frozen=True)
class NewFact:
    """`event` names what happened, once and for all ("registered:<case>"); `codes` are leaf codes by code list."""

    event: str
    population: str
    place: UUID
    period: str
    codes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CountedFact:
    population: str
    place: UUID
    period: str
    codes: dict[str, str]


def quarter(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def leave_facts(rows: Iterable[NewFact]) -> None:
    """Leave facts. An event that was counted before is not counted again."""
    codes = Codes()
    Fact.objects.bulk_create([_row(new, codes) for new in rows], batch_size=500, ignore_conflicts=True)


def leave_fact(new: NewFact) -> None:
    leave_facts([new])


def facts(population: str, quarters: Sequence[str]) -> Iterator[CountedFact]:
    """The facts of a population in these quarters, in no order."""
    rows = Fact.objects.filter(population=population, period__in=quarters)
    codes = Codes()
    for row in rows.iterator(chunk_size=2000):
        opened = codes.open(row.place_id, bytes(row.codes), "fact", bytes(row.key))
        yield CountedFact(row.population, row.place_id, row.period, opened)


def _row(new: NewFact, codes: Codes) -> Fact:
    key = keyed_digest("fact", new.population, new.event)
    sealed = codes.seal(new.place, new.codes, "fact", key)
    return Fact(key=key, population=new.population, place_id=new.place, period=new.period, codes=sealed)
