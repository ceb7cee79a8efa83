"""docs/security.md: "one person expels nobody". A case officer takes the case from the second reader, and chooses the next one."""

import pytest

from cases.people.handover import colleagues
from tests.support.barred import about_nobody, statuses, task_of, url_of
from tests.support.build import REASON, signed_in, who

pytestmark = pytest.mark.django_db


def test_a_case_officer_does_not_choose_alone_who_is_the_second_reader(place):
    case, _receipt = about_nobody(place)
    officer, second = who(case.id, "case_officer").person, who(case.id, "co_reader").person
    friend = colleagues(case)[-1].person
    page = url_of(case, f"toegang/{task_of(case, 'co_reader').id}/overdragen/")
    signed_in(officer).post(page, {"to": str(friend.id), "reason": REASON})
    assert who(case.id, "co_reader").person == second, "the officer alone took the case from the second reader"
    assert statuses(second, case) == {200}
