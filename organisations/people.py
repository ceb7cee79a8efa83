"""Appointments: giving people functions and roles. The key pair comes with the first of them."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from organisations.codes import UnknownCode, code_list
from organisations.models import Function, Organisation, Person, Role, function_code
from vault import ledger
from vault.keys import ensure_key_pair


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
    ledger.record(organisation.id, "role.given", actor=by.id if by else None, person=str(person.id), role=role)
    return given


@transaction.atomic
def take_office(
    person: Person, organisation: Organisation, function: str, *, since: date, until: date | None = None
) -> Function:
    """Record that somebody holds a function from one day to another."""
    if function in code_list("role"):
        raise UnknownCode(f"{function!r} is a role: appoint() gives it")
    function_code(function)
    return Function.objects.create(
        person=person, organisation=organisation, code=function, held_from=since, held_to=until
    )


def organisations_of(person: Person, day: date | None = None) -> list[Organisation]:
    """Where somebody works on a day: has a role, holds a function, or does something in a case."""
    day = day or timezone.localdate()
    ids = set(Role.objects.on(day).filter(person=person).values_list("organisation", flat=True))
    ids |= set(Function.objects.on(day).filter(person=person).values_list("organisation", flat=True))
    ids |= set(person.assignments.filter(ended=False).values_list("organisation", flat=True))
    return list(Organisation.objects.filter(id__in=ids))


def holders(organisation: Organisation, code: str, day: date) -> list[Person]:
    """Who holds a function or role on a day, longest first; only people who can still sign in or have never had to."""
    held = (Role if code in code_list("role") else Function).objects
    rows = held.on(day).filter(organisation=organisation, code=code, person__is_active=True).select_related("person")
    return list({row.person.id: row.person for row in rows.order_by("held_from", "id")}.values())
