"""Reporters go on sending while the web server, the worker, PostgreSQL, Redis and the mail server are killed, frozen, cut off
and restarted in an order that chance gives. At the end nothing may be lost, doubled or stuck.

WEER_BENCH_SECONDS: how long. WEER_BENCH_SEED: of the order. WEER_BENCH_REPORTERS: how many send at once.

A reporter does what a person does: where no page comes, or the page says that nothing could be kept, the same button again.
What was confirmed ("Uw melding is binnen") must open with its code. Limits against abuse and the minimum time are off.
"""

import contextlib
import itertools
import os
import random
import signal
import sys
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from benchmarks.measure import scratch, tell

SECONDS = float(os.environ.get("WEER_BENCH_SECONDS", 600))
SEED = int(os.environ.get("WEER_BENCH_SEED", 1))
REPORTERS = int(os.environ.get("WEER_BENCH_REPORTERS", 3))
PATIENCE = 180  # seconds for which a reporter goes on pressing, and the workers may catch up at the end
DOWN = (0.5, 4)  # seconds between a fault and its end


def run() -> None:
    from tests.support.mail_server import MailServer
    from tests.support.services import PostgreSQL, Redis

    database, redis, mail = PostgreSQL(durable=True), Redis(), MailServer()
    scratch(
        DATABASE_URL=database.url,
        REDIS_URL=redis.url,
        WEERBAAR_ABUSE_CHECKS="false",
        WEERBAAR_EMAIL_BACKEND="jobs.sending.smtp.EmailBackend",
        WEERBAAR_SMTP_HOST="127.0.0.1",
        WEERBAAR_SMTP_PORT=str(mail.port),
        WEERBAAR_SMTP_TLS="false",
    )
    from tests.support.places import a_place, make_places

    make_places()
    a_place()
    installation = Installation(database, redis, mail)
    installation.start()
    try:
        told = _hours(installation)
        _catch_up()
        _tell(installation, told)
    finally:
        installation.stop()


class Installation:
    """What runs, and the faults that can be done to it. Each fault ends by itself before the next."""

    def __init__(self, database, redis, mail) -> None:
        from tests.support.services import free_port

        self.database, self.redis, self.mail = database, redis, mail
        self.port, self.done = free_port(), Counter[str]()

    def start(self) -> None:
        self._start_web()
        self._start_worker()

    def stop(self) -> None:
        for service in (self.web, self.worker, self.redis.service, self.database.service):
            _send(service, signal.SIGKILL)
        self.mail.stop()

    @property
    def faults(self) -> dict[str, Callable[[float], None]]:
        """{name: what is done for so many seconds}"""
        return {
            "web server killed": lambda seconds: _killed(self.web, seconds, self._start_web),
            "web server frozen": lambda seconds: _freeze(self.web, seconds),
            "worker killed": lambda seconds: _killed(self.worker, seconds, self._start_worker),
            "worker frozen": lambda seconds: _freeze(self.worker, seconds),
            "database killed": lambda seconds: _killed(self.database.service, seconds, self.database.start),
            "one connection of the database killed": lambda _seconds: self._kill_a_connection(),
            "database frozen": lambda seconds: _freeze(self.database.service, seconds),
            "connections cut": lambda _seconds: self._cut(),
            "Redis killed": lambda seconds: _killed(self.redis.service, seconds, self.redis.start),
            "Redis frozen": lambda seconds: _freeze(self.redis.service, seconds),
            "Redis flushed": lambda _seconds: self.redis.asked(b"FLUSHALL"),
            **{f"mail server: {mode}": self._mail_is(mode) for mode in ("hang", "drip", "refuse", "closing", "drop")},
        }

    def break_something(self, chance: random.Random) -> None:
        """One fault from its beginning to its end."""
        name = chance.choice(sorted(self.faults))
        self.faults[name](chance.uniform(*DOWN))
        self.done[name] += 1

    def _start_web(self) -> None:
        from tests.support.services import ROOT, Service, folder

        program = Path(sys.executable).parent / "granian"
        argv = [program, "--interface", "wsgi", "--host", "127.0.0.1", "--port", self.port, "--workers", "1"]
        argv += ["--blocking-threads", "4", "--no-access-log", "--log-level", "warning", "weerbaar.wsgi:application"]
        self.web = Service(argv, cwd=folder("web"), env={**os.environ, "PYTHONPATH": str(ROOT)})
        self.web.wait_until(self._answers, 60)

    def _answers(self) -> bool:
        try:
            return _answer(self.port, "GET", "/health/live")[0] == 200
        except (OSError, HTTPException):
            return False

    def _start_worker(self) -> None:
        from tests.support.services import celery_worker

        self.worker = celery_worker({})

    def _kill_a_connection(self) -> None:
        """PostgreSQL ends all the others too, and starts anew by itself."""
        for (pid,) in _asked(self.database.url, "SELECT pid FROM pg_stat_activity WHERE datname IS NOT NULL LIMIT 1"):
            os.kill(pid, signal.SIGKILL)

    def _cut(self) -> None:
        others = "FROM pg_stat_activity WHERE datname IS NOT NULL AND pid <> pg_backend_pid()"
        _asked(self.database.url, f"SELECT pg_terminate_backend(pid) {others}")

    def _mail_is(self, mode: str) -> Callable[[float], None]:
        def fault(seconds: float) -> None:
            self.mail.mode = mode
            time.sleep(seconds)
            self.mail.mode = ""

        return fault


