"""Half of a set is no installation: nothing starts on it, and each that is asked says so."""

import pytest
from django.core.checks import run_checks
from django.test import Client

from weerbaar.backup import unfinished
from weerbaar.operation.start import refuse_what_is_wrong

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def _names_it() -> bool:
    return "weerbaar.E001" in {message.id for message in run_checks(tags=["restored"])}


def test_nothing_starts_where_a_restore_did_not_end():
    refuse_what_is_wrong()
    assert not _names_it()
    unfinished.begin("a-set")
    assert _names_it()
    with pytest.raises(SystemExit, match=r"set a-set began in this database and did not end.*--drop-unfinished"):
        refuse_what_is_wrong()
    assert Client().get("/health/ready").json()["checks"]["database"] is False
    unfinished.end()
    refuse_what_is_wrong()
    assert Client().get("/health/ready").status_code == 200


def test_nothing_is_dropped_where_no_restore_was_left():
    unfinished.drop()
    assert Client().get("/health/ready").status_code == 200
