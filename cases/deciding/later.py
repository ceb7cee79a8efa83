"""What answers or tells something comes after it: a paper, or a talk with the reporter, is not older than what it is about."""

from datetime import datetime

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from cases.deciding.deeds import MAILBOX, Deed
from cases.deciding.records.rows import moment_of
from cases.desk.refusals import Refused
from cases.models import Case
from cases.protocol.engine import Option


def refuse_older(case: Case, option: Option, deed: Deed) -> None:
    """Raises Refused for a file or a talk of before what must have been done first: the acts that this one comes after, and what
    brought its track to where it stands."""
    first = _what_comes_first(case, option)
    if first is None:
        return
    told = moment_of(deed.told.at) if deed.told.text and deed.told.way != MAILBOX else None
    if told and told < first.replace(second=0, microsecond=0):
        raise Refused(
            _("This lies before what it is about. Give the moment at which you spoke about it."), "message_at"
        )
    came = parse_date(deed.file.on) if deed.file.number else None
    if came and came < min(timezone.localdate(first), timezone.localdate()):
        raise Refused(_("This file is older than what it must show. Choose or add the right one."), "file")


def _what_comes_first(case: Case, option: Option) -> datetime | None:
    """When the last of it was done."""
    before = Q(code__in=option.decision.after)
    row = case.tracks.filter(track=option.track).first() if option.track else None
    if row:
        before |= Q(track=option.track, following=row.state) & ~Q(phase=row.state)
    return case.decisions.filter(before).aggregate(last=Max("done_at"))["last"]
