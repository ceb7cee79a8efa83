"""The log tells nothing of who was here: no line for what somebody did wrong, and none that names anybody."""

import logging
import logging.config

import pytest
from django.conf import settings
from django.test import Client

from tests.support.build import a_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(capsys):
    logging.config.dictConfig(settings.LOGGING)

    def said() -> str:
        return capsys.readouterr().err

    said()
    return said


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
    assert "status 500" in lines()