@dataclass
class Told:
    """What reporters were told, and what they met."""

    receipts: list[str] = field(default_factory=list)
    messages: list[tuple[str, str]] = field(default_factory=list)  # (receipt, words)
    waited: list[float] = field(default_factory=list)  # seconds until a page came that went on
    again: Counter = field(default_factory=Counter)  # why the same was sent again
    strange: list[str] = field(default_factory=list)  # answers that tell nobody what to do


def _hours(installation: Installation) -> Told:
    """Reporters and faults beside each other, for the time that was asked. Every reporter ends what was begun."""
    told, over, chance = Told(), threading.Event(), random.Random(SEED)
    reporters = [
        threading.Thread(target=_report_on, args=(installation.port, told, over, number)) for number in range(REPORTERS)
    ]
    for reporter in reporters:
        reporter.start()
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        installation.break_something(chance)
        time.sleep(chance.uniform(0.2, 2))
    over.set()
    for reporter in reporters:
        reporter.join()
    return told


def _report_on(port: int, told: Told, over: threading.Event, number: int) -> None:
    from tests.support.reporter import act, come_back, receipt_of, send, to_summary, words_of

    browser = Browser(port, told)
    for report in itertools.count():
        if over.is_set():
            return
        known = {"known_as": "anonymous"} if report % 2 else {}
        receipt = receipt_of(send(browser, to_summary(browser, **known)))
        told.receipts.append(receipt)
        words = f"Er is weer iets gebeurd, {number} {report}."
        assert words in words_of(act(browser, come_back(browser, receipt), "message", text=words))
        told.messages.append((receipt, words))


@dataclass
class Page:
    status_code: int
    content: bytes


class Browser:
    """Sends a form until a page comes that goes on, as a person does."""

    def __init__(self, port: int, told: Told) -> None:
        self.port, self.address, self.told = port, f"http://127.0.0.1:{port}", told

    def post(self, path: str, fields: dict) -> Page:
        begun = time.monotonic()
        while True:
            page = self._once(path, fields)
            if page and page.status_code < 500:
                self.told.waited.append(time.monotonic() - begun)
                return page
            if time.monotonic() - begun > PATIENCE:
                raise TimeoutError(f"no page came for {PATIENCE} seconds")
            time.sleep(0.3)

    def _once(self, path: str, fields: dict) -> Page | None:
        """The page; None where none came."""
        data = urllib.parse.urlencode(fields)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.address, "Accept-Language": "nl"}
        try:
            status, content = _answer(self.port, "POST", path, data, headers)
        except (OSError, HTTPException):
            self.told.again["no page"] += 1
            return None
        if status >= 500:
            self.told.again[f"status {status}"] += 1
            if status != 503 or b"112" not in content:
                self.told.strange.append(f"{status} at {path}")
        return Page(status, content)


