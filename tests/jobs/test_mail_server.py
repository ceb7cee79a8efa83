"""A mail server that is away for a time: one fault, no mail lost, and no case that waits (F5, cases/operation/fault_smtp.py)."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from cases.models import Case
from jobs import runner
from jobs.faults import WAITS, failing
from jobs.models import Fault, Job
from jobs.outbox import Promise, enqueue_all, week_start
from jobs.sending import smtp
from organisations.models import Person
from tests.support.build import a_report
from tests.support.mail_server import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def server(settings):
    started = MailServer()
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "jobs.sending.smtp.EmailBackend",
        "127.0.0.1",
        started.port,
    )
    settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = False, 0.3
    yield started
    started.stop()


def _promise(place, many: int) -> list[str]:
    person = place["officer"]
    assert isinstance(person, Person)
    enqueue_all(Promise("mail.ping", person.id, f"many:{number}") for number in range(many))
    return [person.email] * many


def _waiting() -> int:
    return Job.objects.filter(kind="mail.ping", state="open", due__lte=timezone.now()).count()


def _later(clock, **by) -> None:
    clock.shift(timedelta(**by))
    runner.sweep("mail")


@pytest.fixture
def clock():
    with time_machine.travel("2027-03-03T10:00:05+01:00", tick=False) as travelling:
        yield travelling


@pytest.mark.parametrize(
    ("mode", "many"),
    [("hang", 20), ("closing", 20), ("drop", 20), ("drip", 20), pytest.param("hang", 200, marks=pytest.mark.rehearsal)],
)
def test_many_mails_ask_a_server_that_is_away_once(server, place, clock, mode, many, monkeypatch, caplog):
    monkeypatch.setattr(smtp, "LONGEST", 0.6)
    expected = _promise(place, many)
    server.mode = mode
    runner.run_due("mail")
    assert server.asked == 1
    assert Fault.objects.get().cause == "mail"
    assert caplog.messages == ["mail does not answer: what needs it waits"], "the log says it once"
    for _ in range(8):
        _later(clock, seconds=5)
    assert 2 <= server.asked <= 4, "one tries again, with a growing wait"
    server.mode = ""
    clock.shift(timedelta(minutes=1))
    while runner.run_due("mail"):
        pass
    assert server.recipients == expected, "when it is back everything goes at once"
    assert len({str(mail["Message-ID"]) for mail in server.mails}) == many
    assert not Fault.objects.exists()


def test_a_server_that_is_away_for_days_loses_nothing(server, place, clock):
    expected = _promise(place, 3)
    server.mode = "closing"
    for _ in range(72):
        _later(clock, hours=1)
    [fault] = failing()
    assert (fault.cause, fault.count, fault.is_long) == ("mail", 3, True)
    assert str(fault.since) == "2027-03-03", "a day, and no moment"
    server.mode = ""
    _later(clock, minutes=5)
    assert server.recipients == expected


def test_mail_that_is_refused_for_a_time_goes_when_one_is_taken(server, place, clock):
    expected = _promise(place, 12)
    server.mode = "refuse"
    for _ in range(6):
        _later(clock, minutes=30)
    assert failing()[0].count == 12
    assert failing()[0].cause.startswith("SMTPRecipientsRefused at sending/mail.py")
    server.mode = ""
    _later(clock, minutes=5)  # one tries before its time
    _later(clock, seconds=1)
    assert server.recipients == expected


def test_one_bad_address_holds_up_nobody(server, place, clock):
    """The first mail of the queue makes the server hang up, for ever."""
    first = Job.objects.create(kind="mail.ping", target=place["officer"].id, key="first", due=week_start() - WAITS[-1])
    server.mode = "drop"
    runner.run_due("mail")
    server.mode = ""
    first.refresh_from_db()
    assert first.due > timezone.now(), "the next one asks next"
    expected = _promise(place, 5)
    _later(clock, seconds=30)
    assert len(server.recipients) >= len(expected)


def test_no_case_waits_for_mail(server, place, clock):
    server.mode = "hang"
    for _ in range(3):
        a_report(place, "aggression")
        runner.run_due()
    assert Case.objects.count() == 3
    assert server.asked == 1


def test_while_it_fails_no_row_tells_when_it_was_promised(server, place, clock):
    server.mode = "closing"
    _promise(place, 2)
    runner.run_due("mail")
    job = Job.objects.exclude(error="").get()
    assert job.due.second % 10 == 0
    assert job.due.microsecond == 0
    for _ in range(30):
        _later(clock, hours=1)
    for job in Job.objects.exclude(error=""):
        assert (job.due.minute, job.due.second) in {(0, 0), (30, 0), (15, 0), (45, 0)}
        assert job.attempts <= len(WAITS), "how long it fails cannot be counted"
