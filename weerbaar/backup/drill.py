"""The drill: the newest set is restored beside the installation, into a database and folder that are dropped afterwards."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from vault.backups import keep_backup
from vault.models import Backup
from weerbaar.backup import sets
from weerbaar.backup.sets import BackupRefused


def drill(folder: Path, private: str) -> tuple[str, str]:
    """Restore the newest set by the command itself, with the private key as it was printed. Returns the name of the set and
    what the command said. Raises :class:`BackupRefused` with what it said where it did not end well."""
    if not (names := sets.names_of_sets(folder)):
        raise BackupRefused(f"There is no set of a backup in {folder}.")
    name = names[-1]
    with tempfile.TemporaryDirectory(prefix="weerbaar-drill-") as scratch, _database(Path(scratch)) as address:
        environment = os.environ | {
            "DATABASE_URL": address,
            "WEERBAAR_EVIDENCE_DIR": str(Path(scratch) / "evidence"),
            "WEERBAAR_MASTER_KEY_FILE": str(settings.MASTER_KEY_FILE),
        }
        environment.pop("WEERBAAR_BACKUP_DIR", None)  # a drill writes nothing beside the sets
        ended = subprocess.run(  # noqa: S603  this program itself
            [sys.executable, str(settings.BASE_DIR / "manage.py"), "restore", str(folder), "--set", name, "--private-key", "-"],
            env=environment, input=private, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if ended.returncode:
        raise BackupRefused(f"The drill did not end well. {(ended.stderr or ended.stdout).strip()}")
    keep_backup(Backup.What.DRILLED, name, timezone.localdate(), sets.label_digest(folder, name))
    return name, ended.stdout


@contextmanager
def _database(scratch: Path) -> Iterator[str]:
    """The address of an empty database like this one, which is dropped afterwards."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{scratch / 'drill.sqlite3'}"
        return
    name = f"weerbaar_drill_{token_hex(4)}"
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
    except DatabaseError:
        raise BackupRefused(
            "The drill needs a database of its own, and the user of DATABASE_URL may not create one: ALTER ROLE … CREATEDB."
        ) from None
    try:
        yield urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
