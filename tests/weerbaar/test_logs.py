"""The log tells nothing of who was here: no line for what somebody did wrong, and none that names anybody."""

import io
import logging

import pytest
from django.conf import settings
from django.test import Client

from tests.support.build import a_place
from weerbaar.logs import BareRecords

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines():
    """What the log of the installation would say: a handler with its filter, whatever pytest does with the others."""
    assert settings.LOGGING["filters"]["bare"]["()"] == "weerbaar.logs.BareRecords"
    assert settings.LOGGING["handlers"]["stderr"]["filters"] == ["bare"]
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(BareRecords())
    logging.getLogger().addHandler(handler)
    yield written.getvalue
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        ("/terug/", {"receipt": "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF"}),
        ("/terug/", {"session": "made up", "action": "message"}),
        ("/voorbeeldstad/melden/", {"state": "made up", "action": "send"}),
        ("/voorbeeldstad/meldenn/", {}),
    ],
)
def test_what_a_reporter_does_wrong_leaves_no_line(lines, url, fields):
    a_place()
    assert Client(enforce_csrf_checks=True).post(url, fields).status_code < 500
    assert lines() == ""


def test_an_upload_that_cannot_be_read_leaves_no_line(lines):
    a_place()
    broken = Client().post("/terug/", b"--x\r\nbroken", content_type="multipart/form-data; boundary=")
    assert broken.status_code == 400
    assert lines() == ""


def test_what_we_do_wrong_leaves_one(lines):
    logging.getLogger("django.request").error("Internal Server Error: %s", "/terug/", extra={"status_code": 500})
    assert lines() == "status 500\n"
