"""A role, a function or an account that ends ends everything that came with it: access, keys, sessions, feeds
(docs/domain.md#when-somebody-leaves).

By act it happens in the transaction of the act. By date nothing is shown from midnight on (`AssignmentQuerySet.holding`),
and a daily job takes the keys and lets the next one come.
"""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.desk.access import give_access, take_away
from cases.desk.keys import locked_or_waiting
from cases.desk.refusals import Refused
from cases.events import CaseEvent
from cases.models import CalendarFeed, Case, Deadline, HandOver, SavedFilter
from cases.people.handover import change_in_words, record_hand_over, recovery_of, succeed, successor, tell_of_successor
from jobs.outbox import enqueue
from organisations.events import OrganisationEvent
from organisations.models import Assignment, Function, Organisation, Person, Role, Suspension
from organisations.people.appointments import end_held, organisations_of
from organisations.people.sessions import end_sessions
from reporting.complaints import readers
from reporting.job_kinds import ReportJob
from reporting.models import Complaint
from vault import ledger

ADMINISTRATOR = "administrator"


@transaction.atomic
def end_role(held: Role | Function, *, by: Person | None) -> None:
    """Somebody does not hold a function or role any more, from today on. What they did in cases and may do by nothing else
    goes to the next who is free. Raises Refused."""
    person, organisation = held.person, held.organisation
    if isinstance(held, Role) and held.code == ADMINISTRATOR:
        _keep_an_administrator(person, organisation)
    end_held(held, by=by)
    _leave(person, by)


@transaction.atomic
def deactivate(person: Person, organisation: Organisation, *, by: Person) -> None:
    """Somebody of this organisation signs in no more, and what they did in cases goes to the next who is free. What they
    are stays: a report can still be about them. Raises Refused."""
    if any(at != organisation for at in organisations_of(person)):
        raise Refused(_("This person works for another organisation too. End the roles and functions here instead."))
    _keep_an_administrator(person, organisation)
    person.is_active = False
    person.save(update_fields=["is_active"])
    ledger.record(organisation.id, OrganisationEvent.SIGN_IN_ENDED, actor=by.id, person=str(person.id))
    _leave(person, by)


def cases_to_hand_on() -> set[UUID]:
    """Cases, and reports that wait to be checked, in which somebody has an assignment to which nothing entitles them any
    more; and cases that ask something without a handler."""
    return set(_ended_by_date().values_list("case", flat=True)) | set(without_handler().values_list("id", flat=True))


def without_handler():
    """Cases that ask something and that nobody handles, although nothing is waited for: nobody in the whole chain was free. A
    closed case asks something while a deadline runs in it."""
    waiting = Suspension.objects.filter(state=Suspension.State.OPEN, due__isnull=False)
    handlers = Assignment.objects.running().filter(case=OuterRef("id"), relation="handler")
    asks = Q(closed_on=None) | Q(Exists(Deadline.objects.running().filter(case=OuterRef("id"))))
    return Case.objects.filter(asks).exclude(Exists(handlers)).exclude(id__in=waiting.values("case"))


@transaction.atomic
def hand_on(case_id: UUID, *, by: Person | None = None) -> None:
    """In this case (or complaint, or report that waits to be checked) whoever is not entitled any more loses access and
    keys, and the next who is free comes. Doing it twice is doing it once."""
    if complaint := Complaint.objects.filter(id=case_id).first():
        for person in set(_ended_by_date().filter(case=case_id).values_list("person", flat=True)):
            readers.pass_on(complaint, person)
        return
    case = locked_or_waiting(case_id)
    for leaving in _ended_by_date().filter(case=case_id).select_related("person").order_by("id"):
        if Assignment.objects.running().filter(id=leaving.id).exists():  # a case that moved ended more than one
            _replace(case, leaving, by)
    if case.is_opened and without_handler().filter(id=case_id).exists():
        _come(case, "handler", None, by)
    give_access(case)


def drop_what_is_left() -> None:
    """End the calendars and kept filters of people who do not work in that organisation any more."""
    feeds, filters = CalendarFeed.objects.values("person"), SavedFilter.objects.values("person")
    for person in Person.objects.filter(Q(id__in=feeds) | Q(id__in=filters)):
        _drop(person, None)


def _leave(person: Person, by: Person | None) -> None:
    for case in set(_ended_by_date().filter(person=person).values_list("case", flat=True)):
        hand_on(case, by=by)
    if not _drop(person, by):
        end_sessions(person)


def _drop(person: Person, by: Person | None) -> Collection[Organisation]:
    """End what somebody kept where they do not work any more. Returns where they still do."""
    works = organisations_of(person) if person.is_active else []
    for feed in CalendarFeed.objects.filter(person=person).exclude(organisation__in=works):
        feed.delete()
        ledger.record(feed.organisation_id, CaseEvent.CALENDAR_DROPPED, actor=by.id if by else None)
    SavedFilter.objects.filter(person=person).exclude(organisation__in=works).delete()
    return works


def _ended_by_date():
    return Assignment.objects.running().exclude(id__in=Assignment.objects.holding().values("id"))


def _keep_an_administrator(person: Person, organisation: Organisation) -> None:
    Organisation.objects.select_for_update(no_key=True).get(
        id=organisation.id
    )  # two who go at once are counted one by one
    own = Role.objects.on(timezone.localdate()).filter(organisation=organisation, code=ADMINISTRATOR)
    if own.filter(person=person).exists() and not own.filter(person__is_active=True).exclude(person=person).exists():
        raise Refused(_("This is the last administrator. Let somebody else become administrator first."))


def _replace(case: Case, leaving: Assignment, by: Person | None) -> None:
    """One assignment ends, and its keys with it where the person has no other in the case."""
    own = Assignment.objects.filter(case=case.id, person=leaving.person)
    if own.holding().exists():
        own.filter(id=leaving.id).end()
    else:
        take_away(case, leaving.person, by=by)
    _come(case, leaving.relation, leaving.person, by)


def _come(case: Case, relation: str, left: Person | None, by: Person | None) -> None:
    """The next who is free comes. Nobody at all: an alarm for a handler, and for the last adviser of a case."""
    source, before = recovery_of(case), case.organisation_id
    comes = successor(case, relation, source, leaving=left.id if left else None)
    source = succeed(case, relation, comes, source, by=by)
    if comes is None and relation in {"handler", "adviser"}:
        _alarm(case, relation)
    if not (comes or left) or not case.is_opened:
        return
    if comes and relation == "handler" and case.is_open:
        tell_of_successor(case, before)
    words = change_in_words(left.name if left else "", comes=comes.person.name if comes else "")
    record_hand_over(case, HandOver.Why.ROLE_ENDED, relation, words, by, source)


def _alarm(case: Case, relation: str) -> None:
    if Assignment.objects.running().filter(case=case.id, relation=relation).exists():
        return
    enqueue(ReportJob.ALARM, case.report.id, key=f"nobody:{relation}:{case.id}:{timezone.localdate():%G%V}")
