"""What every act in a case begins with: the locked row, whether the actor may, and the key to write with."""

from uuid import UUID

from django.db.models import QuerySet

from cases.desk.codes import seal_case_codes
from cases.desk.refusals import NotAllowed
from cases.models import Case
from organisations.access.policy import Actor, may
from reporting.models import Report
from reporting.questions.reading import codes_of
from vault.compartments import Compartment, ContentKey, open_compartment
from vault.keyring.keys import Codes, NoKey


def locked_cases() -> QuerySet[Case]:
    """Cases as they stand now; nobody else changes them in this transaction."""
    rows = Case.objects.select_for_update(of=("self",))
    return rows.select_related("report__organisation", "report__ping_address", "organisation")


def locked(case: Case) -> Case:
    """The case as it stands now; nobody else changes it in this transaction."""
    return locked_cases().get(id=case.id)


def locked_or_waiting(case_id: UUID) -> Case:
    """The case as :func:`locked`; of a report that is no case yet (a signal, or one that waits to be checked) one that is
    never saved, with the codes that say where to look for the next one to read it."""
    if case := locked_cases().filter(id=case_id).first():
        return case
    reports = Report.objects.select_for_update(of=("self",)).select_related("organisation", "handled_by")
    report = reports.get(case=case_id)
    case, sealing = Case.before_opening(report), Codes()
    case.codes = seal_case_codes(case.organisation_id, case_id, codes_of(report, sealing), sealing)
    return case


def locked_by_id(*ids: UUID | None) -> dict[UUID, Case]:
    """Several cases as :func:`locked`, by their id; without those that are not there. Whoever does one thing in two cases
    begins with this: always in the same order, so that two people at once do not wait for each other."""
    return {case.id: case for case in locked_cases().filter(id__in=[one for one in ids if one]).order_by("id")}


def key_of(case: Case, compartment: Compartment, actor: Actor) -> ContentKey:
    """Raises NotAllowed for who has no key, also when access ended while the page was open."""
    try:
        return open_compartment(case.id, compartment, actor.organisation.id, actor.person.id)
    except NoKey:
        raise NotAllowed from None


def file_key(case: Case, actor: Actor) -> ContentKey:
    return key_of(case, Compartment.FILE, actor)


def opened_file(case: Case, actor: Actor, action: str) -> tuple[Case, ContentKey]:
    """The locked case with the key of its file, for who may do `action`. Raises NotAllowed."""
    case = locked(case)
    if not may(actor, action, case):
        raise NotAllowed
    return case, file_key(case, actor)
