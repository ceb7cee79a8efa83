"""Which cases an actor can reach. The two functions here are the only ways to a queryset of cases.

Guardian's rows and the vault's key grants say the same: who has a key has the row, who has the row has a key (or
follows the process only). cases/desk/agreement.py finds where they do not.
"""

from collections.abc import Collection
from uuid import UUID

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef

from cases.events import CaseEvent
from cases.models import Case, CaseQuerySet, CaseUserObjectPermission, IdentityRequest
from organisations.access.bars import barred_among, hidden_cases, not_counted, recuse
from organisations.access.policy import Actor, cases_held
from organisations.models import Assignment, Person
from organisations.people.comparing import is_compared
from organisations.people.relations import declared_after
from reporting.models import Complaint
from vault import ledger
from vault.compartments import Compartment, readers, remove_reader
from vault.keyring.looked_up import once


def visible_cases(actor: Actor) -> CaseQuerySet:
    """The cases in which the actor has an assignment for the active organisation, less those of which they may not know."""
    rows = CaseUserObjectPermission.objects.filter(content_object=OuterRef("pk"), user=actor.person)
    held = cases_held(actor)
    name = ("hidden cases", actor.person.id, actor.organisation.id)
    hidden = once(name, lambda: hidden_cases(actor.person.id, held))
    mine = Case.objects.filter(Exists(rows), id__in=held).select_related("report__organisation", "organisation")
    return mine.exclude(id__in=hidden) if hidden else mine


def countable_cases(actor: Actor, among: Collection[UUID] | None = None) -> CaseQuerySet:
    """The cases that the organisation handles (of these only, if given), for counts only. Left out are those of which the actor may
    not know, those that came before the actor last said to be related to somebody, whoever that is, and those of which something
    that was told apart names the actor. None at all as long as the actor was not compared with them after a new role, function,
    name or relation."""
    if not is_compared(actor.person.id):
        return Case.objects.none()
    handled = Case.objects.filter(organisation=actor.organisation)
    handled = handled.exclude(Exists(declared_after(actor.person.id, OuterRef("started_on"))))
    handled = handled if among is None else handled.filter(id__in=among)
    apart = dict(Complaint.objects.filter(report__case__in=handled.values("id")).values_list("id", "report__case"))
    hidden = hidden_cases(actor.person.id, handled.values_list("id", flat=True))
    return handled.exclude(id__in=hidden | not_counted(actor.person.id, apart))


def give_access(case: Case) -> None:
    """Writes guardian's rows from the assignments and key grants of the case. Can be repeated. A report that is no case yet
    has none."""
    if not case.is_opened:
        return
    assignments = Assignment.objects.running().filter(case=case.id)
    people = set(assignments.values_list("person", flat=True))
    people -= barred_among(case.id, people).everybody
    may = {"follow_process": people, "read_content": people & readers(case.id, Compartment.CONTENT)}
    permissions = Permission.objects.filter(content_type=ContentType.objects.get_for_model(Case), codename__in=may)
    CaseUserObjectPermission.objects.bulk_create(
        (
            CaseUserObjectPermission(content_object=case, user_id=person, permission=permission)
            for permission in permissions
            for person in may[permission.codename]
        ),
        ignore_conflicts=True,
    )


@transaction.atomic
def take_away(case: Case, person: Person, *, by: Person | None = None, recused: bool = False) -> None:
    """End every way of a person to a case: assignment, guardian row and key, in one transaction with the ledger."""
    Assignment.objects.filter(case=case.id, person=person).end()
    CaseUserObjectPermission.objects.filter(content_object=case, user=person).delete()
    remove_reader(case.id, person.id)
    IdentityRequest.objects.filter(case=case.id, asked_by=person, holds_copy=True).update(holds_copy=False)
    if recused:
        recuse(case.id, [person.id])
    ledger.record(case.id, CaseEvent.ACCESS_ENDED, actor=by.id if by else None, person=str(person.id))


def lead_of(case: Case, actor: Actor) -> Case | None:
    """The case in which the steps of this one are decided, if the actor may see it."""
    return visible_cases(actor).filter(id=case.joined_to_id).first() if case.joined_to_id else None
