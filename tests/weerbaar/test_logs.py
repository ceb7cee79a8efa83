"""The log has chosen parts only, finds an error page by its code, and never tells when somebody reported."""

import json
import logging
import re
from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils.log import log_response

from weerbaar import logs
from weerbaar.logs import PARTS, BareHandler
from weerbaar.middleware import Asked

pytestmark = pytest.mark.django_db
NINE_THIRTY = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)  # by the Dutch clock
AFTER_TWO = datetime(2027, 1, 12, 13, 0, 1, tzinfo=UTC)


@pytest.fixture
def written(monkeypatch):
    """What a handler as that of production writes, as objects."""
    handler, stream = BareHandler(as_json=True), StringIO()
    handler.setStream(stream)
    monkeypatch.setattr(logs, "_handlers", [handler])
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)
    handler.setStream(StringIO())


def _broken(*_given):
    raise OperationalError("anna@voorbeeld.nl")


def _client(client: Client) -> Client:
    client.raise_request_exception = False
    return client


def test_the_code_of_an_error_page_is_that_of_its_line_and_the_line_names_the_view(place, written):
    browser = _client(place.client("officer"))
    with connection.execute_wrapper(_broken):
        page = browser.get("/werkplek/zoeken/?text=Anna").content.decode()
    code = re.search(r"<code[^>]*>([0-9a-f]{8})</code>", page)[1]
    lines = [line for line in written() if line.get("id") == code]
    assert lines[0]["view"] == "cases.file.search_views.search_cases"
    assert lines[0]["error"] == "OperationalError"
    for line in written():
        assert set(line) <= {"time", "times", *PARTS}
        assert "Anna" not in json.dumps(line)
        assert "anna" not in json.dumps(line)


@pytest.mark.parametrize("path", ["/voorbeeldstad/melden/", "/terug/", "/stukken/", "/nergens/te/vinden/"])
def test_a_page_of_an_outsider_is_told_at_the_next_slot_without_time_or_code(place, written, path):
    browser = _client(Client())
    with time_machine.travel(NINE_THIRTY, tick=False):
        with connection.execute_wrapper(_broken):
            for _again in range(3):
                browser.post(path, {"receipt": "2345-6789-ABCD-EFGH-JKMN-PQRS", "code": "x", "kind": "aggression"})
        browser.get("/health/live")
        assert not written()
    with time_machine.travel(AFTER_TWO, tick=False):
        browser.get("/health/live")
    if path == "/nergens/te/vinden/":  # it asks the database nothing, so nothing broke
        assert not written()
        return
    assert written()
    for line in written():
        assert not {"time", "id"} & set(line)
        assert line["times"] == 3


def test_an_answer_of_503_that_a_page_gives_by_itself_is_told_with_its_view_and_for_outsiders_later(settings, written):
    """Django tells of such an answer after its middleware is done."""
    settings.DISK_STOP = 1 << 60
    Client().get("/health/ready")
    (line,) = written()
    assert line["view"] == "weerbaar.operation.health.ready"
    asked = RequestFactory().post("/voorbeeldstad/melden/")
    log_response("%s", "x", response=HttpResponse(status=503), request=asked)
    assert written() == [line]
    logs._handlers[0].release(is_over=True)
    assert written()[1]["view"] == "reporting.form.views.form"


def test_what_waits_is_written_when_the_process_ends(place, written):
    with connection.execute_wrapper(_broken):
        _client(Client()).get("/voorbeeldstad/melden/")
    assert not written()
    logs._handlers[0].release(is_over=True)
    assert [line["times"] for line in written() if line["says"] == "status 503"] == [1]


def test_what_somebody_does_wrong_leaves_no_line(place, written):
    browser = _client(Client())
    browser.post("/terug/", {"receipt": "fout"})
    browser.post("/voorbeeldstad/melden/", {"state": "x", "step": "y", "action": "next"})
    browser.get("/bestaat-niet/")
    logs._handlers[0].release(is_over=True)
    assert not written()


def test_of_another_library_only_the_form_of_a_message_is_written(written):
    logging.getLogger("elsewhere").error("could not reach %s", "anna@voorbeeld.nl")
    logging.getLogger("elsewhere").error("could not reach anna@voorbeeld.nl")
    logging.getLogger("jobs.runner").error("job of kind %s failed", "mail")
    assert [line.get("says") for line in written()] == ["could not reach %s", None, "job of kind mail failed"]
    assert "anna" not in json.dumps(written())


def test_a_record_that_cannot_be_written_prints_no_value(written, capsys):
    record = logging.LogRecord("jobs.runner", logging.ERROR, "", 1, "%d jobs", ("anna@voorbeeld.nl",), None)
    logs._handlers[0].handle(record)
    assert written() == [{"level": "ERROR", "logger": "jobs.runner", "says": "a line could not be written"}]
    assert "anna" not in capsys.readouterr().err


def test_what_is_logged_in_a_request_knows_it_and_not_after_it(rf, written):
    Asked(lambda request: logging.getLogger("cases").error("inside"))(rf.get("/werkplek/"))
    logging.getLogger("cases").error("outside")
    inside, outside = written()
    assert inside["view"] == "cases.worklist.views.worklist"
    assert "view" not in outside


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        ("/terug/", {"receipt": "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF"}),
        ("/terug/", {"session": "made up", "action": "message"}),
        ("/voorbeeldstad/melden/", {"state": "made up", "action": "send"}),
        ("/voorbeeldstad/meldenn/", {}),
    ],
)
def test_what_a_reporter_does_wrong_leaves_no_line(place, written, url, fields):
    assert Client(enforce_csrf_checks=True).post(url, fields).status_code < 500
    logs._handlers[0].release(is_over=True)
    assert not written()


def test_an_upload_that_cannot_be_read_leaves_no_line(place, written):
    broken = Client().post("/terug/", b"--x\r\nbroken", content_type="multipart/form-data; boundary=")
    assert broken.status_code == 400
    logs._handlers[0].release(is_over=True)
    assert not written()