def _answer(
    port: int, method: str, path: str, data: str = "", headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, data, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _catch_up() -> None:
    """Whatever failed is tried again at once, as an operator does by `jobs --retry`, until nothing is due."""
    from django.utils import timezone

    from jobs.models import Job

    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        due = Job.objects.filter(state="open", due__lte=timezone.now())
        tried = Job.objects.filter(state="open", attempts__gt=0)
        if not due.exists() and not tried.exists():
            return
        tried.filter(due__gt=timezone.now(), lease_until=None).update(due=timezone.now())
        time.sleep(1)


def _tell(installation: Installation, told: Told) -> None:
    from django.test import Client
    from django.utils import timezone

    from cases.invariants import broken_invariants
    from cases.models import Case
    from jobs.models import Job
    from reporting.models import Message, Report
    from tests.support.reporter import come_back, words_of

    opened = {receipt: words_of(come_back(Client(), receipt)) for receipt in told.receipts}
    sent, reports = len(told.receipts), Report.objects.count()
    written = Message.objects.filter(by=Message.By.REPORTER).count()
    mails = Counter(str(mail["Message-ID"]) for mail in installation.mail.mails)
    for name, count in sorted(installation.done.items()):
        tell("chaos", name, count, "times", sum(installation.done.values()))
    for name, count in sorted(told.again.items()):
        tell("chaos", f"sent again: {name}", count, "times", len(told.waited))
    tell("chaos", "longest wait for a page that goes on", max(told.waited), "s", len(told.waited))
    tell("chaos", "reports confirmed", sent, "reports", max(sent, 1))
    zero = {
        "reports lost": (sum("Uw melding" not in words for words in opened.values()), sent),
        "reports there twice, or never confirmed": (reports - sent, reports),
        "messages lost": (sum(words not in opened[receipt] for receipt, words in told.messages), len(told.messages)),
        "messages there twice": (written - len(told.messages), written),
        "reports without a case": (reports - Case.objects.count(), reports),
        "jobs that are stuck": (Job.objects.filter(state="open", due__lte=timezone.now()).count(), Job.objects.count()),
        "answers that tell nobody what to do": (len(told.strange), len(told.waited)),
        "invariants broken": (len(broken_invariants()), 1),
    }
    for metric, (value, count) in zero.items():
        tell("chaos", metric, value, "times", max(count, 1), "none may be")
    tell(
        "chaos",
        "mails that went twice",
        sum(mails.values()) - len(mails),
        "mails",
        max(len(mails), 1),
        "only of a killed worker",
    )
    for line in told.strange[:5]:
        sys.stderr.write(f"{line}\n")


def _send(service, how: int) -> None:
    """To the process and its children."""
    if service.process.poll() is None:
        children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children").read_text().split()
        for pid in (service.process.pid, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
    if how == signal.SIGKILL:
        service.process.wait()


def _killed(service, seconds: float, start: Callable[[], None]) -> None:
    _send(service, signal.SIGKILL)
    time.sleep(seconds)
    start()


def _freeze(service, seconds: float) -> None:
    _send(service, signal.SIGSTOP)
    time.sleep(seconds)
    _send(service, signal.SIGCONT)


def _asked(url: str, question: str) -> list[tuple]:
    """What the database answers; nothing where it is away."""
    import psycopg

    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as database:
            return database.execute(question).fetchall()  # type: ignore[arg-type]
    except psycopg.Error:
        return []
