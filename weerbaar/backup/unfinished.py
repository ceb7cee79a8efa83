"""A mark in the database as long as a restore puts a set back there: one that was killed is recognised by it, nothing starts
on what it left, and the next restore can take that away."""

from typing import Any

from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

from vault import files
from vault.models import SealedFile
from weerbaar.backup import snapshot
from weerbaar.backup.sets import BackupRefused
from weerbaar.backup.snapshot import MARK


class UnfinishedRestore(ImproperlyConfigured):
    """Half of a set is here. The message says what to do."""


def begin(name: str) -> None:
    """From here on this database is that of a restore which did not end."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {MARK} (name varchar(80), store varchar(4096))")
        cursor.execute(f"INSERT INTO {MARK} VALUES (%s, %s)", [name, files.place()])  # noqa: S608


def end() -> None:
    """Everything was put back and looked at."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {MARK}")


def set_begun() -> tuple[str, str] | None:
    """The set of which a restore began here and did not end, and the place of its files; None where there is none."""
    if MARK not in connection.introspection.table_names():
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name, store FROM {MARK}")  # noqa: S608
        return cursor.fetchone() or ("", files.place())


def require_none() -> None:
    """Raises :class:`UnfinishedRestore`, and DatabaseError where the database does not answer."""
    if begun := set_begun():
        raise UnfinishedRestore(
            f"A restore of set {begun[0]} began in this database and did not end. Run the restore again, with"
            " --drop-unfinished: it first takes away what that one left."
        )


@register("restored")
def restore_ended(app_configs: Any, **kwargs: Any) -> list[Error]:
    """An error where half of a set is here: asked before every command that asks Django's checks."""
    try:
        require_none()
    except UnfinishedRestore as error:
        return [Error(str(error), id="weerbaar.E001")]
    except (DatabaseError, ImproperlyConfigured):  # a command that needs no database was given none
        return []
    return []


def drop() -> None:
    """Take away what a restore left that did not end, and nothing else. Raises :class:`BackupRefused`."""
    begun = set_begun()
    if begun is None:
        return
    if begun[1] != files.place():
        raise BackupRefused(
            f"That restore wrote its files to {begun[1]}. Name that folder in WEERBAAR_EVIDENCE_DIR, so that they can be taken"
            " away: nothing was dropped."
        )
    if SealedFile._meta.db_table in connection.introspection.table_names():
        for file in SealedFile.objects.values_list("id", flat=True):
            files.take_out(file)
    snapshot.drop_everything()
