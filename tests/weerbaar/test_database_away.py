"""The database does not answer: whoever reports sees what to do and loses nothing, and nobody waits for ever."""

import errno
import os
import re
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from unittest.mock import Mock

import pytest
from django.db import OperationalError, close_old_connections, connection
from django.test import Client

from organisations.models import Assignment, Suspension
from reporting.models import Report
from tests.support.places import a_place
from tests.support.reporter import press, receipt_of, state_of, to_summary, words_of
from weerbaar.operation.asked import view_of
from weerbaar.operation.patience import patient_for

pytestmark = [pytest.mark.django_db, pytest.mark.both]
URL = "/voorbeeldstad/melden/"


def _broken(*_given):
    raise OperationalError("server closed the connection unexpectedly")


@contextmanager
def away() -> Iterator[None]:
    with connection.execute_wrapper(_broken):
        yield


def _hidden(page) -> dict[str, str]:
    found = re.findall(r'<input\s+type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', page.content.decode())
    return {name: unescape(value) for name, value in found}


def _browser() -> Client:
    return Client(raise_request_exception=False)


def test_a_reporter_sees_112_and_sends_the_same_again_by_one_button(place):
    browser = _browser()
    page = browser.post(URL, {"kind": "aggression"})
    answers = {"aggression_form": "threat", "account": 'Hij zei: "Ik weet <waar> je woont."', "danger": "safe"}
    given = {"state": state_of(page), "kind": "aggression", "action": "next", **answers}
    step = re.search(r'name="step"\s+value="(\w+)"', page.content.decode())[1]
    with away():
        broken = browser.post(URL, {**given, "step": step})
    assert broken.status_code == 503
    assert "Bel 112" in words_of(broken)
    assert "Stuur het opnieuw" in words_of(broken)
    assert _hidden(broken)["account"] == answers["account"]
    after = browser.post(URL, _hidden(broken))
    assert after.status_code == 200
    assert re.search(r'name="step"\s+value="(\w+)"', after.content.decode())[1] != step


def test_a_report_that_could_not_be_sent_is_sent_once_and_opens_with_its_code(place):
    browser = _browser()
    page = to_summary(browser)
    with away():
        broken = press(browser, page, "send")
    assert broken.status_code == 503
    assert not Report.objects.exists()
    for _time in range(2):
        done = browser.post(URL, _hidden(broken))
        assert "Uw melding is binnen" in words_of(done)
    assert Report.objects.count() == 1
    assert "Uw melding" in words_of(browser.post("/terug/", {"receipt": receipt_of(done)}))


def test_a_statement_that_fails_while_readers_are_chosen_keeps_nobody_out_of_what_is_sent_again(place):
    def fail_in_recusal(execute, sql, params, many, context):
        if "organisations_declaredrelation" in sql:
            raise OperationalError("canceling statement due to statement timeout")
        return execute(sql, params, many, context)

    browser = _browser()
    page = to_summary(browser)
    with connection.execute_wrapper(fail_in_recusal):
        broken = press(browser, page, "send")
    assert broken.status_code == 503
    assert not Report.objects.exists()
    assert "Uw melding is binnen" in words_of(browser.post(URL, _hidden(broken)))
    assert not Suspension.objects.exists()
    assert Assignment.objects.filter(case=Report.objects.get().case).exists()


@pytest.mark.parametrize(("error", "status"), [(errno.ENOSPC, 503), (errno.EDQUOT, 503), (errno.ENOENT, 500)])
def test_a_disk_that_takes_nothing_is_told_as_a_database_that_is_away(place, monkeypatch, error, status):
    browser = _browser()
    page = to_summary(browser)
    with monkeypatch.context() as patch:
        patch.setattr("reporting.form.sending.submit", Mock(side_effect=OSError(error, "the disk")))
        broken = press(browser, page, "send")
    assert broken.status_code == status
    assert ("Stuur het opnieuw" in words_of(broken)) == (status == 503)
    assert "Uw melding is binnen" in words_of(press(browser, page, "send"))


@pytest.mark.parametrize("path", ["/", "/voorbeeldstad/melden/", "/terug/", "/werkplek/", "/monitor/", "/stukken/"])
def test_every_page_says_what_to_do(place, path):
    browser = place.client("officer")
    browser.raise_request_exception = False
    with away():
        answer = browser.get(path)
        if answer.status_code == 200:  # it asks nothing of the database until something is sent
            answer = browser.post(path, {"receipt": "2345-6789-ABCD-EFGH-JKMN-PQRS", "code": "x"})
    assert answer.status_code == 503
    assert "Bel 112" in words_of(answer)
    assert answer["Retry-After"] == "60"
    assert '<html lang="nl"' in answer.content.decode()


def test_who_is_at_work_gets_their_words_to_copy_and_a_code_and_no_password_comes_back(place):
    browser = place.client("officer")
    browser.raise_request_exception = False
    with away():
        page = browser.post("/werkplek/zoeken/", {"text": "Een lange aantekening.", "csrfmiddlewaretoken": "x" * 64})
        signing_in = _browser().post("/inloggen/", {"login": "a@b.example", "password": "Zeer-Geheim-1"})
    assert "Een lange aantekening." in page.content.decode()
    assert re.search(r"<code[^>]*>[0-9a-f]{8}</code>", page.content.decode())
    assert "x" * 64 not in page.content.decode()
    assert "Zeer-Geheim-1" not in signing_in.content.decode()


def test_no_code_stands_on_the_page_of_who_reports(place):
    with away():
        for path in (URL, "/terug/"):
            assert "<code" not in _browser().post(path, {"kind": "aggression", "receipt": "2345"}).content.decode()


def test_a_machine_gets_a_problem(place):
    with away():
        answer = _browser().get("/api/v1/editions")
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 503


@contextmanager
def frozen() -> Iterator[None]:
    """The real thing: the server's process stands still, or another program holds the one lock of SQLite."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)
            close_old_connections()  # as a server does around each request, and Django's client does not
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 100")
    other = sqlite3.connect(connection.settings_dict["NAME"], uri=True)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.rollback()
        other.close()
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_server_that_hangs_is_not_waited_for(settings):
    settings.STATEMENT_TIMEOUT = 0.3
    a_place()
    browser = _browser()
    page = to_summary(browser)
    with frozen():
        broken = press(browser, page, "send")
        assert browser.get("/health/ready").status_code == 503
        assert browser.get("/health/live").status_code == 200
    assert broken.status_code == 503
    assert "Uw melding is binnen" in words_of(browser.post(URL, _hidden(broken)))
    assert Report.objects.count() == 1
    assert browser.get("/health/ready").status_code == 200
    connection.close()  # opened in a request: its server gives up soon too


def _a_long_statement() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_sleep(0.5)")
        else:
            (milliseconds,) = cursor.execute("PRAGMA busy_timeout").fetchone()
            if milliseconds < 20_000:
                raise OperationalError("gives up soon")


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_request_a_long_statement_takes_its_time():
    connection.close()
    with patient_for(0.2), pytest.raises(OperationalError):
        _a_long_statement()
    connection.close()
    _a_long_statement()


def test_the_log_knows_a_page_by_its_view_and_never_by_its_address(rf):
    assert view_of(rf.get("/voorbeeldstad/melden/")) == "reporting.form.views.form"
    assert view_of(rf.get("/nergens/te/vinden/")) == ""
