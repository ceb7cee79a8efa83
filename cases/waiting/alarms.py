"""Alarms that wait for somebody on duty: to say that they call, and to say what the call came to."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from django.db.models import F, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.alarm.alarm import alarms_for, sign_of
from cases.waiting.found import Found, Mine, Source, Urgency
from organisations.models import HANDLING
from reporting.models import Alarm


def of_both(found: Found) -> set[UUID]:
    """The names of what was told apart and of the report that it belongs to (`which`)."""
    return {found.case, UUID(found.which)}


def _alarms(mine: Mine) -> QuerySet:
    """The alarms that call this person, except those of what was told apart."""
    return alarms_for(mine.actor).filter(alarm__answered_on=None, alarm__complaint=None)


def _of_a_read_case(mine: Mine) -> Q:
    """Whether the actor reads the case of an alarm, and so may know what it is about."""
    return Q(alarm__report__case__in=mine.held(*HANDLING))


def _alarms_apart(mine: Mine) -> QuerySet:
    return alarms_for(mine.actor).filter(alarm__answered_on=None).exclude(alarm__complaint=None)


def _not_recorded(mine: Mine) -> QuerySet:
    """The alarms of which this person said to call, and did not say what came of it, also where they rang again since."""
    actor = mine.actor
    calls = Q(alarm__answered_by=actor.person, alarm__answer=Alarm.Answer.CALLS)
    return alarms_for(actor).filter(calls | Q(began=True), alarm__came_of="")


_ALARM: Mapping[str, str | Combinable] = {
    "case": "alarm__report__case",
    "number": Value(""),
    "which": "alarm__occasion",
}


def _alarm_page(found: Found) -> str:
    return reverse("cases:alarm", args=[UUID(found.which)])


def _sign(found: Found) -> str:
    return sign_of(UUID(found.which))


def _of_case(found: Found) -> set[UUID]:
    return {found.case}


_source = partial(Source, columns=_ALARM, page=_alarm_page, urgency=Urgency.CANNOT_WAIT, name=_sign)
ALARMS: tuple[Source, ...] = (
    _source(
        _("Alarm: somebody is not safe. Say whether you call"),
        lambda mine: _alarms(mine).filter(_of_a_read_case(mine), alarm__occasion=F("alarm__report")),
        bars=_of_case,
    ),
    _source(
        _("Alarm: the reporter tells of retaliation. Say whether you call"),
        lambda mine: _alarms(mine).filter(_of_a_read_case(mine)).exclude(alarm__occasion=F("alarm__report")),
        bars=_of_case,
    ),
    _source(
        _("Alarm: say whether you call"),
        lambda mine: _alarms(mine).exclude(_of_a_read_case(mine)),
        bars=_of_case,
    ),
    # The occasion of these is what was told apart, and its bars stand under that name.
    _source(_("Alarm: something was told apart. Say whether you call"), _alarms_apart, bars=of_both),
    _source(_("Alarm: you said to call. Say what the call came to"), _not_recorded, bars=of_both),
)
