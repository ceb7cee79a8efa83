"""Ending what somebody is takes two people where it can change who handles a report.

An administrator whom a case is about could else move it along the chain by ending roles one after another. What needs a
second person follows from the code of the role or function alone: whether there are cases, and about whom, tells nothing.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.desk.refusals import Refused
from cases.people.leaving import deactivate, end_role
from organisations.access.policy import Actor, may
from organisations.access.routing import watching
from organisations.events import OrganisationEvent
from organisations.models import EndAsked, Function, Organisation, Person, Role
from vault import ledger

SECONDS = ("administrator", "coordinator", "chair")  # admin.agree in cases/policy.yaml
WAITS = timedelta(days=7)  # an older request is no request: what was true when it was asked may have changed

Held = Role | Function


@transaction.atomic
def end(person: Person, held: Held | None, *, actor: Actor) -> bool:
    """End what somebody holds, or their sign-in (`held` is None). Whether it ended: the first who wants it asks, where a
    second person must agree. Raises Refused."""
    if needs_two(person, held, actor.organisation):
        asked = asked_before(person, held)
        if asked is None or asked.asked_by_id == actor.person.id:
            _ask(person, held, actor)
            return False
        if actor.person.id == person.id:
            raise Refused(_("This is about yourself, so somebody else must agree."))
        asked.delete()
    elif not may(actor, "admin.people"):
        raise Refused(_("Only an administrator does this."))
    if held:
        end_role(held, by=actor.person)
    else:
        deactivate(person, actor.organisation, by=actor.person)
    return True


def needs_two(person: Person, held: Held | None, organisation: Organisation) -> bool:
    """Whether it could change who handles, supports or counts reports. It asks codes and no case."""
    day = timezone.localdate()
    rows = (
        [held]
        if held
        else [
            row
            for model in (Role, Function)
            for row in model.objects.on(day).filter(person=person, organisation=organisation)
        ]
    )
    return any(row.code in watching() for row in rows)


def asked_before(person: Person, held: Held | None) -> EndAsked | None:
    """Who asked it already and still waits for a second person."""
    since = timezone.localdate() - WAITS
    return EndAsked.objects.filter(what=_what(person, held), asked_on__gte=since).select_related("asked_by").first()


def seconds(person: Person, organisation: Organisation, asker: Person) -> list[Person]:
    """Who can agree with what the asker wants of somebody, by name: neither of the two."""
    held = Role.objects.on(timezone.localdate()).filter(organisation=organisation, code__in=SECONDS)
    can = Person.objects.filter(id__in=held.values("person"), is_active=True).exclude(email=None)
    return list(can.exclude(id__in=[person.id, asker.id]).order_by("name"))


def _ask(person: Person, held: Held | None, actor: Actor) -> None:
    if not may(actor, "admin.people"):
        raise Refused(_("Only an administrator does this. You agree with what one of them asked."))
    if not seconds(person, actor.organisation, actor.person):
        raise Refused(_("Nobody else here can agree with this. Whoever manages Weerbaar for you can end it."))
    EndAsked.objects.update_or_create(
        what=_what(person, held), defaults={"asked_by": actor.person, "asked_on": timezone.localdate()}
    )
    ledger.record(actor.organisation.id, OrganisationEvent.END_ASKED, actor=actor.person.id, person=str(person.id))


def _what(person: Person, held: Held | None) -> str:
    return f"{type(held).__name__.lower()}:{held.pk}" if held else f"sign_in:{person.id}"
