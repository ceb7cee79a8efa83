"""Every command is one of production unless it is told otherwise, and says what is missing before it does anything."""

import os
import subprocess
import sys

import pytest
from django.core.management import get_commands

from tests.support.services import ROOT
from weerbaar.required import FREE, NEEDED, PLACES, lacking

WHOLE = {**dict.fromkeys(NEEDED, "x"), "WEERBAAR_VAR_DIR": "folder"}


def _ended(*argv: str, **given: str) -> subprocess.CompletedProcess:
    environment = {"PATH": os.environ["PATH"], **given}
    return subprocess.run(
        [sys.executable, "manage.py", *argv], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_a_command_without_a_mode_is_refused_in_one_line_for_each_setting_that_is_missing():
    ended = _ended("migrate")
    assert ended.returncode == 1
    assert not ended.stdout
    assert "Traceback" not in ended.stderr
    lines = ended.stderr.splitlines()
    for name in (*NEEDED, *PLACES):
        assert sum(line.startswith(f"weerbaar: {name} is not set: set it to ") for line in lines) == 1
    assert len(lines) == len(NEEDED) + len(PLACES) + 1


def test_a_mode_that_there_is_not_is_refused_in_words():
    ended = _ended("migrate", WEERBAAR_MODE="prod")
    assert ended.returncode == 1
    assert ended.stderr.startswith("weerbaar: WEERBAAR_MODE is prod: set it to production, demo or test.")


def test_a_protocol_is_checked_without_any_setting():
    ended = _ended("check_protocol", "tests/house/test_recipes.py")
    assert "is no protocol" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("missing", NEEDED)
def test_each_setting_is_asked_for_by_itself(missing):
    assert not lacking(WHOLE, ["manage.py", "work"])
    for empty in ("", " ", ","):
        (line,) = lacking({**WHOLE, missing: empty}, ["manage.py", "work"])
        assert line.startswith(f"{missing} is not set")


def test_a_server_is_asked_for_everything_whatever_its_arguments_are_called():
    assert len(lacking({}, ["granian", "makemigrations"])) == len(NEEDED) + len(PLACES)
    assert len(lacking({}, [])) == len(NEEDED) + len(PLACES)


def test_database_and_master_key_lie_in_a_folder_of_their_own_or_are_named_both():
    named = {name: words for name, words in WHOLE.items() if name != "WEERBAAR_VAR_DIR"}
    assert len(lacking({**named, "DATABASE_URL": "postgres://x"}, ["manage.py", "work"])) == 1
    assert not lacking({**named, **dict.fromkeys(PLACES, "x")}, ["manage.py", "work"])


def test_commands_that_need_no_secrets_are_commands_and_open_nothing():
    known = {*get_commands(), "help", "version"}
    assert set(FREE) <= known
    for command in FREE:
        assert len(lacking({}, ["manage.py", command])) == len(FREE[command])
    assert "work" not in FREE
    assert "doctor" not in FREE
