"""Appointments: giving people functions and roles. The key pair comes with the first of them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, FilteredRelation, IntegerField, OuterRef, Q, Value
from django.utils import timezone

from organisations.codes import UnknownCode, code_list
from organisations.events import OrganisationEvent
from organisations.models import (
    Absence,
    DeclaredRelation,
    Function,
    Organisation,
    Person,
    Role,
    function_code,
)
from organisations.people.comparing import compare_again, comparisons_due
from organisations.people.relations import relation_mark, seal_relation
from vault import ledger
from vault.keyring.keys import ensure_key_pair


def lock_person(person: Person) -> None:
    """Until the transaction ends nobody else changes what is kept of this person: the second of two clicks waits for the
    first."""
    Person.objects.select_for_update(no_key=True).get(id=person.id)


@transaction.atomic
def appoint(
    person: Person, organisation: Organisation, role: str, *, since: date | None = None, by: Person | None = None
) -> Role:
    """Give somebody a role. Raises :class:`UnknownCode` for a role that does not exist."""
    code_list("role")[role]
    given = Role.objects.create(
        person=person, organisation=organisation, code=role, held_from=since or timezone.localdate()
    )
    ensure_key_pair(organisation.id, person.id)
    compare_again(person, given.held_from)
    ledger.record(
        organisation.id, OrganisationEvent.ROLE_GIVEN, actor=by.id if by else None, person=str(person.id), role=role
    )
    return given


@transaction.atomic
def take_office(
    person: Person, organisation: Organisation, function: str, *, since: date, until: date | None = None
) -> Function:
    """Record that somebody holds a function from one day to another."""
    if function in code_list("role"):
        raise UnknownCode(f"{function!r} is a role: appoint() gives it")
    function_code(function)
    held = Function.objects.create(
        person=person, organisation=organisation, code=function, held_from=since, held_to=until
    )
    compare_again(person, since)
    return held


@transaction.atomic
def end_held(held: Role | Function, *, by: Person | None) -> None:
    """Somebody does not hold a function or role any more: yesterday was the last day. What began today was never held."""
    today = timezone.localdate()
    if held.held_from >= today:
        held.delete()
    else:
        held.held_to = today - timedelta(days=1)
        held.save(update_fields=["held_to"])
    actor, person = by.id if by else None, str(held.person_id)
    if isinstance(held, Role):
        ledger.record(held.organisation_id, OrganisationEvent.ROLE_ENDED, actor=actor, person=person, role=held.code)
    else:
        event = OrganisationEvent.FUNCTION_ENDED
        ledger.record(held.organisation_id, event, actor=actor, person=person, function=held.code)


@transaction.atomic
def declare_relation(person: Person, organisation: Organisation, other: Person, code: str) -> DeclaredRelation:
    """Somebody says what they are to somebody else. Raises :class:`UnknownCode`. The ledger says that, not to whom. From then on they
    see of what came before only what they read (:func:`declared_after`)."""
    code_list("personal_relation")[code]
    lock_person(person)
    row = DeclaredRelation.objects.filter(mark=relation_mark(person.id, other.id)).first()
    row = row or DeclaredRelation(person=person)
    row.organisation = organisation
    seal_relation(row, other.id, code)
    row.save()
    person.declared_on = timezone.localdate()
    person.save(update_fields=["declared_on"])
    compare_again(person)
    ledger.record(organisation.id, OrganisationEvent.RELATION_DECLARED, actor=person.id)
    return row


@transaction.atomic
def withdraw_relation(person: Person, organisation: Organisation, relation: UUID) -> bool:
    """Take an own declaration back. Cases from which it kept somebody out stay closed to them."""
    gone = person.declared.filter(id=relation).delete()[0]
    if gone:
        ledger.record(organisation.id, OrganisationEvent.RELATION_WITHDRAWN, actor=person.id)
    return bool(gone)


@transaction.atomic
def be_away(person: Person, organisation: Organisation, away_from: date, away_to: date) -> Absence:
    """Somebody will not be there from one day to another. The same days told twice are one absence."""
    lock_person(person)
    days = {"organisation": organisation, "away_from": away_from, "away_to": away_to}
    if existing := person.absences.filter(**days).first():
        return existing
    row = Absence.objects.create(person=person, **days)
    ledger.record(organisation.id, OrganisationEvent.ABSENCE_TOLD, actor=person.id)
    return row


@transaction.atomic
def be_back(person: Person, organisation: Organisation, absence: UUID) -> bool:
    """Take an own absence back."""
    gone = person.absences.filter(id=absence, organisation=organisation).delete()[0]
    if gone:
        ledger.record(organisation.id, OrganisationEvent.ABSENCE_ENDED, actor=person.id)
    return bool(gone)


def colleagues_of(person: Person, organisation: Organisation, day: date | None = None) -> list[Person]:
    """Everybody with a function or role in the organisation, by name, without the person."""
    day = day or timezone.localdate()
    held = [model.objects.on(day).filter(organisation=organisation).values("person") for model in (Role, Function)]
    held_there = Q(id__in=held[0]) | Q(id__in=held[1])
    return list(Person.objects.filter(held_there).exclude(id=person.id).order_by("name"))


@dataclass(frozen=True)
class Workplace:
    """Where somebody works, with the codes of what they are there. `is_compared`: as of :class:`Actor`, the same at each."""

    organisation: Organisation
    roles: frozenset[str]
    functions: frozenset[str]
    is_compared: bool


def workplaces_of(person: Person, day: date | None = None) -> list[Workplace]:
    """Where somebody works on a day: has a role or holds a function. By name of the organisation, in one query."""
    day = day or timezone.localdate()
    held = [model.objects.on(day).filter(person=person).values("organisation") for model in (Role, Function)]
    rows = (
        Organisation.objects.annotate(
            held_role=FilteredRelation("roles", condition=_held_by(person, "roles", day)),
            held_function=FilteredRelation("functions", condition=_held_by(person, "functions", day)),
            role=F("held_role__code"),
            function=F("held_function__code"),
            waits=Exists(comparisons_due(person.id)),
        )
        .filter(Q(id__in=held[0]) | Q(id__in=held[1]))
        .order_by("name", "id")
    )
    organisations: dict[UUID, Organisation] = {}
    roles: dict[UUID, set[str]] = {}
    functions: dict[UUID, set[str]] = {}
    is_compared = True
    for row in rows:  # one for each role with each function
        organisations.setdefault(row.id, row)
        roles.setdefault(row.id, set()).update({row.role} - {None})
        functions.setdefault(row.id, set()).update({row.function} - {None})
        is_compared = not row.waits
    return [
        Workplace(organisation, frozenset(roles[key]), frozenset(functions[key]), is_compared)
        for key, organisation in organisations.items()
    ]


def organisations_of(person: Person, day: date | None = None) -> list[Organisation]:
    """The organisations of :func:`workplaces_of`."""
    return [workplace.organisation for workplace in workplaces_of(person, day)]


def _held_by(person: Person, relation: str, day: date) -> Q:
    """What the person holds on the day, for a join over `relation` (as HeldQuerySet.on says it)."""
    until = Q(**{f"{relation}__held_to__isnull": True}) | Q(**{f"{relation}__held_to__gte": day})
    return Q(**{f"{relation}__person": person, f"{relation}__held_from__lte": day}) & until


def holders(organisation: Organisation, code: str, day: date) -> list[Person]:
    """Who holds a function or role on a day, longest first; only people who can still sign in or have never had to."""
    return Rosters(day).holders(organisation, code)


class Rosters:
    """Who holds what on a day, who is away last: two queries for each organisation, however often it is asked. For one
    piece of work."""

    def __init__(self, day: date) -> None:
        self.day = day
        self._held: dict[UUID, dict[str, list[Person]]] = {}

    def holders(self, organisation: Organisation, code: str) -> list[Person]:
        """As :func:`holders`."""
        return [person for person in self.everybody(organisation, code) if person.is_active]

    def everybody(self, organisation: Organisation, code: str) -> list[Person]:
        """The same with people who may not sign in any more: a report can be about them too."""
        if organisation.id not in self._held:
            self._held[organisation.id] = self._look_up(organisation)
        return self._held[organisation.id].get(code, [])

    def _look_up(self, organisation: Organisation) -> dict[str, list[Person]]:
        holders: dict[str, dict[UUID, None]] = {}  # in the order in which they came to hold it
        functions, roles = (
            model.objects.on(self.day)
            .filter(organisation=organisation)
            .order_by()
            .values_list(Value(place, IntegerField()), "held_from", "id", "code", "person")
            for place, model in enumerate((Function, Role))
        )
        for _place, _since, _id, code, person in sorted(functions.union(roles)):
            holders.setdefault(code, {})[person] = None
        away = Absence.objects.filter(
            person=OuterRef("id"), organisation=organisation, away_from__lte=self.day, away_to__gte=self.day
        )
        people = Person.objects.annotate(is_away=Exists(away)).in_bulk(
            {person for held in holders.values() for person in held}
        )
        return {
            code: sorted((people[person] for person in held), key=lambda person: cast(Any, person).is_away)
            for code, held in holders.items()
        }
