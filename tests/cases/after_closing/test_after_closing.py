"""What a closed case still asks: its deadlines, its deeds, the list in which it stands, and that it opens again by two."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from cases.deadlines.running import start_deadlines
from cases.models import Case
from cases.protocol.after_closing import after_closing, stops_at_closing
from cases.protocol.deadline_kinds import deadline_kinds
from cases.protocol.installed import defaults, earlier, protocol
from jobs.runner import run_due
from reporting.counting.facts import quarter
from tests.support.build import a_case, a_place, a_report, allowed, signed_in, take, walk, who
from tests.support.figures.facts import facts
from tests.support.reporter import act, come_back, words_of
from cases.deciding.opening import open_case

pytestmark = pytest.mark.django_db
START = datetime(2027, 1, 11, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
QUARTERS = [f"{year}-Q{number}" for year in (2027, 2028, 2029, 2030) for number in (1, 2, 3, 4)]
INTEGRITY = ("acknowledge", "register", "accept", "no_follow_up=unfounded", "give_feedback", "complete", "close")


@pytest.fixture
def traveller():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def closed(place, **answers) -> Case:
    return walk(a_case(place, "integrity", **answers), *INTEGRITY)


def test_every_version_of_a_protocol_knows_what_comes_after_closing():
    running = [*defaults().values(), *earlier().values()]
    for one in running:
        runs = protocol(one.id, one.version)
        codes = {code for code, _rule in runs.every_decision()}
        assert not codes & set(runs.after_closing)  # one code is one decision
        assert runs.after_closing["reopen"].to in runs.phases
        assert not runs.phases[runs.after_closing["reopen"].to].final


def test_closing_stops_no_deadline_that_the_law_started():
    for code, kind in deadline_kinds().items():
        if kind.statutory:
            answered = code in after_closing().told
            assert stops_at_closing(code, reporter_is_told=True) == answered
            assert not stops_at_closing(code, reporter_is_told=False)


def test_a_request_of_the_law_goes_on_when_its_case_closes_and_is_answered_after_it(traveller):
    place = a_place()
    case = walk(a_case(place, "integrity"), *INTEGRITY[:-1])
    start_deadlines(case, ["WOO_4W"], timezone.now())
    walk(case, "close")
    running = {one.code for one in case.deadlines.running()}
    assert running == {"WOO_4W", "CLOSED_LOOK_1Y", "LATER_CARE_3M"}
    client = signed_in(who(case.id, "case_officer").person)
    page = words_of(client.get(f"/werkplek/zaak/{case.id}/"))
    assert "Beslis op het Woo-verzoek" in page
    assert "hear_woo" not in allowed(case)  # it is asked already
    case.redactions.create(number=1, state="approved", title=case.id, made_by=place["officer"], token=case.id)
    take(case, "decide_woo", who(case.id, "case_officer"))
    assert not case.deadlines.get(code="WOO_4W").is_running
    case.refresh_from_db()
    assert case.closed_on == timezone.localdate()  # what comes after closing closes nothing again
