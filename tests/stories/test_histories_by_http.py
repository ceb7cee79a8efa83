"""What somebody whom a report is about sees of it through every URL: the same bytes as in another world."""

import pytest

from tests.support.histories_by_http import lost_it, never_had_it

pytestmark = [pytest.mark.django_db, pytest.mark.rehearsal]
HISTORIES = 3  # of each of the two


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_who_never_had_a_case_sees_a_world_without_it(seed):
    for compared in never_had_it(seed):
        assert compared.pages > 100
        assert compared.differs == []


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_who_lost_a_case_sees_a_world_in_which_it_was_handed_over(seed):
    for compared in lost_it(seed):
        assert compared.pages > 100
        assert compared.differs == []
