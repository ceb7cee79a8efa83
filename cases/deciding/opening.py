"""Opening a case after its report was kept. It needs no content key, and doing it twice is doing it once."""

from cases.administration.adoption import protocol_in_force
from cases.deadlines.running import start_at_opening
from cases.desk.access import give_access
from cases.desk.codes import seal_case_codes
from cases.desk.telling import OPENED, tell_who_works
from cases.events import CaseEvent
from cases.models import Case
from reporting.models import Report
from reporting.moments import may_leave
from reporting.questions.reading import codes_of
from vault import ledger
from vault.keyring.keys import Codes


def open_case(report: Report) -> Case:
    """The case of a report, with access, deadlines, and one mail without content for each person with an assignment.

    The caller holds the transaction. Raises ValueError where nobody handles the report.
    """
    if existing := Case.objects.filter(id=report.case).first():
        return existing
    if report.handled_by is None:
        raise ValueError("nobody handles this report")
    sealing = Codes([report.organisation_id, report.handled_by.id])
    codes = codes_of(report, sealing)
    own, rules = protocol_in_force(report.handled_by, report.kind)
    case = Case(
        id=report.case,
        number=report.number,
        organisation=report.handled_by,
        report=report,
        kind=report.kind,
        protocol_id=rules.id,
        protocol_version=rules.version,
        own_protocol=own,
        phase=rules.first,
        codes=seal_case_codes(report.handled_by.id, report.case, codes, sealing),
        started_on=report.received_on,
    )
    case.save(force_insert=True)
    give_access(case)
    start_at_opening(case, codes)
    tell_who_works(case.id, OPENED, due=may_leave(report))
    ledger.record(case.id, CaseEvent.OPENED, on=report.received_on if report.is_anonymous else None)
    return case
