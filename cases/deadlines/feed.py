"""Somebody's deadlines and to-dos with a day as a calendar without content, at a private address of which only a keyed
digest is kept.

Who has the address reads moments, and the numbers of the cases where the person chose that. Nothing else: no kind of case,
no name of a deadline, no word of a to-do.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import cast
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from cases.desk.access import visible_cases
from cases.desk.telling import OPENED
from cases.events import CaseEvent
from cases.models import CalendarFeed, CaseQuerySet, Deadline, Todo
from jobs.outbox import promised_for_later
from organisations.access.policy import Actor, cases_held, standing_of
from organisations.models import HANDLING
from reporting.complaints.complaints import complaints_of
from reporting.complaints.kinds import complaint_kinds
from reporting.job_kinds import ReportJob
from reporting.pings import case_of_ping
from vault import ledger
from vault.keyring.keys import keyed_digest, stored_digest

LASTS = timedelta(minutes=15)
END_OF_WORK = timedelta(hours=17)  # of a day, after its start
_BEFORE = {
    CalendarFeed.Alarm.NONE: None,
    CalendarFeed.Alarm.HOUR: timedelta(hours=1),
    CalendarFeed.Alarm.DAY: timedelta(days=1),
}


def feed_of(actor: Actor) -> CalendarFeed | None:
    """The feed of the actor in this organisation, if there is one."""
    return CalendarFeed.objects.filter(person=actor.person, organisation=actor.organisation).first()


@transaction.atomic
def renew_feed(actor: Actor) -> str:
    """Make a new secret address and return its token, which is shown once. The former address stops working."""
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        person=actor.person,
        organisation=actor.organisation,
        defaults={"token": _digest(token), "made_on": timezone.localdate(), "fetched_on": None},
    )
    ledger.record(actor.organisation.id, CaseEvent.CALENDAR_MADE, actor=actor.person.id)
    return token


@transaction.atomic
def choose_feed(actor: Actor, *, alarm: str, shows_number: bool) -> None:
    """Keep what the calendar of the actor shows: `alarm` is a value of `CalendarFeed.Alarm`. Nothing without a calendar."""
    feed = feed_of(actor)
    if feed:
        feed.alarm, feed.shows_number = CalendarFeed.Alarm(alarm), shows_number
        feed.save(update_fields=["alarm", "shows_number"])
        ledger.record(actor.organisation.id, CaseEvent.CALENDAR_CHOSEN, actor=actor.person.id)


@transaction.atomic
def drop_feed(actor: Actor) -> None:
    """End the address."""
    feed = feed_of(actor)
    if feed:
        feed.delete()
        ledger.record(actor.organisation.id, CaseEvent.CALENDAR_DROPPED, actor=actor.person.id)


@transaction.atomic
def read_feed(token: str, host: str) -> bytes | None:
    """The calendar at a secret address, as iCalendar; None where the address does not exist or has ended. `host` is
    the address of this site."""
    feed = CalendarFeed.objects.select_related("person", "organisation").filter(token=_digest(token)).first()
    if feed is None or not feed.person.is_active:
        return None
    actor = Actor.at(feed.person, feed.organisation)
    if not standing_of(actor).at_work:
        return None
    today = timezone.localdate()
    if feed.fetched_on != today:
        feed.fetched_on = today
        feed.save(update_fields=["fetched_on"])
        ledger.record(feed.organisation_id, CaseEvent.CALENDAR_READ, actor=feed.person_id)
    return _calendar(actor, feed, host)


def _calendar(actor: Actor, feed: CalendarFeed, host: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Weerbaar//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Weerbaar: deadlines"))
    for moment in _moments(actor):
        calendar.add_component(_event(moment, feed, host))
    return calendar.to_ical()


@dataclass(frozen=True)
class _Moment:
    """Something of which the calendar shows when it is due. `number` is that of its case; empty for what was told apart,
    which nobody may connect with a case."""

    of: UUID
    due: datetime | date
    number: str = ""
    is_todo: bool = False


def _moments(actor: Actor) -> Iterator[_Moment]:
    """Deadlines of closed cases too, to-dos of open ones. A day for what counts days, and for everything of an anonymous
    reporter: the hour would tell when the report came. For the same reason a case is there from when the mail about it
    goes to this person."""
    cases = visible_cases(actor).exclude(id__in=_not_told_of(actor))
    deadlines = Deadline.objects.running().filter(case__in=cases, due__isnull=False).select_related("case__report")
    for deadline in deadlines.order_by("due", "id"):
        by_hour = deadline.kind.unit == "hours" and not deadline.case.report.is_anonymous
        yield _Moment(deadline.id, _when(deadline.due, by_hour=by_hour), deadline.case.number)
    for complaint in complaints_of(actor).filter(closed_on=None, due__isnull=False).order_by("due", "id"):
        by_hour = complaint_kinds()[complaint.kind].unit == "hours" and not complaint.report.is_anonymous
        yield _Moment(complaint.id, _when(complaint.due, by_hour=by_hour))
    todos = Todo.objects.filter(case__in=_read_by(actor, cases.open()), due__isnull=False, done_at=None).select_related(
        "case"
    )
    for todo in todos.filter(Q(whom=actor.person) | Q(whom=None)).order_by("due", "id"):
        yield _Moment(todo.id, cast(date, todo.due), todo.case.number, is_todo=True)


def _not_told_of(actor: Actor) -> set[UUID | None]:
    """Cases of which the mail to this person waits for its slot."""
    keys = promised_for_later(ReportJob.PING_PERSON, actor.person.id)
    return {case_of_ping(key) for key in keys if key.startswith(f"{OPENED}:")}


def _read_by(actor: Actor, cases: CaseQuerySet) -> QuerySet:
    """Those of the cases whose file the actor reads: who guards the process or advises the reporter has no to-dos."""
    return cases.filter(id__in=cases_held(actor, *HANDLING))


def _when(due: datetime | None, *, by_hour: bool) -> datetime | date:
    due = due or timezone.now()
    return due if by_hour else timezone.localdate(due)


def _event(moment: _Moment, feed: CalendarFeed, host: str) -> Event:
    event, due = Event(), moment.due
    words = _("Weerbaar: a to-do") if moment.is_todo else _("Weerbaar: a deadline runs out")
    shown = feed.shows_number and moment.number
    event.add("uid", keyed_digest("calendar", moment.of).hex())
    event.add("summary", f"{words}, {moment.number}" if shown else words)
    event.add("description", f"{host}/werkplek/")
    event.add("dtstamp", datetime(2000, 1, 1, tzinfo=UTC))
    if isinstance(due, datetime):
        event.add("dtstart", due.astimezone(UTC) - LASTS)
        event.add("dtend", due.astimezone(UTC))
    else:
        event.add("dtstart", due)
        event.add("dtend", due + timedelta(days=1))
    if before := _BEFORE[CalendarFeed.Alarm(feed.alarm)]:
        event.add_component(_alarm(due, before, words))
    return event


def _alarm(due: datetime | date, before: timedelta, words: str) -> Alarm:
    """An alarm `before` it is due. A day is over at its end; an alarm in that night wakes people, so for a day it counts back
    from five o'clock."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    is_moment = isinstance(due, datetime)
    alarm.add(
        "trigger",
        -before if is_moment else END_OF_WORK - before,
        parameters={"RELATED": "END" if is_moment else "START"},
    )
    return alarm


def _digest(token: str) -> bytes:
    return stored_digest("calendar-feed", token)
