"""An installation with a database, a master key and evidence of its own, whose commands run as an operator runs them: that of the
last release, brought up to the present."""

from __future__ import annotations

import json
import lzma
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.support.services import ROOT, folder

FIXTURE = ROOT / "tests/fixtures/0.9.0"


@dataclass
class Machine:
    """One machine: `server` is the address of a PostgreSQL server, or empty for SQLite."""

    home: Path
    server: str
    name: str = "first"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("WEERBAAR_", "REDIS_"))},
            "WEERBAAR_MODE": "test",
            "WEERBAAR_VAR_DIR": str(self.home / "var"),
            "WEERBAAR_MASTER_KEY_FILE": str(self.home / "master.key"),
            "WEERBAAR_BACKUP_KEY_FILE": str(self.home / "backup.pub"),
            "WEERBAAR_BACKUP_DIR": str(self.backups),
            "WEERBAAR_EVIDENCE_DIR": str(self.evidence),
            "DATABASE_URL": self.address,
        }

    @property
    def address(self) -> str:
        if self.server:
            return f"{self.server.rpartition('/')[0]}/{self.name}"
        return f"sqlite:///{self.home / self.name}.sqlite3"

    @property
    def evidence(self) -> Path:
        return self.home / f"evidence-{self.name}"

    @property
    def backups(self) -> Path:
        return self.home / "backups"

    def run(self, *command: str, typed: str = "", check: bool = True, **more) -> subprocess.CompletedProcess:
        """Run a command of manage.py."""
        ended = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *command],
            env=self.environment, input=typed, capture_output=True, text=True, check=False, cwd=ROOT, **more,
        )  # fmt: skip
        assert not check or ended.returncode == 0, ended.stderr
        return ended

    def wiped(self, name: str) -> Machine:
        """The same machine with nothing on it but the keys: another database, and another folder for evidence."""
        after = Machine(self.home, self.server, name)
        if self.server:
            self._ask_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
        return after

    def copied_to(self, other: Machine) -> None:
        """Make the database of another machine a copy of this one."""
        if self.server:
            self._ask_server(
                f'DROP DATABASE IF EXISTS "{other.name}" WITH (FORCE)',
                f'CREATE DATABASE "{other.name}" TEMPLATE "{self.name}"',
            )
        else:
            shutil.copy(self.address.removeprefix("sqlite:///"), other.address.removeprefix("sqlite:///"))

    def _ask_server(self, *statements: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as server:
            for statement in statements:
                server.execute(statement)  # type: ignore[arg-type]


def a_machine(server: str = "") -> Machine:
    """The installation of the last release, brought up to the present."""
    machine = Machine(folder("machine"), server)
    shutil.copy(FIXTURE / "test-master.key", machine.home / "master.key")
    shutil.copytree(FIXTURE / "evidence", machine.evidence)
    if server:
        machine.wiped(machine.name)
        with psycopg.connect(machine.address, autocommit=True) as database:
            database.execute(lzma.decompress((FIXTURE / "postgres.sql.xz").read_bytes()))
    else:
        Path(machine.address.removeprefix("sqlite:///")).write_bytes(
            lzma.decompress((FIXTURE / "sqlite.xz").read_bytes())
        )
    machine.run("migrate", "--stopped", "-v0")
    return machine


def expected() -> dict:
    """What the installation holds."""
    return json.loads((FIXTURE / "expected.json").read_text())


@contextmanager
def looked_into(machine: Machine, settings) -> Iterator[None]:
    """Inside, this process works with the database and the files of the machine."""
    from django.db import connections

    present = connections["default"]
    there = present.copy()
    there.settings_dict["NAME"] = machine.name if machine.server else machine.address.removeprefix("sqlite:///")
    settings.MASTER_KEY_FILE = machine.home / "master.key"
    settings.BACKUP_DIR, settings.BACKUP_KEY_FILE = machine.backups, machine.home / "backup.pub"
    settings.STORAGES = {
        **settings.STORAGES,
        "evidence": {**settings.STORAGES["evidence"], "OPTIONS": {"location": str(machine.evidence)}},
    }
    connections["default"] = there
    forget()
    try:
        yield
    finally:
        there.close()
        connections["default"] = present
        forget()


def forget() -> None:
    """What this process remembers by numbers of rows, which are others in another database."""
    from django.contrib.contenttypes.models import ContentType

    from cases.models.own.protocol import own_protocol
    from reporting.questions import own as own_questions

    ContentType.objects.clear_cache()
    own_protocol.cache_clear()
    own_questions._made.cache_clear()
