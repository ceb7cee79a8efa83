"""What the reader of a complaint can do with the people of a case in which they have no part themselves."""

from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, Value
from django.utils.translation import gettext as _

from cases.desk.refusals import Refused
from cases.models import Case
from cases.people.barring import give_to_another
from organisations.access.policy import Actor, Standing, standing_of
from organisations.models import HANDLING, Assignment
from reporting.complaints.complaints import complaints_of
from reporting.complaints.readers import everybody_who_read
from reporting.events import ComplaintEvent
from reporting.models import Complaint
from vault import ledger
from vault.compartments import Compartment, grants_to


def standing_on(actor: Actor, complaint: Complaint) -> Standing:
    """What the actor is on a complaint of :func:`complaints_of` now."""
    own = Assignment.objects.holding().filter(case=complaint.id, person=actor.person, organisation=actor.organisation)
    relations = own.order_by().values_list(Value("relation", CharField()), "relation")
    keys = grants_to(actor.person.id, [complaint.id]).order_by()
    facts: dict[str, set[str]] = {"relation": set(), "key": set()}
    for what, which in relations.union(keys.values_list(Value("key", CharField()), "compartment")):
        facts[what].add(which)
    return replace(
        standing_of(actor),
        case=complaint.id,
        relations=frozenset(facts["relation"]),
        keys=frozenset(map(Compartment, facts["key"])),
        is_open=complaint.is_open,
    )


def handling(complaint: Complaint) -> list[Assignment]:
    """Who handles the case of the complaint and can be relieved of it; nobody where it is closed or not opened yet."""
    rows = Assignment.objects.running().filter(
        case__in=Case.objects.open().filter(id=complaint.report.case).values("id"), relation__in=HANDLING
    )
    return sorted(rows.select_related("person"), key=lambda row: (row.relation != "handler", row.person.name))


@transaction.atomic
def give_case(complaint: Complaint, assignment: UUID, *, actor: Actor) -> None:
    """Somebody else gets an assignment in the case. The file of the case says that the task was given to somebody else, not
    by whom or why; the chain of the complaint keeps who did it. A reader of a complaint about the case comes only where nobody else is free, and reads
    it no longer then. Raises :class:`Refused`."""
    leaving = next((row for row in handling(complaint) if row.id == assignment), None)
    found = complaints_of(actor).filter(id=complaint.id).first()
    if leaving is None or found is None or not standing_on(actor, found).may("complaint.act"):
        raise Refused(_("This has changed meanwhile: this person has no assignment in the case any more."))
    case = Case.objects.get(id=complaint.report.case)
    give_to_another(case, leaving.id, rather_not=everybody_who_read(complaint.report))
    ledger.record(complaint.id, ComplaintEvent.CASE_GIVEN, actor=actor.person.id, relation=leaving.relation)
