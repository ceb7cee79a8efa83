"""Every kind of work that an app lists is done by one function."""

import pytest

from cases.job_kinds import CaseJob
from jobs.outbox import work_of
from monitor.job_kinds import MonitorJob
from organisations.job_kinds import OrganisationJob
from reporting.job_kinds import ReportJob

KINDS = [*CaseJob, *MonitorJob, *OrganisationJob, *ReportJob]


@pytest.mark.parametrize("kind", KINDS)
def test_a_worker_knows_what_to_do(kind):
    assert callable(work_of(str(kind)))


def test_no_two_kinds_have_one_stored_value():
    assert len({str(kind) for kind in KINDS}) == len(KINDS)
