"""How much each colleague has, counted only in the cases that the person who looks may see.

Nothing here proposes anybody: a number that rests on cases of which somebody may not know would tell of them.
"""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from cases.desk.access import visible_cases
from cases.models import Case, Deadline, Todo
from cases.people.handover import HANDED_OVER
from organisations.access.policy import Actor, standings_in
from organisations.access.routing import TAKING_OVER
from organisations.models import WORKING, Assignment, Person
from organisations.people.appointments import Rosters


@dataclass(frozen=True)
class WorkLoad:
    """What one colleague has in the cases that somebody sees: open cases that they work, deadlines of these that are late,
    and to-dos that are theirs."""

    person: Person
    cases: int
    late: int
    todos: int


@dataclass(frozen=True)
class Division:
    """The loads by name, in how many open cases they were counted, and which assignments in these can be given to a
    colleague, by the number of the case."""

    loads: list[WorkLoad]
    counted: int
    to_give: list[tuple[Case, Assignment]]


def division(actor: Actor) -> Division:
    """How the work is divided as far as the actor may see. To-dos are counted where the actor reads the file. The number of
    queries is fixed."""
    cases = {case.id: case for case in visible_cases(actor).open()}
    held = list(
        Assignment.objects.holding().filter(case__in=cases, organisation=actor.organisation).select_related("person")
    )
    standings = standings_in(actor, list(cases), Case)
    read = [case for case in cases if standings[case].may("case.file")]
    gives = {case for case in cases if standings[case].may("case.hand_over")}
    to_give = [(cases[row.case], row) for row in held if row.case in gives and row.relation in HANDED_OVER]
    people = {person.id: person for person in _at_work(actor)} | {
        row.person_id: row.person for row in held if row.relation in WORKING
    }
    loads = _loads(people, [row for row in held if row.relation in WORKING], read)
    return Division(
        sorted(loads, key=lambda load: (load.person.name.casefold(), str(load.person.id))),
        len(cases),
        sorted(to_give, key=lambda row: (row[0].number, row[1].relation, row[1].person.name)),
    )


def loads_by_person(actor: Actor) -> dict[UUID, WorkLoad]:
    """The loads of :func:`division` by person."""
    return {load.person.id: load for load in division(actor).loads}


def _at_work(actor: Actor) -> list[Person]:
    rosters = Rosters(timezone.localdate())
    return [person for code in TAKING_OVER for person in rosters.holders(actor.organisation, code)]


def _loads(people: dict[UUID, Person], working: list[Assignment], read: list[UUID]) -> list[WorkLoad]:
    worked = {(row.person_id, row.case) for row in working}  # who is both handler and officer works one case
    late = Deadline.objects.running().filter(case__in={case for _person, case in worked}, due__lt=timezone.now())
    late_in = Counter(late.order_by().values_list("case", flat=True))
    todos = Todo.objects.filter(case__in=read, done_at=None, whom__in=people).order_by()
    todos_of = Counter(todos.values_list("whom", flat=True))
    return [
        WorkLoad(
            person,
            cases=sum(who == id_ for who, _case in worked),
            late=sum(late_in[case] for who, case in worked if who == id_),
            todos=todos_of[id_],
        )
        for id_, person in people.items()
    ]
