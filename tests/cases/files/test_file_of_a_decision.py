"""A decision that asks a file: one of the case of that kind, or a new one added on its page in one step; the deed keeps which."""

import pytest

from cases.models import Case
from cases.protocol.definitions import DoneBy
from tests.support.build import a_case, a_place
from tests.support.evidence import evidence_store

pytestmark = pytest.mark.django_db
CODE = "draft_ready"


@pytest.fixture
def case(tmp_path, settings) -> Case:
    evidence_store(tmp_path, settings)
    return a_case(a_place(), "integrity")


def _rule(case: Case) -> tuple[str, DoneBy]:
    """A decision of one person that asks nothing but a file."""
    every = case.protocol.every_decision()
    return next((code, one.done_by) for code, one in every if one.done_by.file and not one.done_by.other_person and not one.done_by.record)  # fmt: skip


def test_it_runs(case):
    print(_rule(case))
