"""What it is to wait: a source of things that wait, what it finds, and how urgent that is."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import CharField, DateField, DateTimeField, F, Field, QuerySet, UUIDField, Value
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import Cast
from django.utils import timezone

from cases.models import CaseQuerySet
from cases.protocol.kinds.deadline_kinds import deadline_kinds, end_of
from organisations.access.policy import Actor, cases_held, written

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Urgency(IntEnum):
    """What comes first in the queue."""

    CANNOT_WAIT = 0
    LATE = 1
    TODAY = 2
    REST = 3


@dataclass(frozen=True)
class Mine:
    """The cases of an actor (`cases.desk.access.visible_cases`), by what the actor is in them.

    Some thirty sources ask the same of them in one query. There each question stands once, under a name before the query
    (`WITH`): what has :meth:`held` or :meth:`assigned` in it is asked inside :meth:`named`."""

    actor: Actor
    cases: CaseQuerySet
    _named: dict[str, RawSQL] = field(default_factory=dict, init=False, repr=False, compare=False)

    def held(self, *relations: str) -> RawSQL:
        """The ids of the cases in which the actor has one of these relations (of the code list)."""
        if "visible" not in self._named:
            self._named["visible"] = written(self.cases.select_related(None).order_by().values("id"))
        return RawSQL(f"SELECT id FROM visible WHERE id IN ({self.assigned(*relations).sql})", ())  # noqa: S608, S611  made of codes

    def assigned(self, *relations: str) -> RawSQL:
        """The same with what is no case yet and with what the actor may not know: ask recusal of what is found by this."""
        name = "_".join(("assigned", *relations))
        if name not in self._named:
            self._named[name] = cases_held(self.actor, *relations)
        return RawSQL(f"SELECT id FROM {name}", ())  # noqa: S608, S611  made of codes

    @contextmanager
    def named(self) -> Iterator[None]:
        """Inside, every query begins with what was asked until now, each under its name."""
        parts = ", ".join(f"{name} (id) AS ({asked.sql})" for name, asked in self._named.items())
        params = [param for asked in self._named.values() for param in asked.params]

        def with_parts(execute: Callable, sql: str, own: Sequence, many: bool, context: dict) -> object:
            return execute(f"WITH {parts} {sql}", [*params, *own], many, context)

        with connection.execute_wrapper(with_parts) if parts else nullcontext():
            yield


class Found(NamedTuple):
    """One thing that a source finds. `which` is a row or a number in the address of the page; since when it waits and
    until when it must be done is a moment or a day."""

    source: int  # its place in SOURCES
    case: UUID
    number: str
    which: str
    since_at: datetime | None
    since_on: date | None
    until_at: datetime | None
    until_on: date | None
    asked_by: UUID | None  # for what a second person answers

    @property
    def since(self) -> date | None:
        """Nothing waits since a day to come: then nobody knows since when."""
        day = timezone.localdate(self.since_at) if self.since_at else self.since_on
        return day if day and day <= timezone.localdate() else None

    @property
    def until(self) -> datetime | None:
        return self.until_at or (end_of(self.until_on) if self.until_on else None)


@dataclass(frozen=True)
class Source:
    """`rows` finds what waits; `columns` says in which columns the fields of :class:`Found` stand (`case` and `number`
    are those of a case unless given, `which` is the row). `page` is the address where it is done. `late`: the
    words where it is late. `bars`: the ids (of a case, or of what was told apart) by which recusal is asked, for what lies
    in no case of the actor. `what`: which of its kind it is, in words.
    `name`: by what it is told from others: the number of the case, where there is one.
    `kept` leaves out what only Python can judge, in a fixed number of queries and in none where nothing was
    found."""

    words: "StrOrPromise"
    rows: Callable[[Mine], QuerySet]
    columns: Mapping[str, str | Combinable]
    page: Callable[[Found], str]
    urgency: Urgency = Urgency.REST
    late: "StrOrPromise" = ""
    bars: Callable[[Found], set[UUID]] = lambda _found: set()
    name: Callable[[Found], str] = lambda found: found.number
    what: Callable[[Found], "StrOrPromise"] = lambda _found: ""
    kept: Callable[[Actor, list[Found]], Iterable[Found]] = lambda _actor, found: found

    def found(self, place: int, mine: Mine) -> QuerySet:
        """The rows as :class:`Found`. `place` is that of the source in SOURCES."""

        def column(name: str, kind: type[Field], otherwise: str = ""):
            given = self.columns.get(name, otherwise)
            given = F(given) if isinstance(given, str) and given else given
            return Cast(given or Value(None), kind())

        return (
            self.rows(mine)
            .order_by()
            .values_list(
                Value(place),
                column("case", UUIDField, "case_id"),
                column("number", CharField, "case__number"),
                column("which", CharField, "pk"),
                column("since_at", DateTimeField),
                column("since_on", DateField),
                column("until_at", DateTimeField),
                column("until_on", DateField),
                column("asked_by", UUIDField),
                named=False,
            )
        )


def deadline_found(found: Found) -> "StrOrPromise":
    """The name of the deadline whose code stands in `which`."""
    return deadline_kinds()[found.which].label


def end_of_today() -> datetime:
    """The last second of this day, in Dutch time."""
    return end_of(timezone.localdate())
