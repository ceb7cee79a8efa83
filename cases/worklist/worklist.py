"""The worklist: which of the actor's cases are shown, in what order, and what each row says. The number of queries is
fixed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.db.models import Count, Min
from django.utils import timezone

from cases.desk.codes import case_codes
from cases.models import Case, CaseQuerySet, Deadline, SavedFilter
from organisations.access.policy import Actor, standings_in
from organisations.codes import code_list
from organisations.models import Assignment
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


def standings(mine: CaseQuerySet, actor: Actor) -> list[ListedCase]:
    """All cases of the actor: the case with the first running deadline on top, cases without one last. Three queries,
    few columns."""
    ids = _assignments(actor).values("case")  # a few more cases than `mine`, and a far quicker query
    due = dict(Deadline.objects.running().filter(case__in=ids).order_by().values_list("case").annotate(Min("due")))
    new = Message.objects.filter(report__case__in=ids, by=Message.By.REPORTER, seen=False)
    unread = dict(new.order_by().values_list("report__case").annotate(Count("id")))
    listed = [
        ListedCase(case_id, number, kind, closed_on is not None, due.get(case_id), unread.get(case_id, 0))
        for case_id, number, kind, closed_on in mine.order_by().values_list("id", "number", "kind", "closed_on")
    ]
    return sorted(listed, key=lambda standing: (standing.first_due is None, standing.first_due or 0, standing.number))


def counts(standings: list[ListedCase], now: datetime) -> Counts:
    """The numbers on the tabs."""
    still, tonight = [standing for standing in standings if not standing.ended], end_of_day(now)
    return Counts(
        open=len(still),
        closed=len(standings) - len(still),
        late=sum(standing.is_due(now) for standing in still),
        today=sum(standing.is_due(tonight) for standing in still),
        unread=sum(standing.unread > 0 for standing in still),
    )


def chosen(standings: list[ListedCase], actor: Actor, choice: WorklistChoice, now: datetime) -> list[UUID]:
    """The ids of the wanted cases, in the order of the list."""
    tonight = end_of_day(now)
    tests = {
        "": lambda standing: True,
        "closed": lambda standing: True,
        "unread": lambda standing: standing.unread > 0,
        "late": lambda standing: standing.is_due(now),
        "today": lambda standing: standing.is_due(tonight),
    }
    in_relation = (
        set(_assignments(actor).filter(relation=choice.relation).values_list("case", flat=True))
        if choice.relation
        else None
    )
    return [
        standing.id
        for standing in standings
        if standing.ended == (choice.show == "closed")
        and tests[choice.show](standing)
        and (not choice.kind or standing.kind == choice.kind)
        and (in_relation is None or standing.id in in_relation)
    ]


def in_order(mine: CaseQuerySet, ids: Sequence[UUID]) -> list[Case]:
    """The actor's cases with these ids, in the order of the ids."""
    cases_by_id = {case.id: case for case in mine.filter(id__in=ids)}
    return [cases_by_id[case_id] for case_id in ids if case_id in cases_by_id]


def end_of_day(now: datetime) -> datetime:
    """The last second of the day of a moment, in Dutch time."""
    return timezone.localtime(now).replace(hour=23, minute=59, second=59)


def rows(cases: list[Case], actor: Actor, listed: list[ListedCase]) -> list[WorklistRow]:
    """What the list says of these cases. The number of queries is fixed. `listed` is where all cases of the actor stand."""
    ids = [case.id for case in cases]
    deadlines: dict[UUID, Deadline] = {}
    for deadline in Deadline.objects.running().filter(case__in=ids):
        deadlines.setdefault(deadline.case_id, deadline)
    standing = standings_in(actor, ids, Case)
    with_key = {case_id for case_id in ids if Compartment.CONTENT in standing[case_id].keys}
    unread = {row.id: row.unread for row in listed if row.id in with_key}
    codes, relations = Codes(), code_list("relation").codes
    return [
        WorklistRow(
            case=case,
            title=main_code(case_codes(case, codes)) if case.id in with_key else str(case.kind_label),
            step=_step(case),
            steps=len(case.protocol.path),
            deadline=deadlines.get(case.id),
            assignments=", ".join(str(code) for code in relations if code.id in standing[case.id].relations),
            reads=case.id in with_key,
            unread=unread.get(case.id, 0),
        )
        for case in cases
    ]


def _assignments(actor: Actor):
    return Assignment.objects.filter(person=actor.person, organisation=actor.organisation, ended=False)


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
