"""Work that fails is never given up, is said, and holds up nobody (F9, F10; promises P4, P5)."""

import io
import re
import time
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from jobs import runner, telling
from jobs.daily import promise_daily
from jobs.faults import LOST, UNKNOWN, WAITS, failing, kinds_that_wait
from jobs.heartbeat import beat, silent
from jobs.models import Fault, Heartbeat, Job
from jobs.outbox import Promise, enqueue, enqueue_all, job, week_start
from jobs.queues import MAIL, QUEUES
from jobs.runner import run_due
from tests.support.build import a_case

pytestmark = [pytest.mark.django_db, pytest.mark.both]
broken: set[str] = set()
did: list[str] = []


@job("tests.breaks")
def _breaks(work: Job) -> None:
    if work.key in broken:
        raise RuntimeError("of Jan de Vries")
    did.append(work.key)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    broken.clear()
    did.clear()
    monkeypatch.setattr(telling, "_STARTED", time.monotonic() - 3600)  # this worker has run for long
    with time_machine.travel("2027-03-03T10:00:05+01:00", tick=False) as travelling:
        promise_daily()
        Job.objects.update(state="done")  # the work of the day is another matter
        yield travelling


def _list() -> str:
    out = io.StringIO()
    try:
        call_command("jobs", stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}\n{error}"
    return out.getvalue()


def _break(*keys: str) -> None:
    broken.update(keys)
    enqueue_all(Promise("tests.breaks", key=key) for key in keys)


def test_a_fault_of_five_days_ends_with_everything_done(clock):
    _break("one", "two", "three")
    for _ in range(5 * 8):
        clock.shift(timedelta(hours=3))
        runner.run_due("cases")
    assert not did
    broken.clear()
    clock.shift(timedelta(minutes=60))
    runner.run_due("cases")
    assert sorted(did) == ["one", "three", "two"]
    assert Job.objects.filter(state="open").count() == 0
    assert not Fault.objects.exists()


def test_what_is_mended_goes_on_within_minutes_however_long_it_failed(clock):
    _break(*(f"number {number}" for number in range(8)))
    for _ in range(8):
        clock.shift(timedelta(minutes=61))
        runner.run_due("cases")
    broken.clear()
    clock.shift(timedelta(minutes=5))
    runner.sweep("cases")
    assert len(did) == 8


def test_starting_a_worker_tries_at_once_what_failed_before(clock):
    """cases/10-jobs-die.sh: a worker with a wrong key gave up for ever after 22 minutes."""
    _break("one")
    for _ in range(30):
        clock.shift(timedelta(hours=1, minutes=1))
        runner.run_due()
    broken.clear()
    call_command("work", "--once", stdout=io.StringIO())
    assert did == ["one"]


def test_a_cause_is_a_class_and_a_place_and_no_word_of_the_error():
    _break("one")
    runner.run_due()
    [one] = failing()
    assert re.fullmatch(r"RuntimeError at jobs/test_faults.py:\d+", one.cause)
    assert (one.count, one.kinds, one.is_long) == (1, ("tests.breaks",), False)


def test_a_failure_leaves_no_line_in_the_log_that_tells_when_it_was(caplog):
    _break("one")
    runner.sweep()
    assert caplog.messages == []


def test_the_list_names_what_fails_since_when_and_tries_it_again(clock):
    runner.sweep()
    assert "waiting" in _list()
    _break("one", "two")
    runner.sweep()
    clock.shift(timedelta(seconds=30))
    text = _list()
    assert re.search(r"2 × RuntimeError at jobs/test_faults.py:\d+, since 2027-03-03: tests.breaks", text)
    assert "--retry" in text
    assert "Jan de Vries" not in text
    broken.clear()
    call_command("jobs", "--retry", stdout=io.StringIO())
    runner.run_due()
    assert sorted(did) == ["one", "two"]


def test_what_can_never_be_done_is_taken_out_by_hand_and_stays_named(clock):
    _break("one")
    runner.run_due()
    which = str(Job.objects.get(key="one").id)
    call_command("jobs", "--take-out", which, stdout=io.StringIO())
    clock.shift(timedelta(days=2))
    broken.clear()
    runner.run_due()
    assert not did
    assert "1 were taken out" in _list()
    with pytest.raises(CommandError):
        call_command("jobs", "--take-out", str(uuid4()), stdout=io.StringIO())


def test_an_operator_hears_of_each_cause_once_a_day(clock, settings, mailoutbox, caplog):
    settings.OPERATOR_EMAIL = "beheer@example.org"
    _break("one", "two")
    for _ in range(3 * 6):
        clock.shift(timedelta(hours=4, seconds=1))
        runner.sweep()
    told = [
        message for message in mailoutbox if message.to == ["beheer@example.org"] and "RuntimeError" in message.body
    ]
    assert len(told) in {3, 4}  # one on each day of the three, the first after it failed for long
    assert "manage.py jobs" in told[0].body
    assert "3 maart 2027" in told[0].body
    assert len([line for line in caplog.messages if "RuntimeError" in line]) == len(told)


def test_without_an_address_the_log_says_it(clock, caplog):
    _break("one")
    for _ in range(12):
        clock.shift(timedelta(minutes=60, seconds=1))
        runner.sweep()
    assert next(line for line in caplog.messages if line.startswith("RuntimeError at")).endswith("see manage.py jobs")


