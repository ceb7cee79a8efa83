"""The queue of one person: read from :data:`SOURCES` after recusal, in one query and what few sources ask beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import TYPE_CHECKING

from django.utils import timezone

from cases.desk.access import visible_cases
from cases.models import CaseQuerySet
from cases.protocol.kinds.deadline_kinds import after, beginning_of
from cases.waiting.found import Found, Mine, Source, Urgency, end_of_today
from cases.waiting.sources import SOURCES
from organisations.access.bars import hidden_cases
from organisations.access.policy import Actor
from organisations.access.recusal import rows_of_one

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FIRST = 8  # so many stand on the worklist; all of them on a page of their own


@dataclass(frozen=True)
class Waiting:
    """Something that waits for one person: of which kind (`what`: which of that kind, for example which deadline), in which
    case, and on which page it is done. Never more.

    `number` is empty for what belongs to no single case; of an alarm it is its sign (`cases.alarm.alarm.sign_of`). `since` is the Monday of the week for what an anonymous
    reporter did, and None where nobody knows it; `until` a moment, or None.
    """

    number: str
    words: "StrOrPromise"
    since: date | None
    until: datetime | None
    url: str
    urgency: Urgency
    what: "StrOrPromise" = ""

    def waits_long(self, today: date) -> bool:
        """Whether two whole working days went by since it waits."""
        if self.since is None:
            return False
        return timezone.localdate(after(beginning_of(self.since), 2, "workdays")) < today


def waiting_for(actor: Actor, cases: CaseQuerySet | None = None) -> list[Waiting]:
    """What waits for the actor in the active organisation: what cannot wait, what is late, what is for today, the rest.
    `cases`: their `visible_cases`, where the caller has them. What the actor may not know of counts nowhere in it."""
    mine = Mine(actor, visible_cases(actor) if cases is None else cases)
    parts = [source.found(place, mine) for place, source in enumerate(SOURCES)]
    found: list[list[Found]] = [[] for _source in SOURCES]
    with mine.named():
        for row in parts[0].union(*parts[1:], all=True):
            found[row[0]].append(Found._make(row))
    names = {name for place, source in enumerate(SOURCES) for one in found[place] for name in source.bars(one)}
    own = rows_of_one(actor.person.id, {one.asked_by for one in chain(*found) if one.asked_by})
    hidden = hidden_cases(actor.person.id, names) if names else set()
    waiting: list[Waiting] = []
    for place, source in enumerate(SOURCES):
        free = [one for one in found[place] if one.asked_by not in own and not hidden & source.bars(one)]
        waiting += _shown(source, source.kept(actor, free))
    return sorted(waiting, key=_order)


def first_of(waiting: list[Waiting]) -> list[Waiting]:
    """What of a queue stands on the worklist: the first :data:`FIRST`, and all that cannot wait."""
    return waiting[: max(FIRST, sum(one.urgency == Urgency.CANNOT_WAIT for one in waiting))]


def _shown(source: Source, found: Iterable[Found]) -> Iterable[Waiting]:
    """One line for each page: ten messages of one reporter wait once, since the first of them."""
    by_page: dict[str, Found] = {}
    for one in sorted(found, key=_first):
        by_page.setdefault(source.page(one), one)
    for url, one in by_page.items():
        urgency = min(source.urgency, _urgency(one))
        words = source.late if source.late and urgency == Urgency.LATE else source.words
        yield Waiting(source.name(one), words, one.since, one.until, url, urgency, source.what(one))


def _first(one: Found) -> tuple:
    return (one.until is None, one.until.timestamp() if one.until else 0, one.since or date.max)


def _urgency(one: Found) -> Urgency:
    if one.until is None:
        return Urgency.REST
    if one.until < timezone.now():
        return Urgency.LATE
    return Urgency.TODAY if one.until <= end_of_today() else Urgency.REST


def _order(waiting: Waiting) -> tuple:
    until = waiting.until.timestamp() if waiting.until else 0
    return (waiting.urgency, waiting.until is None, until, waiting.since or date.max, waiting.number, waiting.url)
