"""The names of the people at work: whose parts nobody checked yet, and the one place where names that exist are changed."""

import hashlib
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Prefetch, Q
from django.utils import timezone

from organisations.codes import Code
from organisations.events import OrganisationEvent
from organisations.models import FormerName, Function, Organisation, Person, Role
from organisations.name_parts import NameParts
from organisations.names import plain
from organisations.people.comparing import compare_again
from vault import ledger

REMEMBERED = relativedelta(years=4)  # for so long, who left is known by name and by what they held
NAME_FIELDS = ["name", *asdict(NameParts()), "names_checked"]


class NamesChangedMeanwhile(Exception):
    """Somebody else changed the name since this page was made."""


@dataclass(frozen=True)
class NamedPerson:
    """Somebody in the list of names, with what they are or were in the organisation."""

    person: Person
    held: tuple[Code, ...]


def people_to_name(organisation: Organisation, day: date | None = None) -> list[NamedPerson]:
    """Everybody with a function or role in the organisation now, later, or in the last four years: first those whose name
    nobody checked, then by surname."""
    since = (day or timezone.localdate()) - REMEMBERED
    there = Q(organisation=organisation) & (Q(held_to__isnull=True) | Q(held_to__gte=since))
    held = [model.objects.filter(there) for model in (Role, Function)]
    people = Person.objects.filter(Q(id__in=held[0].values("person")) | Q(id__in=held[1].values("person")))
    rows = people.prefetch_related(
        Prefetch("roles", queryset=held[0], to_attr="roles_there"),
        Prefetch("functions", queryset=held[1], to_attr="functions_there"),
    )
    named = [NamedPerson(person, _held(person)) for person in rows]
    return sorted(named, key=_in_order)


def former_names_of(person: Person) -> list[tuple[str, str]]:
    """(prefix, surname) of each surname that the person had before, by surname."""
    return list(person.former_names.order_by("surname", "prefix", "id").values_list("prefix", "surname"))


def fingerprint(person: Person) -> str:
    """Of a person's names as they are now, so that a page can tell whether they changed since."""
    return hashlib.sha256(repr((person.name, person.parts, former_names_of(person))).encode()).hexdigest()


@transaction.atomic
def check_names(
    person: UUID,
    parts: NameParts,
    former: Collection[tuple[str, str]],
    *,
    organisation: Organisation,
    by: Person,
    seen: str,
) -> Person:
    """Keep the parts of a name and the former surnames as checked. A surname that was checked before and is gone from the
    parts becomes a former one: whoever types it still means this person. Of the own name nobody takes a surname away.
    `seen` is the fingerprint of the names as the page showed them; raises :class:`NamesChangedMeanwhile`."""
    row = Person.objects.select_for_update().get(id=person)
    if fingerprint(row) != seen:
        raise NamesChangedMeanwhile
    stays = former_that_stay(row, former, by)
    row.former_names.all().delete()
    FormerName.objects.bulk_create(
        FormerName(person=row, prefix=prefix, surname=surname)
        for prefix, surname in sorted(stays - set(parts.surnames))
    )
    row.take_parts(parts)
    names_changed(row)
    ledger.record(organisation.id, OrganisationEvent.NAME_CHECKED, actor=by.id, person=str(row.id))
    return row


def former_that_stay(person: Person, former: Collection[tuple[str, str]], by: Person) -> set[tuple[str, str]]:
    """The surnames by which somebody stays known beside those of the new parts, if `by` keeps their name so."""
    stays = set(former)
    if person.names_checked or person == by:
        stays |= set(person.parts.surnames)
    if person == by:
        stays |= set(former_names_of(person))
    return stays


def names_changed(person: Person) -> None:
    """Save the name of somebody who exists already. The one place that does: what must follow from another name, such as
    comparing it with the cases that run, begins here. The former names are saved before."""
    person.save(update_fields=NAME_FIELDS)
    compare_again(person)


def _held(person: Person) -> tuple[Code, ...]:
    """Each function and role once."""
    rows: list[Role | Function] = [*person.functions_there, *person.roles_there]  # type: ignore[attr-defined]
    return tuple({row.code: row.label for row in rows}.values())


def _in_order(named: NamedPerson) -> tuple[bool, str, str]:
    person = named.person
    return person.names_checked, plain(person.surname or person.name), plain(person.name)
