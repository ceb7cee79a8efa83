"""A colleague takes over: somebody of the case hands an assignment to somebody of their own organisation."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.desk.access import give_access, take_away
from cases.desk.refusals import Refused, reason_of
from cases.models import Case, HandOver
from cases.people.handover import (
    HANDED_OVER,
    begin,
    change_in_words,
    colleagues,
    locked_assignment,
    record_hand_over,
    recovery_of,
)
from cases.people.hearing import hear
from organisations.access.policy import Actor, may
from organisations.models import Assignment


def may_give(actor: Actor, case: Case, assignment: Assignment) -> bool:
    """Whether the actor may hand this assignment of the case over: the own one, and those of others where they divide the work.
    Who works a case chooses nobody who is its second person."""
    is_own = assignment.person_id == actor.person.id
    return bool(may(actor, "case.give", case) and (is_own or may(actor, "work.divide")))


@transaction.atomic
def hand_over(case: Case, assignment: UUID, to: UUID, *, actor: Actor, reason: str, about: str = "") -> HandOver:
    """A colleague of the handling organisation takes over an assignment of a case officer or co-reader (:func:`may_give`). `about` as
    for :func:`hear`. Raises Refused, also where the colleague is not free of the case, and AskFirst."""
    case, leaving = locked_assignment(case, assignment)
    if not may_give(actor, case, leaving) or leaving.organisation_id != case.organisation_id:
        raise Refused(_("You can no longer do this here."))
    source = recovery_of(case)
    comes = next((successor for successor in colleagues(case) if successor.person.id == to), None)
    if comes is None or leaving.relation not in HANDED_OVER:
        raise Refused(_("This colleague is not free of the case, or has a part in it already. Choose another one."))
    words = change_in_words(leaving.person.name, reason=reason_of(reason))
    take_away(case, leaving.person, by=actor.person)
    begin(case, leaving.relation, comes, source)
    give_access(case)
    row = record_hand_over(case, HandOver.Why.HANDED_OVER, leaving.relation, words, actor.person, source)
    hear(case, reason, about, actor=actor)
    return row
