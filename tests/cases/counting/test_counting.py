"""What of real cases is counted and in which quarter, day by day with the worker's own jobs."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from cases.counting.facts import counts_on
from cases.deadlines.running import start_deadlines
from cases.deciding.deadlines.changes import done_by_hand, extend
from cases.desk.codes import case_codes, seal_case_codes
from cases.models import Deadline
from cases.related.joining import join
from jobs.models import Job
from jobs.runner import run_due
from reporting.counting.corrections import STILL_OPEN
from reporting.counting.facts import CannotCount, populations, quarter
from reporting.models import Fact
from tests.support.build import REASON, a_case, a_place, walk, who
from tests.support.figures.facts import CountedFact, facts
from vault.keyring.keys import Codes

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
QUARTERS = [f"{year}-Q{number}" for year in (2026, 2027) for number in (1, 2, 3, 4)]
TO_EVALUATION = ("low", "respond_letter", "not_filed", "no_damage", "give_feedback", "no_more_care")
OFFERED = {
    "aggression": {"gender": "woman", "age": "35_49", "channel": "email", "severity": "4", "own_function": "alderman"},
    "pressure": {"perpetrator": "company", "age": "50_64", "influence": "avoided_subject"},
    "integrity": {},
}


@pytest.fixture
def travel():
    with time_machine.travel(datetime(2026, 3, 24, 10, tzinfo=AMSTERDAM), tick=False) as traveller:
        yield traveller


@pytest.fixture
def place(travel):
    return a_place()


def _go(travel, *moment: int) -> None:
    """To a moment in Amsterdam, with a worker who does each job when it is due."""
    end = datetime(*moment, tzinfo=AMSTERDAM)
    while job := Job.objects.filter(state="open", due__lte=end).order_by("due").first():
        travel.move_to(max(job.due, timezone.now()))
        while run_due():
            pass
    travel.move_to(end)
    assert not Job.objects.exclude(error="").exists()


def _found(population: str) -> list[CountedFact]:
    return list(facts(population, QUARTERS))


def _deadlines(*groups: str) -> list[tuple[str, str, str]]:
    """(deadline, met or missed, quarter) of what is counted of these deadlines, or of all."""
    return sorted(
        (fact.codes["clock"], fact.codes["met"], fact.period)
        for fact in _found("clocks")
        if not groups or fact.codes["clock"] in groups
    )


def _registered(place, kind: str = "integrity", **answers):
    first = ("acknowledge", "register") if kind != "aggression" else ("acknowledge", "assess")
    return walk(a_case(place, kind, **answers), *first)


@pytest.mark.parametrize("kind", OFFERED)
def test_every_report_is_counted_with_the_codes_of_the_rules(travel, place, kind):
    _registered(place, kind, known_as="confidential")
    _registered(place, kind, known_as="anonymous", **OFFERED[kind])
    _go(travel, 2026, 4, 1, 0, 1)
    hardly, fully = sorted(_found("reports"), key=lambda fact: fact.codes["known_as"], reverse=True)
    for fact in (hardly, fully):
        assert list(fact.codes) == populations()["reports"].lists(kind)
        assert (fact.organisation, fact.period) == (place.organisation.id, "2026-Q1")
    for name, code in OFFERED[kind].items():
        counted = "group" if name == "own_function" else name
        if counted in fully.codes:
            assert (hardly.codes[counted], fully.codes[counted]) == ("not_given", code)


def test_the_leader_of_a_group_in_a_province_counts_as_a_member_of_its_council(travel):
    _registered(a_place("province"), subject="group_leader:")
    _go(travel, 2026, 4, 1, 0, 1)
    assert [fact.codes["group"] for fact in _found("reports")] == ["provincial_member"]


def test_a_case_is_counted_as_it_ends_from_its_registration_on(travel, place):
    case = a_case(place, gender="man", influence="considered_leaving")
    _go(travel, 2026, 3, 29, 10)
    walk(case, "acknowledge", "assess", *TO_EVALUATION)
    _go(travel, 2026, 4, 5, 10)
    walk(case, "close")
    [ended] = _found("outcomes")
    assert ended.period == "2026-Q2"
    assert ended.codes == {
        "kind": "aggression",
        "group": "not_given",
        "outcome": "response_letter",
        "police_report": "no",
        "influence": "considered_leaving",
        "lead_time": "d7",
        "path": "not_investigated",
        "handled_by": "own_organisation",
    }


def test_what_was_never_registered_leaves_nothing(travel, place):
    walk(a_case(place), "withdraw=withdrawn")
    walk(a_case(place, "integrity"), "redirect")
    _go(travel, 2027, 1, 1, 10)
    assert not Fact.objects.exists()


def test_a_deadline_counts_when_it_falls_due_and_not_when_it_is_met(travel, place):
    _registered(place)
    _go(travel, 2026, 3, 31, 23, 59)
    assert _deadlines("ack") == []
    _go(travel, 2026, 4, 1, 0, 1)  # due on 31 March at the end of the day
    assert _deadlines("ack") == [("ack", "met", "2026-Q1")]
    _go(travel, 2026, 12, 1, 10)
    assert _deadlines("ack", "feedback") == [("ack", "met", "2026-Q1"), ("feedback", "missed", "2026-Q2")]


def test_a_quarter_ends_at_midnight_in_the_netherlands(travel, place):
    travel.move_to(datetime(2026, 12, 31, 0, 30, tzinfo=AMSTERDAM))
    case = walk(a_case(place), "assess")
    due = case.deadlines.get(code="ACK_24H").due
    assert due.astimezone(ZoneInfo("UTC")).year == 2026
    _go(travel, 2027, 1, 1, 0, 32)
    assert _deadlines("ack") == [("ack", "missed", "2027-Q1")]


def test_what_is_met_too_late_was_missed_and_is_not_counted_again(travel, place):
    case = walk(a_case(place), "assess")
    _go(travel, 2026, 3, 26, 12)
    walk(case, "acknowledge")
    _go(travel, 2026, 4, 20, 12)
    assert _deadlines("ack") == [("ack", "missed", "2026-Q1")]


def test_before_its_report_nothing_counts_and_then_it_is_dated_by_the_registration(travel, place):
    case = a_case(place)
    _go(travel, 2026, 4, 2, 10)
    assert not Fact.objects.exists()
    walk(case, "assess")
    assert not Fact.objects.exists()
    _go(travel, 2026, 4, 16, 0, 1)
    aftercare = ("aftercare", "missed", "2026-Q2")
    assert _deadlines("ack", "aftercare", "response_48h") == [
        ("ack", "missed", "2026-Q2"),
        aftercare,
        ("response_48h", "missed", "2026-Q2"),
    ]
    assert [fact.period for fact in _found("reports")] == ["2026-Q2"]


def test_on_the_day_after_a_quarter_a_registration_counts_nothing_before_itself(travel, place):
    case = a_case(place, "integrity")
    travel.move_to(datetime(2026, 4, 1, 8, tzinfo=AMSTERDAM))
    walk(case, "register")
    _go(travel, 2026, 4, 15, 0, 1)
    assert _deadlines("ack") == [("ack", "missed", "2026-Q2")]


def test_first_care_that_came_too_late_is_missed_although_the_registration_waives_it(travel, place):
    case = a_case(place, danger="unsafe")
    assert case.deadlines.filter(code="ACUTE_2H").exists()
    travel.move_to(timezone.now() + timedelta(hours=3))
    walk(case, "assess")
    assert case.deadlines.get(code="ACUTE_2H").waived
    assert not Fact.objects.exists()
    _go(travel, 2026, 4, 1, 0, 1)
    assert ("other", "missed", "2026-Q1") in _deadlines()


def test_closing_counts_what_fell_due_and_nothing_that_did_not(travel, place):
    case = _registered(place)
    walk(case, "accept")
    travel.move_to(datetime(2026, 4, 15, 10, tzinfo=AMSTERDAM))  # no worker came by meanwhile
    walk(case, "withdraw=withdrawn")
    # Nobody counted the report in time, so the first quarter may have been published.
    assert [fact.period for fact in _found("reports")] == ["2026-Q2"]
    assert _deadlines("first_weighing", "feedback") == [("first_weighing", "missed", "2026-Q2")]
    closed = _deadlines()
    _go(travel, 2026, 12, 1, 10)
    assert _deadlines() == closed


def test_care_that_nobody_wants_any_more_is_not_missed(travel, place):
    case = _registered(place, "aggression")
    _go(travel, 2026, 3, 26, 10)
    walk(case, *TO_EVALUATION)
    _go(travel, 2026, 12, 1, 10)
    assert _deadlines("aftercare") == [("aftercare", "missed", "2026-Q1")]  # the talk after 24 hours


def test_of_several_talks_or_acknowledgements_the_first_counts(travel, place):
    case = _registered(place, "aggression")
    walk(case, "aftercare_24h", "aftercare_1w")
    Deadline.objects.filter(case=case, code="ACK_24H").update(met_at=None, waived=True)
    start_deadlines(case, ["ACK_7D"], timezone.now())
    start_deadlines(case, ["ACK_24H"], timezone.now() + timedelta(days=30))
    _go(travel, 2026, 6, 1, 10)
    assert _deadlines("ack") == [("ack", "missed", "2026-Q1")]
    assert [met for _deadline, met, _quarter in _deadlines("aftercare")] == ["met"]


def test_what_rests_counts_when_it_falls_due_after_all(travel, place):
    case = walk(_registered(place), "accept", "hold")
    _go(travel, 2026, 6, 20, 10)  # the weighing would have been due on 9 April
    assert _deadlines("first_weighing") == []
    walk(case, "resume")
    _go(travel, 2026, 12, 1, 10)
    assert _deadlines("first_weighing") == [("first_weighing", "missed", "2026-Q3")]


def test_what_is_done_while_it_rests_is_done_in_time(travel, place):
    case = _registered(place, subject=f"alderman:{place['alderman'].id}")
    walk(case, "accept", "investigate", "internal", "hold")
    _go(travel, 2026, 6, 20, 10)
    walk(case, "inform_subject")
    _go(travel, 2026, 6, 29, 10)
    assert not case.deadlines.get(code="SUBJECT_INFORM").is_missed()


def test_an_extended_deadline_counts_when_the_extension_ends(travel, place):
    case = _registered(place)
    start_deadlines(case, ["WOO_4W"], timezone.now())
    _go(travel, 2026, 4, 1, 10)
    deadline = case.deadlines.get(code="WOO_4W")
    extend(case, deadline.id, actor=who(case.id, "case_officer"), reason=REASON, revision=0)
    _go(travel, 2026, 4, 22, 10)
    assert deadline.id not in set(case.deadlines.fell_due(timezone.now()).values_list("id", flat=True))
    _go(travel, 2026, 5, 6, 10)
    assert deadline.id in set(case.deadlines.fell_due(timezone.now()).values_list("id", flat=True))


def test_done_before_its_day_is_known_counts_as_it_is_done(travel, place):
    case = _registered(place)
    start_deadlines(case, ["ART15_NEXT_MEETING"], timezone.now())
    assert _deadlines("other") == []
    deadline = case.deadlines.get(code="ART15_NEXT_MEETING")
    done_by_hand(case, deadline.id, actor=who(case.id, "case_officer"), reason=REASON)
    _go(travel, 2026, 4, 1, 0, 1)
    assert _deadlines("other") == [("other", "met", "2026-Q1")]


def test_what_somebody_may_do_is_not_counted(travel, place):
    case = _registered(place, "aggression", aggression_form=["stalking"])
    assert case.deadlines.filter(code="COMPLAINT_3M").exists()
    _go(travel, 2026, 12, 1, 10)
    assert not [fact for fact in _found("clocks") if fact.codes["clock"] == "other"]


def test_the_steps_of_a_joined_case_are_counted_in_the_other(travel, place):
    lead, case = _registered(place, "aggression"), _registered(place, "aggression")
    join(case, lead.id, actor=place.actor("coordinator"))
    _go(travel, 2026, 12, 1, 10)
    assert _deadlines("response_48h", "ack") == [
        ("ack", "met", "2026-Q1"),
        ("ack", "met", "2026-Q1"),
        ("response_48h", "missed", "2026-Q1"),
    ]


def test_a_job_that_comes_twice_counts_once_and_tells_nothing(travel, place):
    case = _registered(place)
    _go(travel, 2026, 4, 1, 10)
    counted = Fact.objects.count()
    jobs = Job.objects.filter(kind="cases.count_deadline")
    deadlines = [str(deadline_id) for deadline_id in case.deadlines.values_list("id", flat=True)]
    assert all(any(deadline in job.key for deadline in deadlines) and case.number not in job.key for job in jobs)
    jobs.filter(state="done").update(state="open")
    _go(travel, 2026, 4, 1, 11)
    assert Fact.objects.count() == counted


def test_a_deadline_fact_is_of_the_place_kind_and_group_of_its_report(travel, place):
    _registered(place, subject=f"mayor:{place['mayor'].id}")
    _go(travel, 2026, 4, 1, 10)
    [report] = _found("reports")
    for fact in _found("clocks"):
        assert fact.organisation == report.organisation == place.organisation.id
        assert (fact.codes["kind"], fact.codes["group"]) == (report.codes["kind"], report.codes["group"])


def test_a_code_that_is_not_known_refuses_the_decision_and_leaves_everything_as_it_was(place, monkeypatch):
    case = a_case(place)
    monkeypatch.setattr(
        "cases.deciding.decisions.case_codes", lambda _case, _sealing: {"kind": "aggression", "known_as": "nobody"}
    )
    with pytest.raises(CannotCount, match="known_as"):
        walk(case, "assess")
    case.refresh_from_db()
    assert (case.phase, case.revision) == ("reported", 0)
    assert not Fact.objects.exists()


def test_a_report_is_counted_after_two_weeks_and_at_the_latest_with_its_quarter():
    days = {
        "2026-01-10": "2026-01-24",
        "2026-03-18": "2026-04-01",
        "2026-03-31": "2026-04-01",
        "2026-12-20": "2027-01-01",
    }
    for registered, counted in days.items():
        assert counts_on(date.fromisoformat(registered)) == date.fromisoformat(counted), registered
    day = date(2026, 1, 1)
    while day < date(2029, 1, 1):
        here = counts_on(day)
        assert day < here <= day + timedelta(days=14)
        assert quarter(here - STILL_OPEN) == quarter(day), "an edition may stand"
        day += timedelta(days=1)


def test_what_is_found_out_until_a_report_is_counted_counts(travel, place):
    travel.move_to(datetime(2026, 2, 2, 10, tzinfo=AMSTERDAM))
    case = _registered(place, "aggression", severity="2")
    _go(travel, 2026, 2, 15, 23, 59)
    assert not Fact.objects.exists()
    case.refresh_from_db()
    sealing = Codes()
    codes = case_codes(case, sealing) | {"severity": "5"}
    type(case).objects.filter(id=case.id).update(codes=seal_case_codes(case.organisation_id, case.id, codes, sealing))
    _go(travel, 2026, 2, 16, 0, 1)
    [report] = _found("reports")
    assert (report.period, report.codes["severity"]) == ("2026-Q1", "5")
    assert {fact.period for fact in _found("clocks")} == {"2026-Q1"}


def test_a_worker_that_dies_while_it_counts_leaves_nothing_and_the_next_one_counts_once(travel, place, monkeypatch):
    case = _registered(place)
    job = Job.objects.get(kind="cases.count_report")
    assert (job.target, job.due) == (case.id, datetime(2026, 4, 1, tzinfo=AMSTERDAM)), (
        "the day, and no moment of anybody"
    )
    travel.move_to(datetime(2026, 4, 1, 0, 1, tzinfo=AMSTERDAM))

    def killed(*_given):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr("cases.counting.facts.count_deadlines", killed)
        with pytest.raises(SystemExit):
            run_due()
    assert not Fact.objects.exists()
    travel.shift(timedelta(minutes=5))  # its lease ran out
    while run_due():
        pass
    Job.objects.filter(kind="cases.count_report").update(state="open", due=timezone.now())
    while run_due():
        pass
    assert len(_found("reports")) == 1


def test_reports_of_one_day_are_counted_together_whenever_they_came(travel, place):
    travel.move_to(datetime(2026, 2, 2, 9, 17, tzinfo=AMSTERDAM))
    _registered(place, known_as="anonymous")
    travel.move_to(datetime(2026, 2, 2, 16, 41, tzinfo=AMSTERDAM))
    _registered(place, known_as="anonymous")
    dues = set(Job.objects.filter(kind="cases.count_report").values_list("due", flat=True))
    assert dues == {datetime(2026, 2, 16, tzinfo=AMSTERDAM)}
