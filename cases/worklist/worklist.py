"""The worklist: which of the actor's cases are shown, in what order, and what each row says. The number of queries is
fixed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.db.models import (
    CharField,
    Count,
    DateTimeField,
    Exists,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from cases.desk.codes import case_codes
from cases.models import Case, CaseDecision, CaseQuerySet, CaseUserObjectPermission, Deadline, Note
from cases.protocol.after_closing import after_closing
from cases.protocol.definitions import Protocol
from cases.protocol.kinds.deadline_kinds import end_of
from cases.waiting.found import Urgency
from cases.waiting.queue import Waiting
from cases.waiting.sources import suspected
from cases.worklist.choice import WorklistChoice
from organisations.access.policy import Actor, cases_held, standings_in
from organisations.codes import code_list
from organisations.models import WORKING, Assignment
from reporting.complaints.complaints import about_others
from reporting.models import Message
from reporting.questions.reading import main_code
from vault.compartments import Compartment
from vault.keyring.keys import Codes

PROSECUTION = "prosecution"
_PERSON = "person:"


@dataclass(frozen=True)
class Counts:
    """The numbers on the tabs."""

    open: int
    closed: int
    late: int
    today: int
    unread: int
    hold: int
    after: int  # closed cases in which something runs

    def of(self, show: str) -> int:
        """The number of a tab, by its code."""
        return getattr(self, show or "open")


class ListedCase(NamedTuple):
    """What the list knows of one case to sort and count by it."""

    id: UUID
    number: str
    kind: str
    ended: bool
    first_due: datetime | None
    unread: int  # messages of the reporter
    phase: str = ""
    phase_title: str = ""
    step: int = 0  # of its protocol; 0 beside the steps
    waits: str = ""  # for whose decision: a code of choice.WAITS
    active: date | None = None  # what happened last; only where the list is sorted by it
    asks: bool = False  # a deadline runs

    @property
    def runs_after_closing(self) -> bool:
        """Whether it is closed and something is asked in it."""
        return self.ended and (self.asks or self.unread > 0)

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
    unread: int
    active: date | None = None  # the day on which something happened last


class Attention(NamedTuple):
    """What asks for the attention of the actor: by case, the reports that wait for a judgement (ids of their
    cases), and what reporters told apart."""

    due: dict[UUID, datetime | None]  # of the first running deadline
    unread: dict[UUID, int]  # messages of the reporter
    waiting: list[UUID]
    apart: list[UUID]  # complaints that are not dealt with
    people: list[tuple[UUID, str]]  # who works the cases that the actor may see, by name


def attention_of(actor: Actor, mine: CaseQuerySet | None = None) -> Attention:
    """One query. But for the people, who are those of `mine`, it looks at a few more cases than those that the actor may see:
    ask :func:`listed_cases` of these."""
    ids, nothing = cases_held(actor), Value(0, IntegerField())
    names = ("first", "many", "what")
    deadlines = Deadline.objects.running().exclude(far_look()).filter(case__in=ids).order_by().values("case")
    new = Message.objects.filter(report__case__in=ids, by=Message.By.REPORTER, seen=False).order_by()
    never = Cast(Value(None), DateTimeField())  # PostgreSQL takes a bare NULL in a DISTINCT for a text
    due_rows = deadlines.annotate(first=Min("due"), many=nothing, what=Value("due", CharField()))
    new_rows = new.values("report__case").annotate(first=never, many=Count("id"), what=Value("unread", CharField()))
    waiting_rows = suspected(actor).order_by().annotate(first=never, many=nothing, what=Value("waiting", CharField()))
    apart = about_others(actor).filter(closed_on=None).order_by()
    apart_rows = apart.annotate(first=never, many=nothing, what=Value("apart", CharField()))
    seen = Case.objects.none() if mine is None else mine
    people = Assignment.objects.holding().filter(case__in=seen.order_by().values("id"), relation__in=WORKING).order_by()
    person = Concat(Value(_PERSON), "person__name", output_field=CharField())
    person_rows = people.annotate(first=never, many=nothing, what=person).distinct()
    every = due_rows.values_list("case", *names).union(
        new_rows.values_list("report__case", *names),
        person_rows.values_list("person", *names),
        waiting_rows.values_list("case", *names),
        apart_rows.values_list("id", *names),
        all=True,
    )
    attention = Attention({}, {}, [], [], [])
    for case_id, first, many, what in every:
        if what == "due":
            attention.due[case_id] = first
        elif what == "unread":
            attention.unread[case_id] = many
        elif what == "apart":
            attention.apart.append(case_id)
        elif what.startswith(_PERSON):
            attention.people.append((case_id, what.removeprefix(_PERSON)))
        else:
            attention.waiting.append(case_id)
    attention.people.sort(key=lambda person: person[1].casefold())
    return attention


def listed_cases(mine: CaseQuerySet, attention: Attention, *, active_for: Actor | None = None) -> list[ListedCase]:
    """All cases of the actor: the case with the first running deadline on top, cases without one last. One query, few
    columns. With `active_for` also when something happened last in each."""
    due, unread = attention.due, attention.unread
    columns = ("id", "number", "kind", "closed_on", "phase", "protocol_id", "protocol_version", "own_protocol_id")
    cases = with_activity(mine, active_for) if active_for else mine
    listed = []
    for row in cases.order_by().values(*columns, *(_ACTIVITY if active_for else ())):
        protocol = Case(**{name: row[name] for name in columns}).protocol
        listed.append(
            ListedCase(
                row["id"],
                row["number"],
                row["kind"],
                row["closed_on"] is not None,
                due.get(row["id"]),
                unread.get(row["id"], 0),
                row["phase"],
                protocol.title_of(row["phase"]),
                _step(protocol, row["phase"]),
                _waits(protocol, row["phase"]),
                last_active(row) if active_for else None,
                row["id"] in due,
            )
        )
    return sorted(listed, key=_by_deadline)


def far_look() -> Q:
    """The look at a closed case that comes much later: it asks nothing yet (`is_far_look`)."""
    look = after_closing().look
    return Q(code=look.deadline, due__gt=timezone.now() + timedelta(days=look.days))


def _by_deadline(case: ListedCase) -> tuple:
    return (case.first_due is None, case.first_due or 0, case.number)


_ACTIVITY = ("started_on", "decided", "reads", "noted", "said")


def with_activity(cases: CaseQuerySet, actor: Actor) -> CaseQuerySet:
    """The cases with what :func:`last_active` asks. Who only guards the process learns of decisions, not of notes and
    messages."""
    here = OuterRef("pk")
    may_read = CaseUserObjectPermission.objects.filter(
        content_object=here, user=actor.person, permission__codename="read_content"
    )
    decided = CaseDecision.objects.filter(case=here).order_by("-made_at").values("made_at")
    noted = Note.objects.filter(case=here).order_by("-made_at").values("made_at")
    said = Message.objects.filter(report__case=here).order_by("-on").values("on")
    return cases.annotate(
        decided=Subquery(decided[:1]), reads=Exists(may_read), noted=Subquery(noted[:1]), said=Subquery(said[:1])
    )


def last_active(row: Mapping[str, Any]) -> date:
    """The day on which something happened last: a decision, a note or a message, or the receipt. Of an anonymous reporter's
    message it is the week."""
    moments = [row["decided"], row["noted"] if row["reads"] else None]
    days = [timezone.localdate(moment) for moment in moments if moment]
    return max([row["started_on"], *days, *([row["said"]] if row["reads"] and row["said"] else [])])


class DueNow(NamedTuple):
    """The numbers of what asks something now: by a deadline that runs, or by something else that waits (a day of review,
    a measure that ends)."""

    late: set[str]
    today: set[str]  # with what is late


def due_now(cases: list[ListedCase], waiting: Iterable[Waiting], now: datetime) -> DueNow:
    """What is late and what is for today among all cases of the actor and all that waits for them. The first line, the
    tabs and the list say this one thing."""
    waits, tonight = list(waiting), end_of(timezone.localdate(now))
    late = {one.number for one in cases if one.is_due(now)}
    late |= {one.number for one in waits if one.urgency == Urgency.LATE}
    today = {one.number for one in cases if one.is_due(tonight)}
    today |= {one.number for one in waits if one.urgency == Urgency.TODAY}
    return DueNow(late, late | today)


def counts(cases: list[ListedCase], due: DueNow) -> Counts:
    """The numbers on the tabs. What is late is late in a closed case too."""
    still = [listed for listed in cases if not listed.ended]
    return Counts(
        open=len(still),
        closed=len(cases) - len(still),
        late=sum(listed.number in due.late for listed in cases),
        today=sum(listed.number in due.today for listed in cases),
        unread=sum(listed.unread > 0 for listed in still),
        hold=sum(listed.waits == PROSECUTION for listed in still),
        after=sum(listed.runs_after_closing for listed in cases),
    )


def fitting(cases: list[ListedCase], actor: Actor, choice: WorklistChoice) -> list[ListedCase]:
    """The cases that fit a choice, whatever its tab. A colleague is looked for among the cases of the actor only."""
    among = [
        set(held.values_list("case", flat=True))
        for held in (
            _assignments(actor).filter(relation=choice.relation) if choice.relation else None,
            working(cases).filter(person=UUID(choice.colleague)) if choice.colleague else None,
        )
        if held is not None
    ]
    return [
        listed
        for listed in cases
        if choice.kind in {"", listed.kind}
        and choice.phase in {"", listed.phase}
        and choice.waits in {"", listed.waits}
        and all(listed.id in ids for ids in among)
    ]


def chosen(cases: list[ListedCase], choice: WorklistChoice, due: DueNow) -> list[UUID]:
    """The ids of those of :func:`fitting` that the tab of the choice shows, in the wanted order."""
    tests: dict[str, Callable[[ListedCase], bool]] = {
        "": lambda listed: not listed.ended,
        "closed": lambda listed: listed.ended,
        "after": lambda listed: listed.runs_after_closing,
        "hold": lambda listed: not listed.ended and listed.waits == PROSECUTION,
        "unread": lambda listed: not listed.ended and listed.unread > 0,
        "late": lambda listed: listed.number in due.late,
        "today": lambda listed: listed.number in due.today,
    }
    return [listed.id for listed in _in_wanted_order(list(filter(tests[choice.show], cases)), choice.sort)]


@dataclass(frozen=True)
class FirstLine:
    """What the first line of the worklist counts, open and closed cases alike, with what waits in the queue: whether anything cannot
    wait, in how many cases something is late, and in how many others something is asked today."""

    cannot_wait: bool
    late: int
    today: int
    beside: bool  # something is late or for today that is no case, for example a signal
    is_empty: bool  # no open case


def first_line_of(cases: list[ListedCase], waiting: Iterable[Waiting], due: DueNow) -> FirstLine:
    """The first line over all cases of the actor and all that waits for them."""
    numbers = {one.number for one in cases}
    late, today = len(due.late & numbers), len(due.today & numbers)
    return FirstLine(
        any(one.urgency == Urgency.CANNOT_WAIT for one in waiting),
        late,
        today - late,
        not due.today <= numbers,
        all(one.ended for one in cases),
    )


def _in_wanted_order(cases: list[ListedCase], sort: str) -> list[ListedCase]:
    """By a column; equal ones keep the order of their deadlines. Without a column the first deadline is on top."""
    kinds = [code.id for code in code_list("kind").codes]
    keys: dict[str, Callable[[ListedCase], Any]] = {
        "": _by_deadline,
        "number": lambda case: case.number,
        "kind": lambda case: kinds.index(case.kind),
        "phase": lambda case: (case.kind, case.step),
        "active": lambda case: case.active or date.min,
    }
    return sorted(cases, key=keys[sort.removeprefix("-")], reverse=sort.startswith("-"))


def working(cases: Iterable[ListedCase]) -> QuerySet[Assignment]:
    """Who works these cases, as handler or officer."""
    ids = [listed.id for listed in cases]
    return Assignment.objects.holding().filter(case__in=ids, relation__in=WORKING)


def in_order(mine: CaseQuerySet, ids: Sequence[UUID]) -> list[tuple[Case, Deadline | None]]:
    """The actor's cases with these ids, in the order of the ids, each with its first running deadline. Of that only the
    code and the due moment are known."""
    first = Deadline.objects.running().exclude(far_look()).filter(case=OuterRef("pk"))  # ordered by what is due first
    cases = mine.filter(id__in=ids).annotate(
        first_dated=Subquery(first.values("dated")[:1]),
        first_code=Subquery(first.values("code")[:1]),
        first_due=Subquery(first.values("due")[:1]),
    )
    by_id = {
        case.id: (case, _first(case) if case.first_code else None)
        for case in cast(Iterable[Any], cases)  # the annotations
    }
    return [by_id[case_id] for case_id in ids if case_id in by_id]


def _first(case: Any) -> Deadline:
    return Deadline(case=case, code=case.first_code, due=case.first_due, dated=case.first_dated)


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
            step=_step(case.protocol, case.phase),
            steps=len(case.protocol.path),
            deadline=deadline,
            assignments=", ".join(str(code) for code in relations if code.id in standings[case.id].relations),
            unread=unread.get(case.id, 0),
            active=last_active(vars(case)) if "decided" in vars(case) else None,
        )
        for case, deadline in cases
    ]


def _assignments(actor: Actor):
    return Assignment.objects.holding().filter(person=actor.person, organisation=actor.organisation)


def _step(protocol: Protocol, phase: str) -> int:
    path = protocol.path
    return path.index(phase) + 1 if phase in path else 0


def _waits(protocol: Protocol, phase: str) -> str:
    """For whose decision a case in this phase waits, as a code of choice.WAITS; empty where nothing is decided any more."""
    if protocol.phases[phase].aside:
        return PROSECUTION
    deciders = {who for decision in protocol.phases[phase].decisions.values() if decision.to for who in decision.who}
    return next((relation for relation in WORKING if relation in deciders), "")
