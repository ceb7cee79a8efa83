from cases.opening import open_case
from jobs.models import Job
from jobs.outbox import job
from reporting.reading import report_of


@job("cases.open_case")
def open_case_of_report(work: Job) -> None:
    open_case(report_of(work.aim))
