"""What waits for a second person, or for who answers a question about somebody: the rows, and who is left out."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from cases.desk.two_people import Request, State
from cases.models import (
    IdentityRequest,
    Masks,
    Redaction,
    Way,
)
from cases.people.departure.ending import asked_of_others
from cases.waiting.found import Found, Mine
from organisations.access.bars import suspended_in
from organisations.access.policy import Actor, may
from organisations.access.recusal import rows_of_one
from organisations.administration import renaming
from organisations.models import HANDLING, DutyAsked, EndAsked, NameAsked, Suspension
from reporting.models import Signal
from vault.keyring.keys import Codes


def redactions(mine: Mine) -> QuerySet:
    rows = Redaction.objects.filter(case__in=mine.held(*HANDLING), state=Redaction.State.OFFERED)
    return rows.exclude(id__in=Masks.objects.filter(made_by=mine.actor.person).values("redaction"))


def names_wanted(mine: Mine) -> QuerySet:
    """What somebody asked, and what opens when a second person agrees."""
    return _names(mine).filter(state=IdentityRequest.State.ASKED)


def names_open(mine: Mine) -> QuerySet:
    """The names that opened at once, also those that the case page shows and nobody asked for, until somebody looked."""
    return _names(mine).filter(state=IdentityRequest.State.OPEN)


def _names(mine: Mine) -> QuerySet:
    return IdentityRequest.objects.filter(case__in=mine.held(*HANDLING), answered_by=None).exclude(way=Way.CONSENT)


def consents(mine: Mine) -> QuerySet:
    rows = IdentityRequest.objects.filter(case__in=mine.held("adviser"), way=Way.CONSENT)
    return rows.filter(state=IdentityRequest.State.ASKED)


def asked_of_second(kind: type[Request]) -> Callable[[Mine], QuerySet]:
    """What waits for a second person. Who asked, under whatever row, is left out by the queue."""
    return lambda mine: kind._default_manager.filter(case__in=mine.held(*HANDLING), state=State.ASKED)


def questions(mine: Mine) -> QuerySet:
    """Cases, also closed ones, with a question whether they concern somebody: one row for each question."""
    states = [Suspension.State.OPEN, Suspension.State.ASKED]
    return Suspension.objects.filter(case__in=mine.held(*HANDLING), state__in=states)


def open_signals(mine: Mine) -> QuerySet:
    """The signals that the actor reads and nobody dropped."""
    return Signal.objects.filter(report__case__in=mine.assigned(*HANDLING)).exclude(state=Signal.State.DROPPED)


def signal_questions(mine: Mine) -> QuerySet:
    """The same of signals, which are no cases yet."""
    cases = open_signals(mine).values("report__case")
    return Suspension.objects.filter(case__in=cases, state=Suspension.State.OPEN)


def not_answered_yet(actor: Actor, found: list[Found]) -> Iterable[Found]:
    """Nobody is asked about themselves, or a second time, under whatever row."""
    if not found:
        return []
    rows = {row.id: row for row in Suspension.objects.filter(id__in=[UUID(one.which) for one in found])}
    elsewhere = {row.organisation_id for row in rows.values()} - {actor.organisation.id}
    codes = Codes(elsewhere | {actor.organisation.id} if elsewhere else ())
    people = {
        key: {UUID(who) for who in (of.person, of.said_by, of.lift_by) if who}
        for key, row in rows.items()
        for of in [suspended_in(row, codes)]
    }
    own = rows_of_one(actor.person.id, set().union(*people.values()))
    return [one for one in found if (of := people.get(UUID(one.which))) is not None and not of & own]


def ends_asked(mine: Mine) -> QuerySet:
    """What an administrator wants to end, which two people must want. It lies in no case."""
    rows = EndAsked.objects.filter(
        organisation=mine.actor.organisation, asked_on__gte=timezone.localdate() - renaming.WAITS
    )
    return rows if may(mine.actor, "admin.agree") else rows.none()


def ends_of_others(actor: Actor, found: list[Found]) -> Iterable[Found]:
    """Nobody is asked about themselves, under whatever row."""
    others = asked_of_others(actor, [one.case for one in found]) if found else set()
    return [one for one in found if one.case in others]


def names_asked(mine: Mine) -> QuerySet:
    """Another name that an administrator wants for somebody, which two people must want. It lies in no case."""
    since = timezone.localdate() - renaming.WAITS
    rows = NameAsked.objects.filter(organisation=mine.actor.organisation, asked_on__gte=since)
    return rows if may(mine.actor, "admin.agree") else rows.none()


def stand_ins_asked(mine: Mine) -> QuerySet:
    """Whom an administrator wants off the duty roster, or which contact on it, which two people must want. It lies in no case."""
    since = timezone.localdate() - renaming.WAITS
    rows = DutyAsked.objects.filter(organisation=mine.actor.organisation, asked_on__gte=since)
    return rows if may(mine.actor, "admin.agree") else rows.none()


def end_page(found: Found) -> str:
    what, _colon, row = found.which.partition(":")
    name = {"role": "end_role", "function": "end_function", "sign_in": "end_sign_in"}[what]
    return reverse(f"case_administration:{name}", args=[row])
