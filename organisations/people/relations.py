"""Relations that people declared, opened. The database says who declared one and where, not to whom."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from organisations.codes import Code, code_list
from organisations.models import DeclaredRelation, Function, Person, Role
from vault.keyring.keys import Codes, NoKey, stored_digest
from vault.sealing.schemes import CannotOpen


@dataclass(frozen=True)
class Declared:
    """A declared relation that was opened. `code` is one of `personal_relation`."""

    id: UUID
    other: Person
    code: str

    @property
    def label(self) -> Code:
        return code_list("personal_relation")[self.code]


def declared_after(person: Any, day: Any) -> QuerySet[Person]:
    """The person, for `Exists`, where they said to be related to somebody on this day or later. Of a report that came on the day and
    that they do not read they then see nothing, whomever they named: else they could find out about whom it is by naming one
    colleague after another."""
    return Person.objects.filter(id=person, declared_on__gte=day).order_by()


def has_declared_after(person: Person, day: date) -> bool:
    """As :func:`declared_after`, of a person who was looked up already."""
    return person.declared_on is not None and person.declared_on >= day


def relation_mark(person: UUID, other: UUID) -> bytes:
    """By which a declaration is found again, so that each relation is declared once. It names nobody."""
    return stored_digest("relation", person, other)


def seal_relation(row: DeclaredRelation, other: UUID, code: str) -> None:
    """Put into the row to whom it is. The row is not saved."""
    row.mark = relation_mark(row.person_id, other)
    row.sealed = Codes().seal(row.organisation_id, {"other": str(other), "code": code}, *_context(row))


def open_relation(row: DeclaredRelation, codes: Codes) -> tuple[UUID, str]:
    """To whom it is, and the code. Raises :class:`CannotOpen`, :class:`NoKey` or ValueError."""
    opened = codes.open(row.organisation_id, bytes(row.sealed), *_context(row))
    return UUID(opened["other"]), opened["code"]


def declared_by(person: Person) -> list[Declared]:
    """What somebody declared, by the name of the other; without rows that cannot be opened (check_invariants names them)."""
    rows = list(person.declared.all())
    opened = dict(_opened(rows))
    others = Person.objects.in_bulk({other for other, _code in opened.values()})
    declared = [Declared(row, others[other], code) for row, (other, code) in opened.items() if other in others]
    return sorted(declared, key=lambda relation: relation.other.name)


def related_people(people: set[UUID], among: Collection[UUID] = ()) -> set[UUID]:
    """Who declared to be related to one of these people. Whoever has a row that cannot be opened is one of them, since it
    may name them. Rows are opened of organisations where these people ever were something, and every row of whoever is
    `among` these: a relation can be declared where the other never worked."""
    rows = DeclaredRelation.objects.all()
    places: set[UUID] = set()
    found: set[UUID] = set()
    for held in (Role, Function):
        for person, organisation in held.objects.filter(person__in=people).values_list("person", "organisation"):
            found.add(person)
            places.add(organisation)
    if people <= found:
        rows = rows.filter(Q(organisation__in=places) | Q(person__in=list(among)))
    return _declarers(list(rows), people)


def related_among(people: Collection[UUID], declarers: Collection[UUID]) -> set[UUID]:
    """Who of `declarers` declared to be related to one of these people, or has a row that cannot be opened."""
    return _declarers(list(DeclaredRelation.objects.filter(person__in=list(declarers))), people)


def newly_declared(before: Mapping[UUID, Collection[str]], others: Collection[UUID] | None = None) -> set[UUID]:
    """Who of these people has a declaration that is none of those of before, {person: their identifiers}: to one of `others`, or
    one that cannot be opened; to anybody, where none are given."""
    known = {UUID(one) for declared in before.values() for one in declared}
    rows = list(DeclaredRelation.objects.filter(person__in=list(before)).exclude(id__in=known))
    return {row.person_id for row in rows} if others is None else _declarers(rows, others)


def _declarers(rows: list[DeclaredRelation], people: Collection[UUID]) -> set[UUID]:
    opened = dict(_opened(rows)) if rows else {}
    return {row.person_id for row in rows if row.id not in opened or opened[row.id][0] in people}


def declared_others(people: Collection[UUID]) -> set[UUID]:
    """To whom these people declared to be related, as far as it can be opened."""
    rows = list(DeclaredRelation.objects.filter(person__in=list(people)))
    return {other for _row, (other, _code) in _opened(rows)} if rows else set()


def _opened(rows: list[DeclaredRelation]) -> Iterator[tuple[UUID, tuple[UUID, str]]]:
    """(id of the row, what :func:`open_relation` gives) of those that can be opened."""
    codes = Codes(row.organisation_id for row in rows)
    for row in rows:
        try:
            yield row.id, open_relation(row, codes)
        except (CannotOpen, NoKey, ValueError, KeyError):
            continue


def _context(row: DeclaredRelation) -> tuple[str, UUID, UUID]:
    return ("relation", row.id, row.person_id)
