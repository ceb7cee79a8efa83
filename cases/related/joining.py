"""Two cases about one matter are handled together: the steps are decided in one of them, and each reporter is still
told.

Nothing is copied. The joined case keeps its report, keys, people and reporter, and it can be separated again.
"""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.counting.facts import is_registered
from cases.desk.access import visible_cases
from cases.desk.refusals import Refused
from cases.events import CaseEvent
from cases.models import Case
from organisations.access.policy import Actor, may
from organisations.access.recusal import is_recused
from organisations.models import Assignment
from vault import ledger


class CannotJoin(Refused):
    """The act is refused, with words that say what to do. Nothing has changed."""


@transaction.atomic
def join(case: Case, to: UUID, *, actor: Actor) -> Case:
    """Handle `case` together with the case `to`, in which the steps are decided from now on. Returns that case. Raises
    :class:`CannotJoin`."""
    cases = {row.id: row for row in visible_cases(actor).filter(id__in=[case.id, to]).select_for_update(of=("self",))}
    case, lead = cases.get(case.id, case), cases.get(to)
    if (
        lead is None
        or lead.id == case.id
        or not (may(actor, "case.connect", case) and may(actor, "case.connect", lead))
    ):
        raise CannotJoin(_("Choose a case from the list."))
    if case.joined_to_id or lead.joined_to_id or case.joined.exists():
        raise CannotJoin(_("One of these cases is handled together with another already. Separate it first."))
    if (case.organisation_id, case.protocol.id) != (lead.organisation_id, lead.protocol.id):
        raise CannotJoin(
            _("Only cases of one organisation with the same protocol can be handled together. Link them instead.")
        )
    for handled in (case, lead):
        if not is_registered(handled):
            raise CannotJoin(_("First register the report of %(number)s.") % {"number": handled.number})
    if _barred_from_other(case, lead) or _barred_from_other(lead, case):
        raise CannotJoin(_("Somebody who works one of these cases may not know of the other. Link them instead."))
    case.joined_to = lead
    case.save(update_fields=["joined_to"])
    ledger.record(case.id, CaseEvent.JOINED, actor=actor.person.id, other=str(lead.id))
    ledger.record(lead.id, CaseEvent.JOINED, actor=actor.person.id, other=str(case.id))
    return lead


@transaction.atomic
def separate(case: Case, *, actor: Actor) -> bool:
    """Handle the case by itself again, from the step in which it is. False when it was not joined any more. Raises
    :class:`CannotJoin`."""
    case = Case.objects.select_for_update(of=("self",)).get(id=case.id)
    if not may(actor, "case.connect", case):
        raise CannotJoin(_("You can no longer do this here."))
    if case.joined_to_id is None:
        return False
    lead, case.joined_to = case.joined_to_id, None
    case.save(update_fields=["joined_to"])
    ledger.record(case.id, CaseEvent.SEPARATED, actor=actor.person.id, other=str(lead))
    ledger.record(lead, CaseEvent.SEPARATED, actor=actor.person.id, other=str(case.id))
    return True


def _barred_from_other(case: Case, other: Case) -> bool:
    """Whether somebody who works `case` is recused from `other`."""
    people = Assignment.objects.running().filter(case=case.id).values_list("person", flat=True)
    return any(is_recused(other.id, person) for person in people)
