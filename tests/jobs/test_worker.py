"""Real workers: a report becomes a case, once, with one mail each, whatever dies in between (S13)."""

import os
import re
import signal
import subprocess
import sys
import time
from email import message_from_string
from email.policy import default
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from cases.models import Case
from jobs import runner
from jobs.models import Job
from jobs.outbox import enqueue, job, ring
from organisations.models import Assignment
from reporting.models import Report
from tests.support import services
from tests.support.build import a_draft, a_place, a_report
from tests.support.wait import until
from weerbaar.celery import app

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


def _mails(folder: str) -> list[str]:
    return [path.read_text() for path in sorted(Path(folder).glob("*"))] if Path(folder).exists() else []


def _done() -> bool:
    return not Job.objects.filter(state="open", due__lte=timezone.now()).exists()  # a deadline waits for its day


@pytest.mark.redis
def test_celery_opens_the_case_after_the_doorbell(celery_worker, worker_env):
    report, _receipt = a_report(a_place())
    until(_done)
    assert Case.objects.get().id == report.case
    tasks = Assignment.objects.filter(case=report.case).count()
    mails = _mails(worker_env["WEERBAAR_EMAIL_DIR"])
    assert sum(text.count("Message-ID:") for text in mails) == tasks


def test_the_work_loop_opens_the_case_where_there_is_no_redis(work_loop):
    with override_settings(REDIS_URL=""):
        report, _receipt = a_report(a_place())
    until(_done)
    assert Case.objects.get().id == report.case


def test_a_worker_killed_while_it_opens_a_case_leaves_one_case_and_one_mail_each(worker_env):
    """kill -9 in the middle of the transaction, then another worker."""
    with override_settings(REDIS_URL=""):
        report, _receipt = a_report(a_place())
    script = (
        "import django, os, signal; django.setup()\n"
        "from jobs import runner\n"
        "from vault import ledger\n"
        "real = ledger.record\n"
        "def die(*args, **kwargs):\n"
        "    real(*args, **kwargs)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "ledger.record = die\n"
        "runner.run_due()\n"
    )
    env = {
        **os.environ,
        **worker_env,
        "REDIS_URL": "",
        "DJANGO_SETTINGS_MODULE": "weerbaar.settings",
        "PYTHONPATH": str(services.ROOT),
    }
    ended = subprocess.run([sys.executable, "-c", script], env=env, check=False, capture_output=True)
    assert ended.returncode == -signal.SIGKILL
    assert not Case.objects.exists()
    Job.objects.update(lease_until=None)  # the lease runs out
    loop = services.work_loop(worker_env)
    until(_done)
    loop.stop()
    assert Case.objects.count() == 1
    tasks = Assignment.objects.filter(case=report.case).count()
    mails = "".join(_mails(worker_env["WEERBAAR_EMAIL_DIR"]))
    assert mails.count("Message-ID:") == tasks
    assert len({line for line in mails.splitlines() if line.startswith("To:")}) == tasks


@pytest.mark.redis
def test_a_frozen_redis_does_not_hold_up_a_report():
    place = a_place()
    draft = a_draft(place)
    home = services.folder("frozen")
    port = services.free_port()
    frozen = services.Service(["redis-server", "--port", port, "--bind", "127.0.0.1", "--save", ""], cwd=home)
    frozen.wait_until(lambda: b"Ready to accept" in frozen.log.read_bytes())
    from reporting.form.submission import submit

    before = app.conf.broker_url
    app.conf.broker_url = f"redis://127.0.0.1:{port}/0"
    frozen.process.send_signal(signal.SIGSTOP)
    try:
        start = time.monotonic()
        submit(draft.submission())
        waited = time.monotonic() - start
    finally:
        frozen.process.send_signal(signal.SIGCONT)
        app.conf.broker_url = before
        frozen.stop(signal.SIGKILL)
    assert Report.objects.count() == 1
    assert Job.objects.filter(kind="cases.open_case", state="open").count() == 1
    assert waited < 10  # a default publish hangs for over 40 seconds


def test_mail_names_nobody_and_nothing(work_loop, worker_env):
    place = a_place()
    with override_settings(REDIS_URL=""):
        report, _receipt = a_report(place, account="Geheim verhaal over de dijk en de windmolen.")
    until(_done)
    number = Case.objects.get().number
    mails = [message_from_string(mail, policy=default) for mail in _mails(worker_env["WEERBAAR_EMAIL_DIR"])]
    assert mails
    for mail in mails:
        assert mail["Subject"] == "Er is iets nieuws in Weerbaar"
        said = " ".join([*(value for name, value in mail.items() if name != "To"), mail.get_content()])
        for secret in (number, str(report.case), "Voorbeeldstad", "dijk", "http"):
            assert secret not in said


@job("tests.fails")
def _fails(work: Job) -> None:
    raise RuntimeError("always")


@job("tests.works")
def _works(work: Job) -> None:
    _worked.append(work.target)


_worked: list = []


def test_a_job_that_always_fails_never_holds_up_the_others():
    _worked.clear()
    with transaction.atomic():
        enqueue("tests.fails", key="poison")
        enqueue("tests.works", key="good")
    for _ in range(20):
        runner.run_due()
        Job.objects.filter(state="open").update(due=timezone.now())
    assert _worked == [None]
    poison = Job.objects.get(key="poison")
    assert poison.state == "open", "nothing is given up"
    assert re.fullmatch(r"RuntimeError at jobs/test_worker\.py:\d+", poison.error)


def test_the_same_key_is_one_job_and_is_done_once():
    _worked.clear()
    for _ in range(3):
        enqueue("tests.works", key="once")
    assert runner.run_due() == 1
    assert runner.run_due() == 0
    assert len(_worked) == 1


def test_a_broker_that_is_away_is_no_error_and_no_line_that_tells_when_somebody_reported(caplog, monkeypatch):
    monkeypatch.setattr(app, "send_task", Mock(side_effect=ConnectionError))
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        ring("cases", "mail")
    assert caplog.messages == []
