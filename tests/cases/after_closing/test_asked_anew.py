"""What a case asks anew when it opens again: what was done in its first life tells nobody of what came after."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from cases.corrections.kind import KindAnswers, change_kind
from cases.deciding.judging import options_of, situation
from cases.desk.refusals import Refused
from cases.protocol.after_closing import after_closing
from cases.protocol.installed import defaults
from cases.related.joining import join
from tests.support.build import a_case, a_place, allowed, posted, signed_in, take, walk, who
from tests.support.pages import fields_of

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


def test_a_case_of_another_kind_does_not_remember_what_it_forgot_when_it_opened_again(traveller):
    case = walk(a_case(a_place(), "integrity"), *INTEGRITY[:3], "give_feedback", *INTEGRITY[3:], "reopen")
    assert "give_feedback" not in situation(case).decided
    change_kind(case, "aggression", KindAnswers("threat", "", "resident", "alderman"), actor=who(case.id, "handler"))
    case.refresh_from_db()
    assert "give_feedback" not in situation(case).decided


def test_a_wish_to_stop_of_before_a_case_opened_again_ends_it_no_more(traveller):
    case = walk(a_case(a_place()), "acknowledge", "assess", "low", "respond_letter", "withdraw")
    assert situation(case).wants_to_stop
    traveller.shift(timedelta(days=60))
    walk(case, "reopen")
    assert not situation(case).wants_to_stop
    assert "withdraw" not in allowed(case)


def test_cases_end_together_only_where_each_was_done_since_it_opened_again(traveller):
    place = a_place()
    care = ("give_feedback", "aftercare_24h", "aftercare_1w", "aftercare_1m", "aftercare_3m")
    first = ("acknowledge", "assess", "low", "respond_letter", "not_filed", "no_damage", *care)
    joined = walk(a_case(place), *first, "complete", "close")
    traveller.shift(timedelta(days=120))
    walk(joined, "reopen")
    lead = walk(a_case(place, account="Een ander verhaal over hetzelfde, van iemand anders."), *first)
    join(joined, lead.id, actor=who(joined.id, "case_officer"))
    lead.refresh_from_db()
    walk(lead, "complete")
    with pytest.raises(Refused, match="Leg eerst vast"):
        walk(lead, "close")


def test_a_police_report_of_the_first_event_is_none_of_the_second(traveller):
    care = ("aftercare_24h", "aftercare_1w", "aftercare_1m", "aftercare_3m")
    case = walk(a_case(a_place()), "acknowledge", "assess", "low", "respond_letter", "filed", "no_damage")
    walk(case, "give_feedback", *care, "complete", "close")
    traveller.shift(timedelta(days=120))
    walk(case, "reopen", "assess", "low", "respond_letter", "offer_police_report")
    assert dict(case.tracks.values_list("track", "state"))["criminal"] == "none"
    assert {"filed", "not_filed"} <= allowed(case)
    page = signed_in(who(case.id, "case_officer").person).get(f"/werkplek/zaak/{case.id}/besluit/filed/")
    assert not fields_of(page)["record-1-number"], "the page does not begin with the report of another event"
    walk(case, "not_filed")
    assert dict(case.tracks.values_list("track", "state"))["criminal"] == "not_filed"


def test_a_police_report_of_a_matter_that_goes_on_stays(traveller):
    steps = ("acknowledge", "register", "accept", "may_be_criminal", "report_at_once", "no_follow_up=unfounded")
    case = walk(a_case(a_place(), "integrity"), *steps, "complete", "close", "reopen")
    assert dict(case.tracks.values_list("track", "state"))["criminal"] == "filed"


@pytest.mark.parametrize("name", ["integrity", "safety"])
def test_what_begins_anew_is_a_track_of_its_protocol(name):
    protocol = defaults()[name]
    for track, moved in after_closing().tracks_anew.get(name, {}).items():
        assert {*moved, *moved.values()} <= set(protocol.tracks[track].states)
    codes = {code for one in defaults().values() for code, _rule in one.every_decision()}
    assert set(after_closing().asked_anew) <= codes
