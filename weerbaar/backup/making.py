"""Writing a set: the database at one moment, in two artefacts of which neither opens a case alone, and the evidence."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from vault import tombstones
from vault.backups import keep_backup
from vault.keyring.offline import Artefact, NoOfflineKey, fingerprint, public_key, whole
from vault.models import Backup, LedgerHead, SealedFile
from weerbaar.backup import sets
from weerbaar.backup.evidence import keep_files
from weerbaar.backup.frames import write_frame, write_json, write_table
from weerbaar.backup.sets import FILES, KEYS, LABEL, MAIN, BackupRefused, Label, Written
from weerbaar.backup.snapshot import Snapshot, Table, applied_migrations, digest_of_ledger, snapshot, tables

HEADS = ("chain", "sequence", "digest")


@dataclass(frozen=True)
class Made:
    """What was written. `missing`: files that the evidence store has lost. `expired`: sets whose keys were dropped."""

    name: str
    rows: int
    files: int
    new_files: int
    missing: list[str]
    expired: list[str]


def make_backup(folder: Path) -> Made:
    """Write a set into the folder. Raises :class:`BackupRefused`; then nothing of the set is left."""
    now = datetime.now(UTC)
    name = sets.new_name(now)
    try:
        public = public_key(settings.BACKUP_KEY_FILE)
        with sets.alone(folder):
            sets.clear_unfinished(folder)
            try:
                return _write(folder, name, public, now)
            except BaseException:
                sets.clear_unfinished(folder)
                raise
    except NoOfflineKey as error:
        raise BackupRefused(str(error)) from None
    except (DatabaseError, sqlite3.Error, psycopg.Error) as error:
        raise BackupRefused(
            f"The database cannot be read ({type(error).__name__}). Nothing of this set was kept; earlier sets are as they were."
        ) from None
    except OSError as error:
        raise BackupRefused(
            f"The backup cannot be written to {folder}: {error.strerror or error}. Nothing of this set was kept; earlier"
            " sets are as they were."
        ) from None


def _write(folder: Path, name: str, public: bytes, now: datetime) -> Made:
    written: dict[str, Written] = {}
    every = tables()
    with snapshot() as moment:
        migrations = applied_migrations()
        heads = list(moment.values(LedgerHead._meta.db_table, *HEADS))
        files = [UUID(str(row[0])) for row in moment.values(SealedFile._meta.db_table, "id")]
        rows = 0
        for kind in (MAIN, KEYS):
            chosen = [table for table in every if table.is_of_keys == (kind == KEYS)]
            counts = {table.name: moment.count(table) for table in chosen}
            rows += sum(counts.values())
            manifest = {"rows": counts, "chains": len(heads), "ledger": digest_of_ledger(heads)}
            written[kind] = _write_rows(folder, name, kind, public, manifest, moment, chosen)
    missing: list[str] = []
    before = len(list((folder / "evidence").glob("??/*")))
    written[FILES], many = _write_files(folder, name, public, files, missing)
    tombstones.write_list(folder, public)
    label = Label(
        name, now.isoformat(), version("weerbaar"), connection.vendor, migrations, fingerprint(public),
        _tombstones_of(heads), written,
    )  # fmt: skip
    digest = sets.write_label(sets.path_of(folder, name, LABEL), label)
    keep_backup(Backup.What.WRITTEN, name, timezone.localdate(now), digest)
    new = len(list((folder / "evidence").glob("??/*"))) - before
    return Made(name, rows, many, new, missing, sets.drop_old_keys(folder, now))


def _write_rows(
    folder: Path, name: str, kind: str, public: bytes, manifest: dict, moment: Snapshot, chosen: list[Table]
) -> Written:
    with _artefact(folder, name, kind, public) as artefact:
        write_json(artefact, manifest)
        for table in chosen:
            write_table(artefact, table, moment.rows(table))
    return Written(artefact.digest, artefact.size)


def _write_files(
    folder: Path, name: str, public: bytes, files: Iterable[UUID], missing: list[str]
) -> tuple[Written, int]:
    many = 0
    with _artefact(folder, name, FILES, public) as artefact:
        for file, kept in keep_files(folder, public, files):
            if not kept:
                missing.append(str(file))
            many += bool(kept)
            write_frame(artefact, json.dumps([file.hex, kept]).encode())
    return Written(artefact.digest, artefact.size), many


@contextmanager
def _artefact(folder: Path, name: str, kind: str, public: bytes) -> Iterator[Artefact]:
    """One artefact of a set; it has its name when it is whole."""
    with whole(sets.path_of(folder, name, kind)) as target:
        artefact = Artefact(target, public, "backup", name, kind)
        yield artefact
        artefact.close()


def _tombstones_of(heads: list[tuple]) -> tombstones.Head:
    for chain, sequence, digest in heads:
        if UUID(str(chain)) == tombstones.CHAIN and sequence:
            return tombstones.Head(sequence, bytes(digest).hex())
    return tombstones.Head()
