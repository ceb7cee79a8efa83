"""Two cases about one matter are handled together: the steps are decided in one of them, and each reporter is still
told.

Nothing is copied. The joined case keeps its report, keys, people and reporter, and it can be separated again.
"""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.counting.facts import is_registered
from cases.desk.access import visible_cases
from cases.desk.keys import locked_by_id
from cases.desk.refusals import Refused
from cases.events import CaseEvent
from cases.models import Case
from cases.people.barring import somebody_is_barred
from organisations.access.policy import Actor, may
from vault import ledger


@transaction.atomic
def join(case: Case, to: UUID, *, actor: Actor) -> Case:
    """Handle `case` together with the case `to`, in which the steps are decided from now on. Returns that case. Raises
    Refused."""
    cases = locked_by_id(case.id, to)
    case, lead = cases[case.id], visible_cases(actor).filter(id=to).first()
    if (
        lead is None
        or lead.id == case.id
        or not (may(actor, "case.connect", case) and may(actor, "case.connect", lead))
    ):
        raise Refused(_("Choose a case from the list."))
    if case.joined_to_id or lead.joined_to_id or case.joined.exists():
        raise Refused(_("One of these cases is handled together with another already. Separate it first."))
    if (case.organisation_id, case.protocol.id) != (lead.organisation_id, lead.protocol.id):
        raise Refused(
            _("Only cases of one organisation with the same protocol can be handled together. Link them instead.")
        )
    for handled in (case, lead):
        if not is_registered(handled):
            raise Refused(_("First register the report of %(number)s.") % {"number": handled.number})
    if somebody_is_barred(case.id, lead.id) or somebody_is_barred(lead.id, case.id):
        raise Refused(_("Somebody who works one of these cases may not know of the other. Link them instead."))
    case.joined_to = lead
    case.save(update_fields=["joined_to"])
    ledger.record(case.id, CaseEvent.JOINED, actor=actor.person.id, other=str(lead.id))
    ledger.record(lead.id, CaseEvent.JOINED, actor=actor.person.id, other=str(case.id))
    return lead


@transaction.atomic
def separate(case: Case, *, actor: Actor) -> bool:
    """Handle the case by itself again, from the step in which it is. False when it was not joined any more. Raises
    Refused."""
    case = locked_by_id(case.id, case.joined_to_id)[case.id]
    if not may(actor, "case.connect", case):
        raise Refused(_("You can no longer do this here."))
    if case.joined_to_id is None:
        return False
    lead, case.joined_to = case.joined_to_id, None
    case.save(update_fields=["joined_to"])
    ledger.record(case.id, CaseEvent.SEPARATED, actor=actor.person.id, other=str(lead))
    ledger.record(lead, CaseEvent.SEPARATED, actor=actor.person.id, other=str(case.id))
    return True
