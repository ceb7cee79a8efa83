"""What a case asks anew when it opens again: what was done in its first life tells nobody of what came after."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from cases.deciding.judging import options_of, situation
from tests.support.build import a_case, a_place, allowed, posted, signed_in, take, walk, who

pytestmark = pytest.mark.django_db
START = datetime(2027, 1, 11, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
INTEGRITY = ("acknowledge", "register", "accept", "no_follow_up=unfounded", "complete", "close")


@pytest.fixture
def traveller():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def test_care_of_before_a_case_opened_again_ends_no_care_after_it(traveller):
    case = walk(a_case(a_place()), "acknowledge", "assess", "low", "respond_letter", "not_filed", "no_damage")
    walk(case, "give_feedback", "aftercare_24h", "aftercare_1w", "aftercare_1m", "aftercare_3m", "complete", "close")
    traveller.shift(timedelta(days=120))
    walk(case, "reopen")
    assert {"AFTERCARE_24H", "AFTERCARE_3M"} <= {one.code for one in case.deadlines.running()}
    walk(case, "assess", "low", "respond_letter")
    assert {"not_filed", "filed"} & {one.code for one in options_of(case) if one.missing == ("offer_police_report",)}
    walk(case, "not_filed", "no_damage")
    client = signed_in(who(case.id, "case_officer").person)
    client.post(f"/werkplek/zaak/{case.id}/besluit/complete/", posted(case, "complete"))
    case.refresh_from_db()
    assert case.phase == "aftercare"
    [complete] = [one for one in options_of(case) if one.code == "complete"]
    care = ("aftercare_24h", "aftercare_1w", "aftercare_1m", "aftercare_3m")
    assert complete.missing == ("give_feedback", *care)
    take(case, "aftercare_24h", who(case.id, "case_officer"))
    case.refresh_from_db()
    [week] = [one for one in options_of(case) if one.code == "aftercare_1w"]
    assert week.not_before is not None  # after the new event, not after the old
    assert week.not_before > timezone.now()


def test_who_was_told_before_a_case_opened_again_was_not_told_of_what_came_after(traveller):
    case = walk(a_case(a_place(), "integrity"), *INTEGRITY, "reopen")
    [ended] = [one for one in case.tracks.all() if one.track == "reporter_feedback"]
    assert ended.state == "acknowledged"
    assert "give_feedback" in allowed(case)
    assert "give_feedback" not in situation(case).decided
    assert "acknowledge" in situation(case).decided
