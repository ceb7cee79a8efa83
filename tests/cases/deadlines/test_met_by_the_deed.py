"""A deadline is met by the deed and dated by it: a call is recorded later, and counts as of when it was."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from cases.counting.facts import facts_of_case, leave_report
from cases.deadlines.running import meet, meet_deadline, rest, start_deadlines
from cases.deciding.decisions import Choice, decide
from cases.deciding.deeds import CALL, Deed, TextToReporter
from cases.models import Deadline
from jobs.models import Job
from jobs.runner import run_due
from reporting.counting.corrections import now_counted
from tests.support.build import REASON, a_case, a_place, signed_in, walk, who
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return walk(a_case(a_place()), "acknowledge", "assess", "medium", "adopt")


def _earlier(case, code: str, since_due: timedelta) -> Deadline:
    """As if it had fallen due that long ago."""
    deadline = case.deadlines.get(code=code)
    deadline.due = timezone.now() - since_due
    deadline.save()
    type(case).objects.filter(id=case.id).update(started_on=timezone.localdate() - timedelta(days=40))
    type(case.report).objects.filter(id=case.report_id).update(received_at=timezone.now() - timedelta(days=40))
    case.decisions.update(done_at=timezone.now() - timedelta(days=39))
    case.refresh_from_db()
    return deadline


def _told_by_telephone(case, code: str, ago: timedelta) -> None:
    at = timezone.localtime(timezone.now() - ago).isoformat()
    told = TextToReporter("Wij belden, en vertelden wat wij deden en waarom.", "", CALL, at, "De melder")
    actor = who(case.id, "case_officer")
    decide(case, Choice(code, reason=REASON, deed=Deed(told)), actor=actor, revision=case.revision)
    case.refresh_from_db()


def test_a_call_that_was_in_time_meets_a_deadline_that_passed_before_it_was_recorded(case):
    deadline = _earlier(case, "FEEDBACK_3M", timedelta(days=1))
    assert deadline.is_missed()
    _told_by_telephone(case, "give_feedback", timedelta(days=2))
    deadline.refresh_from_db()
    assert deadline.met_at is not None
    assert not deadline.is_missed()
    page = signed_in(who(case.id, "case_officer").person).get(f"/werkplek/zaak/{case.id}/termijnen/")
    assert "Op tijd gedaan" in words_of(page)


def test_a_call_after_the_deadline_is_late(case):
    deadline = _earlier(case, "FEEDBACK_3M", timedelta(days=3))
    _told_by_telephone(case, "give_feedback", timedelta(days=2))
    deadline.refresh_from_db()
    assert deadline.is_missed()


def test_the_reminder_after_a_deadline_is_silent_once_the_deed_was_recorded(case):
    deadline = _earlier(case, "FEEDBACK_3M", timedelta(days=1))
    _told_by_telephone(case, "give_feedback", timedelta(days=2))
    leave_report(case, timezone.now())
    for job in Job.objects.filter(target=deadline.id):
        job.due = timezone.now()
        job.save()
    run_due()
    [fact] = [fact for fact in facts_of_case(case) if _of_group(fact, deadline)]
    assert now_counted(fact).codes["met"] == "met"


def test_what_was_counted_as_missed_is_put_right_while_its_quarter_is_open(case):
    deadline = _earlier(case, "FEEDBACK_3M", timedelta(days=1))
    leave_report(case, timezone.now())
    [fact] = [fact for fact in facts_of_case(case) if _of_group(fact, deadline)]
    assert now_counted(fact).codes["met"] == "missed"
    _told_by_telephone(case, "give_feedback", timedelta(days=2))
    [fact] = [fact for fact in facts_of_case(case) if _of_group(fact, deadline)]
    assert now_counted(fact).codes["met"] == "met"
    assert fact.corrections.get().in_time
    deadline.refresh_from_db()
    assert not deadline.is_missed()


def test_what_was_late_stays_counted_as_missed(case):
    deadline = _earlier(case, "FEEDBACK_3M", timedelta(days=3))
    leave_report(case, timezone.now())
    _told_by_telephone(case, "give_feedback", timedelta(days=2))
    [fact] = [fact for fact in facts_of_case(case) if _of_group(fact, deadline)]
    assert now_counted(fact).codes["met"] == "missed"


def test_after_its_quarter_the_figures_say_what_was_known_then(case):
    """`met` is lasting in facts.yaml: the proof of revised figures relies on it."""
    deadline = _earlier(case, "FEEDBACK_3M", timedelta(days=1))
    leave_report(case, timezone.now())
    told = timezone.now() - timedelta(days=2)
    with time_machine.travel(timezone.now() + timedelta(days=100), tick=False):
        _told_by_telephone(case, "give_feedback", timezone.now() - told)
        [fact] = [fact for fact in facts_of_case(case) if _of_group(fact, deadline)]
        assert now_counted(fact).codes["met"] == "missed"
        deadline.refresh_from_db()
        assert not deadline.is_missed()


def _of_group(fact, deadline: Deadline) -> bool:
    return fact.population == "clocks" and now_counted(fact).codes["clock"] == deadline.kind.group


def test_a_deed_before_the_hold_moves_no_day():
    case = a_case(a_place(), "integrity")
    now = timezone.now()
    start_deadlines(case, ["REPORT_10WD"], now - timedelta(days=10))
    rest(case, now)
    resting = case.deadlines.get(code="REPORT_10WD")
    due = resting.due
    assert resting.paused_at
    meet_deadline(resting, now - timedelta(days=2))
    resting.refresh_from_db()
    assert resting.due == due
    assert resting.paused_at is None
    assert not resting.is_missed()
    meet(case, ["REPORT_10WD"], now)  # nothing is pending any more
    assert case.deadlines.get(code="REPORT_10WD").met_at == resting.met_at
