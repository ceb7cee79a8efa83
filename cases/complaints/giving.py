"""What the reader of a complaint can do with the people of a case in which they have no part themselves."""

from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.desk.refusals import Refused
from cases.models import Case
from cases.people.handover import give_to_another
from organisations.access.policy import Actor, Standing, standing_of
from organisations.models import HANDLING, Assignment
from reporting.complaints.complaints import complaints_of
from reporting.complaints.readers import everybody_who_read, keep_apart
from reporting.events import ComplaintEvent
from reporting.models import Complaint
from vault import ledger
from vault.compartments import Compartment, grants_to


def standing_on(actor: Actor, complaint: Complaint) -> Standing:
    """What the actor is on the complaint now. Who has or ever had a part in its case is nobody here."""
    if not complaints_of(actor).filter(id=complaint.id).exists():
        return Standing(is_active=False)
    rows = Assignment.objects.filter(
        case=complaint.id, person=actor.person, organisation=actor.organisation, ended=False
    )
    return replace(
        standing_of(actor),
        case=complaint.id,
        relations=frozenset(rows.values_list("relation", flat=True)),
        keys=frozenset(
            Compartment(name)
            for name in grants_to(actor.person.id, [complaint.id]).values_list("compartment", flat=True)
        ),
        is_open=complaint.is_open,
    )


def handling(complaint: Complaint) -> list[Assignment]:
    """Who handles the case of the complaint and can be relieved of it; nobody where it is closed or not opened yet."""
    rows = Assignment.objects.filter(
        case__in=Case.objects.open().filter(id=complaint.report.case).values("id"), ended=False, relation__in=HANDLING
    )
    return sorted(rows.select_related("person"), key=lambda row: (row.relation != "handler", row.person.name))


@transaction.atomic
def give_case(complaint: Complaint, assignment: UUID, *, actor: Actor) -> None:
    """Somebody else gets an assignment in the case. For everybody of the case it looks like any handing over; the chain of
    the complaint keeps who did it. A reader of a complaint about the case comes only where nobody else is free, and reads
    it no longer then. Raises :class:`Refused`."""
    leaving = next((row for row in handling(complaint) if row.id == assignment), None)
    if not standing_on(actor, complaint).may("complaint.act") or leaving is None:
        raise Refused(_("This has changed meanwhile: this person has no assignment in the case any more."))
    case = Case.objects.get(id=complaint.report.case)
    give_to_another(case, leaving.id, rather_not=everybody_who_read(complaint.report))
    for row in complaint.report.complaints.filter(closed_on=None):
        keep_apart(row)
    ledger.record(complaint.id, ComplaintEvent.CASE_GIVEN, actor=actor.person.id, relation=leaving.relation)
