"""Every kind of work that an app lists is done by one function."""

import pytest

from cases.job_kinds import CaseJob
from jobs.job_kinds import OperatorJob
from jobs.outbox import work_of
from jobs.queues import HEAVY, MAIL, NEEDS, READING
from monitor.job_kinds import MonitorJob
from organisations.job_kinds import OrganisationJob
from reporting.job_kinds import ReportJob

KINDS = [*CaseJob, *MonitorJob, *OperatorJob, *OrganisationJob, *ReportJob]


@pytest.mark.parametrize("kind", KINDS)
def test_a_worker_knows_what_to_do(kind):
    assert callable(work_of(str(kind)))


def test_no_two_kinds_have_one_stored_value():
    assert len({str(kind) for kind in KINDS}) == len(KINDS)


def test_the_queues_name_kinds_that_there_are():
    assert {*MAIL.kinds, *HEAVY.kinds, *NEEDS, *READING} <= {str(kind) for kind in KINDS}
    assert not MAIL.kinds & HEAVY.kinds
