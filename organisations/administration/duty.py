"""Who comes on the duty roster and off it: the administrator's verbs.

A fixed contact outside takes two people, who comes and who goes: an administrator whom a report is about could else have the
alarm about themselves sent to an address of their own. Whoever has an account is reached at the address with which they sign in,
and goes off by two people too, or by themselves: nobody alone decides who is not called.
"""

from collections.abc import Collection, Iterable
from datetime import time
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.outbox import enqueue
from organisations.access.recusal import rows_of_one
from organisations.administration.renaming import WAITS, seconds
from organisations.asked import DutyAsked
from organisations.desk.refusals import Refused
from organisations.events import OrganisationEvent
from organisations.job_kinds import OrganisationJob
from organisations.models import DutyShift, Organisation, Person
from organisations.people.appointments import colleagues_of, organisations_of
from organisations.people.duty import DAY, WEEK, uncalled
from vault import ledger


class RosterChange(StrEnum):
    """What became of a change of the roster."""

    ON = "on"
    OFF = "off"
    GONE = "gone"  # it was off already
    ASKED = "asked"  # a second person must agree


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
def give_stand_in(organisation: Organisation, name: str, email: str, *, by: Person) -> RosterChange:
    """Somebody outside the organisation comes last: by the address, a person of another organisation, or a fixed contact with
    whom a second person must agree first. Raises :class:`Refused`."""
    address = email.strip().lower()
    found = Person.objects.filter(email__iexact=address, is_active=True).first()
    if found and organisation in organisations_of(found):
        raise Refused(_("This person works here. The stand-in must be somebody outside your organisation."), "email")
    if found is None:
        _refuse_contact(organisation, address, name)
        _ask(DutyAsked(organisation=organisation, asked_by=by, name=name.strip(), email=address))
        return RosterChange.ASKED
    if organisation.duty_shifts.filter(begins=None).exclude(person=found).exists():
        raise Refused(_one_only(), "email")
    organisation.duty_shifts.get_or_create(person=found, begins=None, ends=None)
    ledger.record(organisation.id, OrganisationEvent.DUTY_GIVEN, actor=by.id, person=str(found.id))
    return RosterChange.ON


@transaction.atomic
def end_duty(organisation: Organisation, shift: UUID, *, by: Person) -> RosterChange:
    """Take one row off the roster, or ask a second person first. Whoever is on it takes their own row off alone, and anybody one
    by which nobody can be called. Raises :class:`Refused`."""
    row = organisation.duty_shifts.select_related("person").filter(id=shift).first()
    if row is None:
        return RosterChange.GONE
    if row not in uncalled(organisation) and (row.person is None or row.person_id != by.id):
        name, email = (row.person.name, row.person.email or "") if row.person else (row.name, row.email)
        _ask(DutyAsked(organisation=organisation, asked_by=by, name=name, email=email, shift=row))
        return RosterChange.ASKED
    row.delete()
    _record_end(row, by)
    return RosterChange.OFF


def duty_asked(organisation: Organisation | None = None) -> list[DutyAsked]:
    """What waits for a second person, there or everywhere: what is not too old."""
    rows = DutyAsked.objects.filter(asked_on__gte=timezone.localdate() - WAITS)
    rows = rows.filter(organisation=organisation) if organisation else rows
    return list(rows.select_related("organisation", "asked_by", "shift__person").order_by("asked_on", "id"))


@transaction.atomic
def agree_with_duty(asked: DutyAsked, *, by: Person) -> None:
    """A second person agrees: the contact comes on the roster, or who is on it goes off. Raises :class:`Refused`."""
    if rows_of_one(asked.asked_by_id, [by.id]):
        raise Refused(_("You asked this yourself. Somebody else must agree."))
    if not DutyAsked.objects.filter(id=asked.id).delete()[0]:  # somebody else agreed in the same moment
        raise Refused(_("This was dealt with meanwhile."))
    organisation = asked.organisation
    if asked.shift:
        asked.shift.delete()
        _record_end(asked.shift, by)
        return
    if Person.objects.filter(email__iexact=asked.email, is_active=True).exists():
        raise Refused(_("Somebody has an account with this address by now. Ask for this stand-in again."))
    _refuse_contact(organisation, asked.email, asked.name)
    given = {"name": asked.name, "entered_by": asked.asked_by, "agreed_by": by}
    organisation.duty_shifts.update_or_create(email=asked.email, person=None, begins=None, ends=None, defaults=given)
    ledger.record(organisation.id, OrganisationEvent.DUTY_GIVEN, actor=by.id)


def _record_end(row: DutyShift, by: Person) -> None:
    person: dict[str, Any] = {"person": str(row.person_id)} if row.person_id else {}
    ledger.record(row.organisation_id, OrganisationEvent.DUTY_ENDED, actor=by.id, **person)


def _ask(asked: DutyAsked) -> None:
    """Keep a request in the place of an earlier one for the same, and promise mail to who can agree. Raises Refused."""
    if not seconds(None, asked.organisation, asked.asked_by):
        raise Refused(
            _("Nobody else here can agree with this. Let somebody else become administrator or coordinator first."),
            "email",
        )
    DutyAsked.objects.filter(organisation=asked.organisation, shift=asked.shift).delete()
    asked.save()
    enqueue(OrganisationJob.DUTY_ASKED, asked.id)
    ledger.record(asked.organisation.id, OrganisationEvent.DUTY_ASKED, actor=asked.asked_by_id)


def _one_only() -> str:
    return _("There is a stand-in already. Take that one off the roster first.")


def _refuse_contact(organisation: Organisation, address: str, name: str) -> None:
    """There is one stand-in, and nobody else reads the address."""
    if organisation.duty_shifts.filter(begins=None).exclude(person=None, email__iexact=address).exists():
        raise Refused(_one_only(), "email")
    if _others_with(address, name):
        raise Refused(_shared(), "email")


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
