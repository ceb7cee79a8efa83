"""What must always hold, checked over the whole database by `manage.py check_invariants`."""

from cases.desk.access import differences
from cases.models import Case
from jobs.models import Job
from reporting.job_kinds import ReportJob
from reporting.models import Report
from vault.files import missing
from vault.models import CaseShare, KeyGrant


def broken_invariants() -> list[str]:
    """What is broken, in words and without names; empty when all is well."""
    problems = differences()
    with_share = set(CaseShare.objects.values_list("case", flat=True))
    with_key = set(KeyGrant.objects.values_list("case", flat=True))
    for report, case, handled in Report.objects.values_list("id", "case", "handled_by"):
        if case not in with_share or case not in with_key:
            problems.append(f"report {report} has no key any more")
        if handled is None:
            problems.append(f"report {report} waits: nobody may open it")
    unopened = (
        Report.objects.filter(lane=Report.Lane.NORMAL)
        .exclude(handled_by=None)
        .exclude(case__in=Case.objects.values("id"))
        .count()
    )
    pending = Job.objects.filter(kind=ReportJob.OPEN_CASE, state="open").count()
    if unopened > pending:
        problems.append(f"{unopened - pending} reports have no case and no job that will open it")
    problems += [f"file {file} of a case is not in the evidence store" for file in missing()]
    problems += [
        f"job {job} of kind {kind} is dead" for job, kind in Job.objects.filter(state="dead").values_list("id", "kind")
    ]
    return problems
