"""Real workers, a real Redis and a mail server that hangs: what is promised is done once (F3, F4, F5, F9; promises P2, P4)."""

import signal
from collections import Counter
from urllib.parse import urlparse

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from cases.models import Case
from jobs.heartbeat import silent
from jobs.models import Job
from jobs.outbox import Promise, enqueue_all
from tests.support import services
from tests.support.build import a_place, a_report
from tests.support.mail_server import MailServer
from tests.support.wait import until
from weerbaar.celery import app

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]
MANY, KILLED = 120, 4  # mails, and times that their worker is killed


@pytest.fixture
def server():
    started = MailServer()
    yield started
    started.stop()


@pytest.fixture
def by_smtp(worker_env, server):
    """What a worker process needs to send its mail to the server of the test."""
    return worker_env | {
        "WEERBAAR_EMAIL_BACKEND": "jobs.sending.smtp.EmailBackend",
        "WEERBAAR_SMTP_HOST": "127.0.0.1",
        "WEERBAAR_SMTP_PORT": str(server.port),
        "WEERBAAR_SMTP_TLS": "false",
    }


def _report(place):
    with override_settings(REDIS_URL=""):
        return a_report(place)[0]


def _opened() -> bool:
    return Case.objects.count() == Job.objects.filter(kind="cases.open_case").count() > 0


def test_cases_are_opened_while_the_mail_server_hangs(by_smtp, server):
    place = a_place()
    server.mode = "hang"
    _report(place)
    loop = services.work_loop(by_smtp)
    until(lambda: server.asked)  # a mail waits for its answer from now on
    reports = [_report(place) for _ in range(3)]
    until(lambda: Case.objects.filter(id__in=[report.case for report in reports]).count() == 3, 8)
    assert server.asked == 1
    assert server.mails == []
    loop.stop(signal.SIGKILL)


def test_two_workers_that_look_at_once_send_every_mail_once(by_smtp, server):
    person = a_place()["officer"]
    enqueue_all(Promise("mail.ping", person.id, f"many:{number}") for number in range(30))
    loops = [services.work_loop(by_smtp) for _ in range(2)]
    until(lambda: not Job.objects.filter(kind="mail.ping", state="open").exists())
    for loop in loops:
        loop.stop()
    assert Counter(str(mail["Message-ID"]) for mail in server.mails).most_common(1)[0][1] == 1
    assert len(server.mails) == 30


def test_a_worker_that_hears_one_queue_leaves_the_others(worker_env):
    person = a_place()["officer"]
    enqueue_all([Promise("mail.ping", person.id, "mail"), Promise("organisations.drop_kept", person.id, "cases")])
    loop = services.work_loop(worker_env, "--queue", "cases")
    until(lambda: Job.objects.filter(key="cases", state="done").exists())
    assert Job.objects.get(key="mail").attempts == 0
    assert silent() == ["mail", "heavy"]
    loop.stop()


def test_a_worker_stops_when_it_is_told_to(worker_env):
    loop = services.work_loop(worker_env)
    loop.process.send_signal(signal.SIGTERM)
    assert loop.process.wait(20) == 0


@pytest.mark.redis
def test_celery_does_what_nobody_rang_for(worker_env):
    """No doorbell came (Redis was away, or flushed): the worker rings for itself, and there is no beat."""
    report = _report(a_place())
    worker = services.celery_worker(worker_env)
    until(lambda: Case.objects.filter(id=report.case).exists(), 30)
    until(lambda: silent() == [], 30)
    assert not Job.objects.filter(kind="cases.open_case", state="open").exists()
    worker.stop()


@pytest.mark.redis
@pytest.mark.rehearsal
def test_redis_that_is_frozen_flushed_and_killed_loses_no_case(worker_env, settings):
    redis = services.Redis()
    url = redis.url
    settings.REDIS_URL, before = url, app.conf.broker_url
    app.conf.broker_url = url
    place = a_place()
    try:
        worker = services.celery_worker(worker_env | {"REDIS_URL": url})
        for fault in ("frozen", "flushed", "killed", "killed"):
            if fault == "frozen":
                redis.service.process.send_signal(signal.SIGSTOP)
            elif fault == "killed":
                redis.service.stop(signal.SIGKILL)
            for _ in range(5):
                a_report(place)
            if fault == "frozen":
                redis.service.process.send_signal(signal.SIGCONT)
            elif fault == "flushed":
                assert redis.asked(b"FLUSHALL") == b"+OK"
            else:
                redis.start()
            until(_opened, 120)
        assert Case.objects.count() == 20
        worker.stop()
    finally:
        app.conf.broker_url = before
        redis.service.stop(signal.SIGKILL)


@pytest.mark.rehearsal
def test_a_worker_killed_again_and_again_loses_no_mail_and_sends_none_that_was_done(by_smtp, server):
    """kill -9 in the middle of the work, with the leases as they are."""
    person = a_place()["officer"]
    enqueue_all(Promise("mail.ping", person.id, f"many:{number}") for number in range(MANY))
    for _ in range(KILLED):
        loop = services.work_loop(by_smtp)
        had = len(server.mails)
        until(lambda had=had: len(server.mails) > had + 10, 200)
        loop.stop(signal.SIGKILL)
    loop = services.work_loop(by_smtp)
    until(lambda: not Job.objects.filter(kind="mail.ping", state="open").exists(), 400)
    loop.stop()
    sent = Counter(str(mail["Message-ID"]) for mail in server.mails)
    assert len(sent) == MANY, "none is lost"
    assert sum(sent.values()) <= MANY + KILLED * 2, "at most what was in the hands of a killed worker goes twice"


@pytest.mark.rehearsal
@pytest.mark.redis
def test_a_database_that_restarts_ends_no_worker(worker_env):
    """The connections are cut under the worker, as a restart of PostgreSQL does."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no connection to cut")
    loop = services.work_loop(worker_env)
    until(lambda: silent() == [])
    name = urlparse(worker_env["DATABASE_URL"]).path.strip("/")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [name],
        )
    report = _report(a_place())
    until(lambda: Case.objects.filter(id=report.case).exists(), 30)
    assert timezone.now()
    loop.stop()
