"""More facts that may be a crime do not undo the police report that was made."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.deciding.deeds import TextToReporter
from cases.deciding.judging import options_of
from cases.desk.codes import case_codes
from cases.desk.refusals import Refused
from tests.support.build import a_case, a_place, a_report, open_case, signed_in, take, walk, who
from tests.support.reporter import come_back, words_of
from weerbaar.demo.deeds import a_deed

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


def test_the_reporter_of_a_violation_hears_that_a_police_report_was_made():
    """By whom, and whether their name is in it: without that the deed is not taken."""
    report, receipt = a_report(a_place(), "integrity")
    case = walk(open_case(report), "acknowledge", "may_be_criminal")
    rule = next(one.decision for one in options_of(case) if one.code == "report_at_once")
    officer = who(case.id, "case_officer")
    deed = a_deed(case, rule, timezone.now())
    for told in (TextToReporter(), TextToReporter("Op [dag] is aangifte gedaan, door [wie].")):
        with pytest.raises(Refused):
            take(case, "report_at_once", officer, deed=replace(deed, told=told))
    told = TextToReporter("Op 3 maart is aangifte gedaan, door de organisatie. Uw naam staat er niet in.")
    take(case, "report_at_once", officer, deed=replace(deed, told=told))
    mailbox = words_of(come_back(Client(), receipt))
    assert told.text in mailbox
    assert "Er is aangifte gedaan." in mailbox
