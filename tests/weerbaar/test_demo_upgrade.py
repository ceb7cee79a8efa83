"""`./weer demo` on a `var/` of before 0.8.0 says so and changes nothing."""

import fcntl
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.support.services import ROOT
from vault.sealing import schemes
from weerbaar.demo import earlier


def _database(folder: Path, migration: str, body: bytes) -> Path:
    """A database with one migration and one event of the ledger."""
    file = folder / "weerbaar.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE django_migrations (app, name)")
        database.execute(
            "INSERT INTO django_migrations VALUES ('cases', ?), ('guardian', '0002_of_another')", [migration]
        )
        database.execute("CREATE TABLE vault_ledgerevent (body)")
        database.execute("INSERT INTO vault_ledgerevent VALUES (?)", [body])
        database.commit()
    return file


def _run(var: Path, *arguments: str) -> subprocess.CompletedProcess:
    """`./weer demo` as it is written, without setting up, up to where it would go on with the folder."""
    script = (ROOT / "weer").read_text().split("\ncommand=")[0].replace('cd "$(dirname "$0")"', f"cd '{ROOT}'")
    script += f"\nPYTHON='{sys.executable}'\nmkdir() {{ echo goes on; exit 0; }}\ndemo \"$@\"\n"
    environment = {**os.environ, "WEERBAAR_VAR_DIR": str(var)}
    command = ["sh", "-c", script, "weer", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


OLD = {
    "another migration": ("0019_clocks_that_rest", schemes.EVENT.mark(b"{}")),
    "a ledger without schemes": ("0001_initial", b'{"action":"case.seen"}'),
}


@pytest.mark.parametrize("kind", OLD)
def test_a_database_of_before_is_named_and_left_alone(kind, tmp_path):
    file = _database(tmp_path, *OLD[kind])
    before = file.read_bytes()
    ended = _run(tmp_path)
    assert ended.returncode == 1
    assert "was made by a version before 0.8.0" in ended.stderr
    assert "./weer demo --fresh" in ended.stderr
    assert "goes on" not in ended.stdout
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_fresh_throws_it_away_and_goes_on(tmp_path):
    var = tmp_path / "var"
    var.mkdir()
    file = _database(var, *OLD["another migration"])
    ended = _run(var, "--fresh")
    assert ended.returncode == 0, ended.stderr
    assert "goes on" in ended.stdout
    assert not file.exists()


def test_a_database_of_this_version_and_an_empty_folder_go_on(tmp_path):
    assert "goes on" in _run(tmp_path).stdout
    _database(tmp_path, "0001_initial", schemes.EVENT.mark(b"{}"))
    ended = _run(tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "goes on" in ended.stdout
    assert schemes.EVENT.number == earlier.EVENT


@pytest.mark.parametrize("arguments", [(), ("--fresh",)])
def test_nothing_is_built_or_thrown_away_under_a_demo_that_runs(tmp_path, arguments):
    var = tmp_path / "var"
    var.mkdir()
    file = _database(var, "0001_initial", schemes.EVENT.mark(b"{}"))
    with (tmp_path / "var.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = _run(var, *arguments)
    assert ended.returncode == 1
    assert "another ./weer demo uses" in ended.stderr
    assert "goes on" not in ended.stdout
    assert file.exists()
    assert "goes on" in _run(var).stdout


def test_who_writes_to_sqlite_waits_for_who_writes_already():
    """Django begins a transaction with the lock for writing and waits for it, instead of failing half way."""
    options = settings.DATABASES["default"].get("OPTIONS", {})
    if connection.vendor == "sqlite":
        assert options["transaction_mode"] == "IMMEDIATE"
        assert options["timeout"] >= 20
