"""More facts that may be a crime do not undo the police report that was made."""

import pytest
from django.urls import reverse

from cases.desk.codes import case_codes
from tests.support.build import a_case, signed_in, take, walk, who
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["aggression", "integrity"])
def test_no_report_of_more_facts_leaves_the_police_report_that_was_made(place, kind):
    case = walk(a_case(place, kind), "acknowledge", "may_be_criminal", "report_at_once", "criminal_more")
    officer = who(case.id, "case_officer")
    page = words_of(signed_in(officer.person).get(reverse("cases:overview", args=[case.id])))
    assert "Aangifte gedaan; van meer feiten wordt die overwogen" in page
    assert ("doe er aangifte van, of leg met een tweede vast waarom niet" in page) == (kind == "integrity")
    take(case, "no_report_of_more", officer)
    case.refresh_from_db()
    assert dict(case.tracks.values_list("track", "state"))["criminal"] == "filed"
    assert case_codes(case)["police_report"] == "yes"