def test_work_that_no_code_knows_waits_and_is_said(clock, settings, mailoutbox):
    """A newer program beside this one may know it; a kind that is gone is not tried for ever in silence."""
    settings.OPERATOR_EMAIL = "beheer@example.org"
    Job.objects.create(kind="tests.gone", key="gone", due=week_start())
    runner.sweep()
    assert Job.objects.get(key="gone").attempts == 0
    assert UNKNOWN in _list()
    assert not [message for message in mailoutbox if UNKNOWN in message.body]
    clock.shift(timedelta(days=1))
    runner.sweep()
    runner.sweep()
    assert len([message for message in mailoutbox if UNKNOWN in message.body]) == 1


def test_work_whose_target_is_gone_is_said():
    enqueue("reporting.alarm", uuid4())
    runner.run_due()
    [one] = failing()
    assert one.cause.startswith("DoesNotExist at reporting/jobs.py")
    assert one.cause in _list()


def test_work_that_kills_its_worker_gets_a_growing_wait_and_holds_up_nobody(clock):
    Job.objects.create(kind="tests.breaks", key="kills", due=week_start(), attempts=2, lease_until=timezone.now())
    enqueue("tests.breaks", key="good")
    clock.shift(timedelta(minutes=3))
    runner.run_due("cases")
    assert did == ["good"]
    [one] = failing()
    assert one.cause == LOST
    clock.shift(WAITS[-1])
    runner.run_due("cases")
    assert did == ["good", "kills"]


def test_a_queue_at_which_nobody_looks_is_silent(clock):
    beat(*QUEUES)
    assert silent() == []
    clock.shift(timedelta(minutes=2))
    beat("cases")
    clock.shift(timedelta(minutes=1))
    assert silent() == ["mail", "heavy"]
    assert all(row.at.second % 30 == 0 and not row.at.microsecond for row in Heartbeat.objects.all())


def test_an_operator_hears_that_nobody_looks_at_a_queue(clock, settings, mailoutbox):
    settings.OPERATOR_EMAIL = "beheer@example.org"
    beat(*QUEUES)
    for _ in range(5):
        clock.shift(timedelta(minutes=2))
        runner.sweep("cases")
        runner.sweep("mail")
    told = [message.body for message in mailoutbox if "nobody works at heavy" in message.body]
    assert len(told) == 1


def test_each_queue_does_its_own_work_alone(place):
    enqueue("tests.breaks", key="of cases")
    enqueue("mail.ping", place["officer"].id, key="of mail")
    assert runner.run_due("mail") == 1
    assert runner.run_due("heavy") == 0
    assert not did
    assert runner.run_due("cases") == 1


def test_no_more_of_a_queue_is_done_at_once_than_it_says(place):
    enqueue_all(Promise("mail.ping", place["officer"].id, f"mail {number}") for number in range(5))
    busy = Job.objects.filter(kind="mail.ping")[: MAIL.at_once]
    Job.objects.filter(id__in=[row.id for row in busy]).update(lease_until=timezone.now() + timedelta(minutes=1))
    assert runner.run_due("mail") == 0


def test_a_worker_that_works_for_long_keeps_its_lease_and_is_heard(clock, monkeypatch):
    """The lease is renewed while the work goes on; here after each turn of the thread that holds it."""
    seen = []

    class Turns:
        def wait(self, _seconds):
            seen.append(Job.objects.get(key="long").lease_until)
            clock.shift(timedelta(seconds=50))
            return len(seen) > 4

    monkeypatch.setattr(runner.connections, "close_all", lambda: None)
    work = Job.objects.create(kind="tests.breaks", key="long", due=week_start(), lease_until=timezone.now())
    runner._hold(work, QUEUES["cases"], Turns())
    assert seen == sorted(seen)
    assert seen[-1] > timezone.now() - timedelta(seconds=50)
    assert "cases" not in silent()


def test_a_worker_that_takes_longer_than_it_may_is_silent(clock, monkeypatch):
    class Never:
        def wait(self, seconds):
            clock.shift(timedelta(seconds=seconds))
            return False

    monkeypatch.setattr(runner.connections, "close_all", lambda: None)
    work = Job.objects.create(kind="mail.ping", key="hangs", due=week_start())
    began = timezone.now()
    runner._hold(work, MAIL, Never())
    assert timezone.now() - began == MAIL.longest
    clock.shift(timedelta(minutes=3))
    assert "mail" in silent()
    assert Job.objects.get(key="hangs").lease_until < timezone.now(), "another worker may do it"


def test_a_case_does_not_wait_for_an_alarm_that_cannot_be_posted(place, settings, monkeypatch):
    settings.ALARM_WEBHOOK = "https://127.0.0.1:1/alarm"
    a_case(place, "aggression")
    from reporting.models import Alarm, Report

    alarm = Alarm.objects.create(report=Report.objects.get(), occasion=uuid4())
    enqueue("cases.alarm_webhook", alarm.id)
    runner.run_due()
    assert [one.cause for one in failing()] == ["alarm_webhook"]


def test_what_was_put_off_by_a_clock_that_was_ahead_does_not_wait_for_that_moment(clock):
    clock.move_to("2028-04-07T10:00:05+02:00")
    _break("later")
    run_due()
    beat(*QUEUES)
    Job.objects.create(kind="tests.breaks", key="leased", due=week_start(), lease_until=timezone.now())
    Fault.objects.create(cause="mail", since="2028-04-07", retry_at=timezone.now() + timedelta(minutes=5))
    broken.clear()
    clock.move_to("2027-03-03T10:00:05+01:00")
    Job.objects.filter(key="leased").update(due=week_start())
    assert silent() == [*QUEUES], "a heartbeat of a moment to come is none"
    assert kinds_that_wait() == []
    run_due()
    assert sorted(did) == ["later", "leased"]
    beat(*QUEUES)
    assert silent() == []
