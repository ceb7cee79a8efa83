"""Somebody's deadlines as a calendar without content, at a private address of which only a keyed digest is kept.

Who has the address reads moments and nothing else: no number, no kind of case, no name of a deadline.
"""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from cases.desk.access import visible_cases
from cases.events import CaseEvent
from cases.models import CalendarFeed, Deadline
from organisations.access.policy import Actor, standing_of
from reporting.complaints.complaints import complaints_of
from reporting.complaints.kinds import complaint_kinds
from vault import ledger
from vault.keys import keyed_digest, stored_digest

LASTS = timedelta(minutes=15)


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
    return _calendar(actor, host)


def _calendar(actor: Actor, host: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Weerbaar//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Weerbaar: deadlines"))
    cases = visible_cases(actor).open()
    deadlines = Deadline.objects.running().filter(case__in=cases, due__isnull=False).select_related("case__report")
    for deadline in deadlines.order_by("due", "id"):
        by_hour = deadline.kind.unit == "hours" and not deadline.case.report.is_anonymous
        calendar.add_component(_event(deadline.id, deadline.due or timezone.now(), host, by_hour=by_hour))
    for complaint in complaints_of(actor).filter(closed_on=None, due__isnull=False).order_by("due", "id"):
        by_hour = complaint_kinds()[complaint.kind].unit == "hours" and not complaint.report.is_anonymous
        calendar.add_component(_event(complaint.id, complaint.due or timezone.now(), host, by_hour=by_hour))
    return calendar.to_ical()


def _event(of: UUID, due: datetime, host: str, *, by_hour: bool) -> Event:
    """What is due, of a deadline or a complaint. A day for what counts days, and for everything of an anonymous reporter:
    the hour would tell when the report came."""
    event = Event()
    event.add("uid", keyed_digest("calendar", of).hex())
    event.add("summary", _("Weerbaar: a deadline runs out"))
    event.add("description", f"{host}/werkplek/")
    event.add("dtstamp", datetime(2000, 1, 1, tzinfo=UTC))
    if by_hour:
        event.add("dtstart", due.astimezone(UTC) - LASTS)
        event.add("dtend", due.astimezone(UTC))
    else:
        day = timezone.localdate(due)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
    return event


def _digest(token: str) -> bytes:
    return stored_digest("calendar-feed", token)
