"""Somebody who decided nothing in a case yet: who decides on an objection (Awb 10:3), and how such a person comes."""

from uuid import UUID

from django.utils.translation import gettext_lazy

from cases.desk.access import give_access
from cases.models import Case
from cases.people.handover import begin, recovery_of, successor
from organisations.access.recusal import rows_of_one
from organisations.models import WORKING, Assignment

NOT_NEW = gettext_lazy(
    "Somebody who decided nothing in this case before it closed decides this. Let a colleague who is new to the case do it."
)


def deciders(case: Case) -> set[UUID]:
    """Who took or agreed to a decision of the case, but for what came after closing."""
    made = case.decisions.exclude(code__in=case.protocol.after_closing).values_list("actor", "agreed_by")
    return {person for row in made for person in row if person}


def is_new(case: Case, person: UUID) -> bool:
    """Whether this human decided nothing in the case before it closed, under whatever row."""
    before = deciders(case)
    return person not in before and not rows_of_one(person, before)


def has_new(case: Case) -> bool:
    """Whether somebody who works the case decided nothing in it."""
    working = Assignment.objects.holding().filter(case=case.id, relation__in=WORKING)
    return any(is_new(case, person) for person in working.values_list("person", flat=True))


def bring_new(case: Case) -> None:
    """Let the next in the chain of this organisation come who decided nothing in the case, unless :func:`has_new`. Where nobody is
    free the decision that asks for such a person says so."""
    if has_new(case):
        return
    source, never = recovery_of(case), deciders(case)
    while comes := successor(case, "co_reader", source, leaving=None, never=never):
        if is_new(case, comes.person.id):
            begin(case, "case_officer", comes, source)
            give_access(case)
            return
        never.add(comes.person.id)
