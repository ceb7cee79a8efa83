"""The worklist: which of the actor's cases are shown, in what order, and what each row says. The number of queries is
fixed."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.db.models import CharField, Count, DateTimeField, IntegerField, Min, OuterRef, Subquery, Value
from django.utils import timezone

from cases.desk.codes import case_codes
from cases.models import Case, CaseQuerySet, Deadline, SavedFilter
from cases.waiting.sources import suspected
from organisations.access.policy import Actor, standings_in
from organisations.codes import code_list
from organisations.models import Assignment
from reporting.complaints.complaints import about_others
from reporting.models import Message
from reporting.questions.reading import main_code
from vault.compartments import Compartment
from vault.keys import Codes

SHOWN = ("", "today", "late", "unread", "closed")
MOST_SAVED = 12
MOST_LETTERS = 40


@dataclass(frozen=True)
class WorklistChoice:
    """Which cases somebody wants to see. Codes only, since the choice stands in the address. Empty: every open case."""

    show: str = ""
    kind: str = ""
    relation: str = ""

    @classmethod
    def of(cls, given) -> "WorklistChoice":
        """The choice of a query string. What is no code is left out."""
        show, kind, relation = (given.get(name, "") for name in ("show", "kind", "relation"))
        return cls(
            show if show in SHOWN else "",
            kind if kind in code_list("kind") else "",
            relation if relation in code_list("relation") else "",
        )

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in asdict(self).items() if value})

    def but(self, show: str) -> str:
        """The same choice with another tab, as a query string."""
        return WorklistChoice(show, self.kind, self.relation).query


@dataclass(frozen=True)
class Counts:
    """The numbers on the tabs."""

    open: int
    closed: int
    late: int
    today: int
    unread: int


class ListedCase(NamedTuple):
    """What the list knows of one case to sort and count by it."""

    id: UUID
    number: str
    kind: str
    ended: bool
    first_due: datetime | None
    unread: int  # messages of the reporter

    def is_due(self, before: datetime) -> bool:
        return self.first_due is not None and self.first_due <= before


@dataclass(frozen=True)
class WorklistRow:
    """One row of the list. `title` is what happened for readers of the case, and the kind of case for others."""

    case: Case
    title: str
    step: int
    steps: int
    deadline: Deadline | None
    assignments: str
    reads: bool
    unread: int


class Attention(NamedTuple):
    """What asks for the attention of the actor: by case, the reports that wait for a judgement (ids of their
    cases), and what reporters told apart."""

    due: dict[UUID, datetime | None]  # of the first running deadline
    unread: dict[UUID, int]  # messages of the reporter
    waiting: list[UUID]
    apart: list[UUID]  # complaints that are not dealt with


def attention_of(actor: Actor) -> Attention:
    """One query. It looks at a few more cases than those that the actor may see: ask :func:`listed_cases` of these."""
    ids, nothing = _assignments(actor).values("case"), Value(0, IntegerField())
    names = ("first", "many", "what")
    deadlines = Deadline.objects.running().filter(case__in=ids).order_by().values("case")
    new = Message.objects.filter(report__case__in=ids, by=Message.By.REPORTER, seen=False).order_by()
    never = Value(None, DateTimeField())
    due_rows = deadlines.annotate(first=Min("due"), many=nothing, what=Value("due", CharField()))
    new_rows = new.values("report__case").annotate(first=never, many=Count("id"), what=Value("unread", CharField()))
    waiting_rows = suspected(actor).order_by().annotate(first=never, many=nothing, what=Value("waiting", CharField()))
    apart = about_others(actor).filter(closed_on=None).order_by()
    apart_rows = apart.annotate(first=never, many=nothing, what=Value("apart", CharField()))
    every = due_rows.values_list("case", *names).union(
        new_rows.values_list("report__case", *names),
        waiting_rows.values_list("case", *names),
        apart_rows.values_list("id", *names),
        all=True,
    )
    attention = Attention({}, {}, [], [])
    for case_id, first, many, what in every:
        if what == "due":
            attention.due[case_id] = first
        elif what == "unread":
            attention.unread[case_id] = many
        elif what == "apart":
            attention.apart.append(case_id)
        else:
            attention.waiting.append(case_id)
    return attention


def listed_cases(mine: CaseQuerySet, attention: Attention) -> list[ListedCase]:
    """All cases of the actor: the case with the first running deadline on top, cases without one last. One query, few
    columns."""
    due, unread = attention.due, attention.unread
    listed = [
        ListedCase(case_id, number, kind, closed_on is not None, due.get(case_id), unread.get(case_id, 0))
        for case_id, number, kind, closed_on in mine.order_by().values_list("id", "number", "kind", "closed_on")
    ]
    return sorted(listed, key=lambda case: (case.first_due is None, case.first_due or 0, case.number))


def counts(cases: list[ListedCase], now: datetime) -> Counts:
    """The numbers on the tabs."""
    still, tonight = [listed for listed in cases if not listed.ended], end_of_day(now)
    return Counts(
        open=len(still),
        closed=len(cases) - len(still),
        late=sum(listed.is_due(now) for listed in still),
        today=sum(listed.is_due(tonight) for listed in still),
        unread=sum(listed.unread > 0 for listed in still),
    )


def chosen(cases: list[ListedCase], actor: Actor, choice: WorklistChoice, now: datetime) -> list[UUID]:
    """The ids of the wanted cases, in the order of the list."""
    tonight = end_of_day(now)
    tests = {
        "": lambda listed: True,
        "closed": lambda listed: True,
        "unread": lambda listed: listed.unread > 0,
        "late": lambda listed: listed.is_due(now),
        "today": lambda listed: listed.is_due(tonight),
    }
    in_relation = (
        set(_assignments(actor).filter(relation=choice.relation).values_list("case", flat=True))
        if choice.relation
        else None
    )
    return [
        listed.id
        for listed in cases
        if listed.ended == (choice.show == "closed")
        and tests[choice.show](listed)
        and (not choice.kind or listed.kind == choice.kind)
        and (in_relation is None or listed.id in in_relation)
    ]


def in_order(mine: CaseQuerySet, ids: Sequence[UUID]) -> list[tuple[Case, Deadline | None]]:
    """The actor's cases with these ids, in the order of the ids, each with its first running deadline. Of that only the
    code and the due moment are known."""
    first = Deadline.objects.running().filter(case=OuterRef("pk"))  # ordered by what is due first
    cases = mine.filter(id__in=ids).annotate(
        first_code=Subquery(first.values("code")[:1]), first_due=Subquery(first.values("due")[:1])
    )
    by_id = {
        case.id: (case, Deadline(case=case, code=case.first_code, due=case.first_due) if case.first_code else None)
        for case in cast(Iterable[Any], cases)  # the annotations
    }
    return [by_id[case_id] for case_id in ids if case_id in by_id]


def end_of_day(now: datetime) -> datetime:
    """The last second of the day of a moment, in Dutch time."""
    return timezone.localtime(now).replace(hour=23, minute=59, second=59)


def rows(cases: list[tuple[Case, Deadline | None]], actor: Actor, listed: list[ListedCase]) -> list[WorklistRow]:
    """What the list says of these cases (:func:`in_order`). The number of queries is fixed. `listed` is where all cases
    of the actor stand."""
    ids = [case.id for case, _deadline in cases]
    standings = standings_in(actor, ids, Case)
    with_key = {case_id for case_id in ids if Compartment.CONTENT in standings[case_id].keys}
    unread = {row.id: row.unread for row in listed if row.id in with_key}
    codes, relations = Codes(), code_list("relation").codes
    return [
        WorklistRow(
            case=case,
            title=main_code(case_codes(case, codes)) if case.id in with_key else str(case.kind_label),
            step=_step(case),
            steps=len(case.protocol.path),
            deadline=deadline,
            assignments=", ".join(str(code) for code in relations if code.id in standings[case.id].relations),
            reads=case.id in with_key,
            unread=unread.get(case.id, 0),
        )
        for case, deadline in cases
    ]


def _assignments(actor: Actor):
    return Assignment.objects.holding().filter(person=actor.person, organisation=actor.organisation)


def _step(case: Case) -> int:
    path = case.protocol.path
    return path.index(case.phase) + 1 if case.phase in path else 0


@dataclass(frozen=True)
class Saved:
    """A choice that somebody keeps, with its opened name."""

    id: UUID
    name: str
    choice: WorklistChoice


def saved_filters(actor: Actor) -> list[Saved]:
    """The choices that the actor keeps in this organisation, by name."""
    codes = Codes()
    saved = []
    for row in SavedFilter.objects.filter(person=actor.person, organisation=actor.organisation):
        given = codes.open(actor.organisation.id, bytes(row.sealed), "filter", row.id)
        saved.append(Saved(row.id, given["name"], WorklistChoice.of(given)))
    return sorted(saved, key=lambda saved: saved.name.casefold())


def save_filter(actor: Actor, name: str, choice: WorklistChoice) -> bool:
    """Keep a choice under a name; the same name again replaces it. False when there are too many already."""
    existing = next((saved for saved in saved_filters(actor) if saved.name.casefold() == name.casefold()), None)
    own = SavedFilter.objects.filter(person=actor.person, organisation=actor.organisation)
    if existing is None and own.count() >= MOST_SAVED:
        return False
    key = existing.id if existing else uuid4()
    sealed = Codes().seal(actor.organisation.id, {"name": name, **asdict(choice)}, "filter", key)
    SavedFilter.objects.update_or_create(
        id=key, defaults={"person": actor.person, "organisation": actor.organisation, "sealed": sealed}
    )
    return True


def drop_filter(actor: Actor, which: UUID) -> None:
    """Throw a kept choice of the actor away."""
    SavedFilter.objects.filter(id=which, person=actor.person, organisation=actor.organisation).delete()
