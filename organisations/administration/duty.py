"""Who comes on the duty roster and off it: the administrator's verbs."""

from collections.abc import Collection, Iterable
from datetime import time
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from organisations.desk.refusals import Refused
from organisations.events import OrganisationEvent
from organisations.models import DutyShift, Organisation, Person
from organisations.people.appointments import colleagues_of, organisations_of
from organisations.people.duty import DAY, WEEK
from vault import ledger


def can_be_on_duty(organisation: Organisation) -> list[Person]:
    """Who works there and can be reached, by name."""
    nobody = Person()
    return [one for one in colleagues_of(nobody, organisation) if one.is_active and one.email]


@transaction.atomic
def give_duty(
    organisation: Organisation, person: UUID, days: Collection[int], begins: time, ends: time, *, by: Person
) -> None:
    """Put somebody on duty, on each of these days (Monday is 0) from one time to another; one that is not later is that of
    the next day. Raises :class:`Refused`."""
    found = next((one for one in can_be_on_duty(organisation) if one.id == person), None)
    if found is None:
        raise Refused(
            _("Choose somebody from the list. Who has no mail address of their own cannot be on duty."), "person"
        )
    _refuse_shared(found.email or "", found.id)
    start, length = _minutes(begins), (_minutes(ends) - _minutes(begins)) % DAY or DAY
    for day in sorted(set(days)):
        first = day * DAY + start
        organisation.duty_shifts.get_or_create(person=found, begins=first, ends=(first + length - 1) % WEEK + 1)
    ledger.record(organisation.id, OrganisationEvent.DUTY_GIVEN, actor=by.id, person=str(found.id))


@transaction.atomic
def give_stand_in(organisation: Organisation, name: str, email: str, *, by: Person) -> None:
    """Somebody outside the organisation comes last: by the address, a person of another organisation or a fixed contact.
    Raises :class:`Refused`."""
    address = email.strip().lower()
    found = Person.objects.filter(email__iexact=address, is_active=True).first()
    if found and organisation in organisations_of(found):
        raise Refused(_("This person works here. The stand-in must be somebody outside your organisation."), "email")
    if organisation.duty_shifts.filter(begins=None).exclude(person=None, email__iexact=address).exists():
        raise Refused(_("There is a stand-in already. Take that one off the roster first."), "email")
    if found is None and _others_with(address, name):
        raise Refused(_shared(), "email")
    if found:
        organisation.duty_shifts.get_or_create(person=found, begins=None, ends=None)
    else:
        given = {"name": name, "entered_by": by}
        organisation.duty_shifts.update_or_create(email=address, begins=None, ends=None, defaults=given)
    ledger.record(organisation.id, OrganisationEvent.DUTY_GIVEN, actor=by.id, person=str(found.id) if found else "")


@transaction.atomic
def end_duty(organisation: Organisation, shift: UUID, *, by: Person) -> bool:
    """Take one row off the roster. False where it is gone already."""
    row = organisation.duty_shifts.filter(id=shift).first()
    if row is None:
        return False
    row.delete()
    ledger.record(organisation.id, OrganisationEvent.DUTY_ENDED, actor=by.id, person=str(row.person_id or ""))
    return True


def _shared() -> str:
    return _("Two people have this mail address. An alarm goes to one person: give an address that nobody else reads.")


def _refuse_shared(address: str, person: UUID) -> None:
    """An address that the accused reads too tells them that something came."""
    if Person.objects.filter(email__iexact=address).exclude(id=person).exists() or _others_with(address, None):
        raise Refused(_shared(), "person")


def _others_with(address: str, name: str | None) -> bool:
    rows: Iterable[DutyShift] = DutyShift.objects.filter(person=None, email__iexact=address)
    return any(name is None or row.name.casefold() != name.strip().casefold() for row in rows)


def _minutes(of: time) -> int:
    return of.hour * 60 + of.minute
