"""What a closed case asks of another one tells nobody that there is one of which they may not know."""

import pytest

from cases.deciding.records.rows import field_name
from cases.models import CaseLink
from organisations.access.bars import recuse
from tests.cases.after_closing.test_after_closing import closed, traveller  # noqa: F401
from tests.support.build import a_case, a_place, posted, signed_in, walk, who

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("knows", [True, False])
def test_a_case_of_which_the_officer_may_not_know_is_not_linked_for_them(traveller, knows):  # noqa: F811
    """Else trying the answer would say whether somebody reported about them."""
    place = a_place()
    case = closed(place)
    walk(case, "hear_fact")
    other = a_case(place, "integrity")
    CaseLink.objects.create(first=case, second=other, why="follows", made_by=who(other.id, "handler").person)
    officer = who(case.id, "case_officer").person
    if not knows:
        recuse(other.id, [officer.id])
    sent = {**posted(case, "weigh_fact"), field_name(1, "result"): "linked"}
    answer = signed_in(officer).post(f"/werkplek/zaak/{case.id}/besluit/weigh_fact/", sent)
    assert answer.status_code == (302 if knows else 422)
