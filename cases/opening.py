"""A case is opened after the report was kept. It needs no content key, and doing it twice is doing it once."""

from uuid import UUID

from cases.access import give_access
from cases.adoption import protocol_in_force
from cases.clocks import start_clock, start_what_the_report_asks
from cases.models import Case
from jobs.outbox import enqueue, next_mail_slot
from organisations.models import Assignment
from reporting.models import Report
from reporting.reading import codes_of
from vault import ledger
from vault.keys import Codes


def open_case(report: Report) -> Case:
    """Case, access, clocks, and one mail without content for each who has a task. One transaction of the caller."""
    if existing := Case.objects.filter(id=report.case).first():
        return existing
    if report.handling is None:
        raise ValueError("nobody handles this report")
    codes = codes_of(report)
    own, rules = protocol_in_force(report.handling, report.kind)
    case = Case(
        id=report.case,
        number=report.number,
        organisation=report.handling,
        report=report,
        kind=report.kind,
        protocol_id=rules.id,
        protocol_version=rules.version,
        own_protocol=own,
        phase=rules.first,
        codes=seal_case_codes(report.handling.id, report.case, codes),
        started_on=report.received_on,
    )
    case.save(force_insert=True)
    give_access(case)
    for code in [*rules.on_opening, *(rules.on_danger if codes.get("danger") == "now" else [])]:
        start_clock(case, code, report.received_at)
    start_what_the_report_asks(case, codes, report.received_at)
    # The moment of a mail would tell the moment of an anonymous report; danger cannot wait for a slot.
    slot = next_mail_slot() if report.is_anonymous and codes.get("danger") != "now" else None
    for task in Assignment.objects.filter(case=case.id, ended=False).exclude(person__email=None):
        enqueue("mail.ping", task.person_id, key=f"opened:{case.id}:{task.person_id}", due=slot)
    ledger.record(case.id, "case.opened", on=report.received_on if report.is_anonymous else None)
    return case


def seal_case_codes(organisation: UUID, case: UUID, codes: dict[str, str]) -> bytes:
    return Codes().seal(organisation, codes, "case", case)


def case_codes(case: Case, codes: Codes | None = None) -> dict[str, str]:
    """The coded report with what was decided so far (outcome, path, police_report)."""
    return (codes or Codes()).open(case.organisation_id, bytes(case.codes), "case", case.id)
