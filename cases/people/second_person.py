"""Who can be the second person about somebody who is out of a case; where nobody can, how somebody comes who can."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone

from cases.models import Case
from cases.people.barring import who_can_answer
from cases.people.concerned import Question
from cases.people.handover import HANDED_OVER, colleagues
from organisations.access import bars
from organisations.access.bars import suspended_in
from organisations.access.policy import Actor
from organisations.access.recusal import rows_of_one
from organisations.access.routing import TAKING_OVER
from organisations.codes import code_list
from organisations.models import Assignment, Person
from organisations.people.appointments import Rosters
from organisations.people.namesakes import names_at_work

ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class SecondPerson:
    """What people are called (`names_at_work`). `can`: who can answer as the second person. Where nobody can: `gives` can hand
    their task over to one of `takes`; where nobody is free to take it, `appoints` gives one of the `roles` to somebody."""

    can: list[str]
    gives: list[str] = field(default_factory=list)
    takes: list[str] = field(default_factory=list)
    appoints: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    is_signal: bool = False


def second_person(case: Case, question: Question, actor: Actor) -> SecondPerson | None:
    """None where the actor's answer needs nobody else's."""
    if not question.needs_second:
        return None
    suspended = suspended_in(question.row)
    said = [suspended.person, suspended.said_by, suspended.lift_by if not question.is_in else ""]
    never = {actor.person.id, *(UUID(one) for one in said if one)}
    if can := who_can_answer(case, never):
        return SecondPerson(_called(case, can))
    if not case.is_opened:
        return SecondPerson([], is_signal=True)
    parts = Assignment.objects.holding().filter(case=case.id, relation__in=HANDED_OVER).select_related("person")
    gives = [part.person for part in bars.not_barred(case.id, parts)]
    free = [comes.person for comes in colleagues(case)]
    takes = [person for person in free if not _are_one(person.id, never)]
    appoints = Rosters(timezone.localdate()).holders(case.organisation, ADMINISTRATOR)
    roles = [code_list("role")[code].label for code in TAKING_OVER]
    return SecondPerson([], _called(case, gives), _called(case, takes), _called(case, appoints), roles)


def _are_one(person: UUID, others: Collection[UUID]) -> bool:
    return any(rows_of_one(other, [person]) for other in others)


def _called(case: Case, people: Collection[Person]) -> list[str]:
    return list(names_at_work(people, case.organisation_id).values())
