"""Ending what somebody is takes two people where it can change who handles a report.

An administrator whom a case is about could else move it along the chain by ending roles one after another. What needs a
second person follows from the code of the role or function alone: whether there are cases, and about whom, tells nothing.
Two rows of one human are never both people of it, and nobody agrees with what is about themselves.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.desk.refusals import Refused
from cases.job_kinds import CaseJob
from cases.people.departure.leaving import deactivate, end_role
from jobs.outbox import Promise, enqueue, enqueue_all
from organisations.access.policy import Actor, may
from organisations.access.recusal import rows_of_one
from organisations.access.routing import guarding
from organisations.administration import renaming
from organisations.administration.duty import duty_asked
from organisations.administration.renaming import WAITS, seconds
from organisations.events import OrganisationEvent
from organisations.models import DutyAsked, EndAsked, Function, NameAsked, Organisation, Person, Role
from reporting.job_kinds import ReportJob
from vault import ledger

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
        if is_own(asked, actor.person):
            raise Refused(_("You asked this yourself. Somebody else must agree."))
        if rows_of_one(person.id, [actor.person.id]):
            raise Refused(_("This is about yourself, so somebody else must agree."))
        if not EndAsked.objects.filter(id=asked.id).delete()[0]:  # somebody else agreed in the same moment
            raise Refused(_("This was dealt with meanwhile."))
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
    return any(row.code in guarding() for row in rows)


def asked_before(person: Person, held: Held | None) -> EndAsked | None:
    """Who asked it already and still waits for a second person."""
    since = timezone.localdate() - WAITS
    return EndAsked.objects.filter(what=_what(person, held), asked_on__gte=since).select_related("asked_by").first()


def is_own(asked: EndAsked, person: Person) -> bool:
    """Whether the person asked it, also under another row."""
    return bool(rows_of_one(asked.asked_by_id, [person.id]))


def still_asked() -> list[EndAsked]:
    """What waits for a second person everywhere: what is not too old, and has not ended by another way."""
    since = timezone.localdate() - WAITS
    rows = EndAsked.objects.filter(asked_on__gte=since).select_related("person", "organisation", "asked_by")
    return [row for row in rows if _stands(row)]


def everything_asked() -> list[EndAsked | NameAsked | DutyAsked]:
    """What waits for a second person outside any case: endings, other names of people, and changes of the duty roster."""
    return [*still_asked(), *renaming.still_asked(), *duty_asked()]


def asked_of_others(actor: Actor, which: Iterable[UUID]) -> set[UUID]:
    """Those of these requests (of :func:`everything_asked`) that still wait, and are about another human than the actor."""
    rows = {row.id: row.person_id for row in everything_asked() if row.id in set(which)}
    own = rows_of_one(actor.person.id, {person for person in rows.values() if person})
    return {name for name, person in rows.items() if person not in own}


def tell_who_can_agree(request: UUID) -> None:
    """Mail without content to who can agree now with what was asked, of :func:`everything_asked`."""
    for asked in everything_asked():
        if asked.id == request:
            key = f"ending:{asked.asked_on:%Y%m%d}:{asked.id.hex}"
            enqueue_all(
                Promise(ReportJob.PING_PERSON, person.id, f"{key}:{person.id.hex}")
                for person in seconds(asked.person, asked.organisation, asked.asked_by)
            )


def _ask(person: Person, held: Held | None, actor: Actor) -> None:
    if not may(actor, "admin.people"):
        raise Refused(_("Only an administrator does this. You agree with what one of them asked."))
    if not seconds(person, actor.organisation, actor.person):
        raise Refused(_("Nobody else here can agree with this. Whoever manages Weerbaar for you can end it."))
    asked, _new = EndAsked.objects.update_or_create(
        what=_what(person, held),
        defaults={
            "organisation": actor.organisation,
            "person": person,
            "asked_by": actor.person,
            "asked_on": timezone.localdate(),
        },
    )
    enqueue(CaseJob.END_ASKED, asked.id, key=f"{CaseJob.END_ASKED}:{asked.id}:{asked.asked_on:%Y%m%d}")
    ledger.record(actor.organisation.id, OrganisationEvent.END_ASKED, actor=actor.person.id, person=str(person.id))


def _what(person: Person, held: Held | None) -> str:
    return f"{type(held).__name__.lower()}:{held.pk}" if held else f"sign_in:{person.id}"


def _stands(asked: EndAsked) -> bool:
    """Whether there is still something to end."""
    kind, _colon, row = asked.what.partition(":")
    if kind == "sign_in":
        return asked.person.is_active and asked.person.email is not None
    held: type[Held] = Role if kind == "role" else Function
    return held.objects.not_over(timezone.localdate()).filter(pk=row).exists()
