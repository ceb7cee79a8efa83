"""The rows of the whole database at one moment, read while others write, and put back into empty tables.

PostgreSQL gives each table by COPY, inside one transaction that sees one snapshot. SQLite gives rows from one read transaction
on a connection of its own, which in WAL mode keeps nobody from writing; its online backup would need a copy of the file in the
clear, out of which the keys had to be cut. Rows come in the order of their key: the order in which they lie would tell the
order of commits.
"""

import base64
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from vault.models import Backup, LedgerEvent, LedgerHead, SealedFile, SealedText

# A table that is there as long as a restore goes on (weerbaar/backup/unfinished.py).
MARK = "weerbaar_unfinished_restore"
LEFT_OUT = {"django_session"}  # nobody is signed in after a restore
CONTENT = {model._meta.db_table for model in (Backup, LedgerEvent, LedgerHead, SealedFile, SealedText)}
_ROWS = 500  # of SQLite, in one piece


@dataclass(frozen=True)
class Table:
    """A table with its columns, in the order in which the database gives them; `key` says how its rows are ordered."""

    name: str
    columns: list[str]
    key: str

    @property
    def is_of_keys(self) -> bool:
        """Whether it goes apart: all that the vault keeps, but its texts, its files and the ledger."""
        return self.name.startswith("vault_") and self.name not in CONTENT


class Snapshot(Protocol):
    """What is read of one moment."""

    def count(self, table: Table) -> int: ...

    def rows(self, table: Table) -> Iterator[bytes]:
        """The rows, in pieces that :func:`load` puts back."""

    def values(self, table: str, *columns: str) -> Iterator[tuple]:
        """Some columns of all rows, in the order of the first."""


def tables() -> list[Table]:
    """Every table whose rows are kept."""
    names = {*connection.introspection.django_table_names(), MigrationRecorder.Migration._meta.db_table}
    found = []
    with connection.cursor() as cursor:
        for name in sorted((names & set(connection.introspection.table_names(cursor))) - LEFT_OUT):
            described = connection.introspection.get_table_description(cursor, name)
            keys = connection.introspection.get_primary_key_columns(cursor, name)
            columns = [column.name for column in described]
            found.append(Table(name, columns, keys[0] if keys else columns[0]))
    return found


def applied_migrations() -> list[str]:
    """The migrations that the tables have, as "app.name"."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """One moment of the database; others go on writing."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield _PostgresSnapshot(cursor)
        return
    name = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(f"file:{name}?mode=ro", uri=True, isolation_level=None)) as reading:
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the snapshot begins with the first read
        yield _SqliteSnapshot(reading)


class _PostgresSnapshot:
    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def count(self, table: Table) -> int:
        self._cursor.execute(f"SELECT count(*) FROM {_quoted(table.name)}")  # noqa: S608  a name that the database gave
        return self._cursor.fetchone()[0]

    def rows(self, table: Table) -> Iterator[bytes]:
        columns = ", ".join(map(_quoted, table.columns))
        chosen = f"SELECT {columns} FROM {_quoted(table.name)} ORDER BY {_quoted(table.key)}"  # noqa: S608
        with self._cursor.copy(f"COPY ({chosen}) TO STDOUT (FORMAT binary)") as copied:
            for piece in copied:
                yield bytes(piece)

    def values(self, table: str, *columns: str) -> Iterator[tuple]:
        chosen = ", ".join(map(_quoted, columns))
        self._cursor.execute(f"SELECT {chosen} FROM {_quoted(table)} ORDER BY 1")  # noqa: S608
        while rows := self._cursor.fetchmany(_ROWS):
            yield from rows


class _SqliteSnapshot:
    def __init__(self, reading: sqlite3.Connection) -> None:
        self._reading = reading

    def count(self, table: Table) -> int:
        return self._reading.execute(f"SELECT count(*) FROM {_quoted(table.name)}").fetchone()[0]  # noqa: S608

    def rows(self, table: Table) -> Iterator[bytes]:
        columns = ", ".join(map(_quoted, table.columns))
        found = self._reading.execute(
            f"SELECT {columns} FROM {_quoted(table.name)} ORDER BY {_quoted(table.key)}"  # noqa: S608
        )
        while rows := found.fetchmany(_ROWS):
            yield json.dumps([[_written(value) for value in row] for row in rows]).encode()

    def values(self, table: str, *columns: str) -> Iterator[tuple]:
        chosen = ", ".join(map(_quoted, columns))
        yield from self._reading.execute(f"SELECT {chosen} FROM {_quoted(table)} ORDER BY 1")  # noqa: S608


def load(table: Table, pieces: Iterable[bytes]) -> None:
    """Put rows back into an empty table, inside the caller's transaction."""
    columns, name = ", ".join(map(_quoted, table.columns)), _quoted(table.name)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {name} ({columns}) FROM STDIN (FORMAT binary)") as copied:
                for piece in pieces:
                    copied.write(piece)
            return
        places = ", ".join(["?"] * len(table.columns))
        for piece in pieces:
            rows = [[_read(value) for value in row] for row in json.loads(piece)]
            cursor.connection.executemany(f"INSERT INTO {name} ({columns}) VALUES ({places})", rows)  # noqa: S608


def empty(table: Table) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {_quoted(table.name)}")  # noqa: S608


def count(table: Table) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {_quoted(table.name)}")  # noqa: S608
        return cursor.fetchone()[0]


def go_on_counting() -> None:
    """New rows get numbers after those that were put back."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(
            no_style(), list(apps.get_models(include_auto_created=True))
        ):
            cursor.execute(statement)


def drop_everything() -> None:
    """Drop every table: of a database that was empty when a restore began, and did not end well. A full disk lets SQLite drop
    nothing, so its file goes. The mark goes last: a drop that is killed is an unfinished restore too."""
    connection.close()
    if connection.vendor == "sqlite":
        for ending in ("", "-wal", "-shm"):
            Path(f"{connection.settings_dict['NAME']}{ending}").unlink(missing_ok=True)
        return
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names(cursor), key=MARK.__eq__):
            cursor.execute(f"DROP TABLE IF EXISTS {_quoted(name)} CASCADE")


def digest_of_ledger(heads: Iterable[tuple]) -> str:
    """One digest over the heads of all chains, {chain, sequence, digest} in the order of the chain."""
    digest = hashlib.sha256()
    for chain, sequence, end in heads:
        digest.update(f"{str(chain).replace('-', '')}:{sequence}:{bytes(end).hex()}\n".encode())
    return digest.hexdigest()


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _written(value: Any) -> Any:
    return {"b": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _read(value: Any) -> Any:
    return base64.b64decode(value["b"]) if isinstance(value, dict) else value
