"""Putting a set back on an empty machine: everything is checked before anything is written, and again before it counts as restored.

What was destroyed since the set was made is destroyed again, out of the newest list of tombstones.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseError
from django.utils import timezone

from cases.destroying.destruction import destroy_again
from vault import files as store
from vault import tombstones
from vault.backups import keep_backup
from vault.keyring.offline import fingerprint, open_artefact
from vault.models import Backup, LedgerHead, SealedFile
from vault.sealing.primitives import PrivateKey
from vault.sealing.schemes import CannotOpen
from weerbaar.backup import sets, snapshot, unfinished
from weerbaar.backup.evidence import digest_in, path_in, put_file_back
from weerbaar.backup.frames import frames, read_tables
from weerbaar.backup.making import HEADS
from weerbaar.backup.sets import ARTEFACTS, FILES, KEYS, MAIN, BackupRefused, Label


@dataclass(frozen=True)
class Plan:
    """What is put back, after it was found whole. `keys`: the set of the key artefact. `files`: {file: its name in the backup,
    empty for one that was lost already}. `destroyed`: the newest list of tombstones; None where the operator has none."""

    folder: Path
    label: Label
    keys: Label
    private: PrivateKey
    files: dict[UUID, str]
    destroyed: list[bytes] | None


@dataclass
class PutBack:
    """What a restore did. `ends`: how far the chains that were asked for go in the set, before anything was added to them."""

    rows: int = 0
    files: int = 0
    lost: list[str] = field(default_factory=list)
    destroyed: list[UUID] = field(default_factory=list)
    ends: dict[UUID, int] = field(default_factory=dict)


def plan(
    folder: Path,
    private: PrivateKey,
    *,
    name: str = "",
    keys: str = "",
    tombstone_list: Path | None = None,
    without_tombstones: bool = False,
    known_list: str = "",
) -> Plan:
    """Look through a set (the newest one, where no name is given) and everything that belongs to it. `keys`: a newer set
    whose keys are taken. `known_list`: the name of the list of tombstones that was written last, as people noted it. Writes nothing. Raises :class:`BackupRefused`."""
    there = sets.names_of_sets(folder)
    if not there or (name and name not in there):
        raise BackupRefused(f"There is no {'set ' + name if name else 'set of a backup'} in {folder}.")
    label = sets.read_label(folder, name or there[-1])
    of_keys = _keys_for(folder, label, keys) if keys else label
    if label.key != fingerprint(private.public):
        raise BackupRefused(
            f"Set {label.name} was encrypted for the key {label.key}; this is the key {fingerprint(private.public)}."
            " Take the private key that was printed together with that one."
        )
    _check_fits(label)
    for kind in ARTEFACTS:
        of = of_keys if kind == KEYS else label
        _check_artefact(folder, of, kind)
    files = dict(_files(folder, label, private))
    for kept in filter(None, files.values()):
        sets.check_written(path_in(folder, kept), sets.Written(digest_in(kept), 0), "A file of the evidence")
    destroyed = None if without_tombstones else _newest_tombstones(folder, there, private, tombstone_list)
    if destroyed is not None and known_list and not _reaches(destroyed, known_list):
        raise BackupRefused(
            f"The newest list of tombstones that is here is {tombstones.head_of(destroyed).name}, and does not hold all of"
            f" {known_list}. Fetch that one from another copy, and name it with --tombstones."
        )
    return Plan(folder, label, of_keys, private, files, destroyed)


def _reaches(bodies: list[bytes], known: str) -> bool:
    """Whether a list holds all of the one of this name."""
    length = known.partition("-")[0]
    return length.isdigit() and len(bodies) >= int(length) and tombstones.head_of(bodies, int(length)).name == known


def _keys_for(folder: Path, label: Label, name: str) -> Label:
    of_keys = sets.read_label(folder, name)
    if of_keys.made < label.made:
        raise BackupRefused(
            f"The keys of set {name} are older than set {label.name}: cases that came between would be closed for ever."
            " Take the keys of the same set, or of a newer one."
        )
    if of_keys.migrations != label.migrations or of_keys.key != label.key or of_keys.database != label.database:
        raise BackupRefused(f"The keys of set {name} are of another version or another key than set {label.name}.")
    return of_keys


def _check_fits(label: Label) -> None:
    """Whether this version of the code and this database can take the set."""
    if connection.vendor != label.database:
        raise BackupRefused(f"The set is of {label.database}, and DATABASE_URL names {connection.vendor}.")
    known = {f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.graph.nodes}
    if unknown := sorted(set(label.migrations) - known):
        raise BackupRefused(
            f"The set was written by Weerbaar {label.version}, of which this version does not know {unknown[0]}. Install"
            f" {label.version} or a later one."
        )


def _check_artefact(folder: Path, label: Label, kind: str) -> None:
    path = sets.path_of(folder, label.name, kind)
    if kind == KEYS and path.is_file():
        digest = sets.digest_of(path)
        for other in sets.names_of_sets(folder):
            if other != label.name and sets.read_label(folder, other).artefacts[KEYS].digest == digest:
                raise BackupRefused(
                    f"The key artefact of set {label.name} is that of set {other}: they do not belong together. Cases that"
                    " came between would be closed for ever. Fetch the right one from another copy."
                )
    if kind == KEYS and not path.is_file():
        raise BackupRefused(
            f"The key artefact of set {label.name} is missing; they are kept for {sets.KEYS_LAST.days} days. Fetch it from"
            " another copy, or name a newer set with --keys."
        )
    what = {MAIN: "The main artefact", FILES: "The list of files", KEYS: "The key artefact"}[kind]
    sets.check_written(path, label.artefacts[kind], f"{what} of set {label.name}")


def _opened(folder: Path, label: Label, kind: str, private: PrivateKey) -> Iterator[bytes]:
    with sets.path_of(folder, label.name, kind).open("rb") as source:
        yield from frames(open_artefact(source, private, "backup", label.name, kind))


def _files(folder: Path, label: Label, private: PrivateKey) -> Iterator[tuple[UUID, str]]:
    for piece in _opened(folder, label, FILES, private):
        file, kept = json.loads(piece)
        yield UUID(file), kept


def _newest_tombstones(folder: Path, there: list[str], private: PrivateKey, given: Path | None) -> list[bytes]:
    """The list that holds all that any set of the folder knows of. Raises :class:`BackupRefused`."""
    path = given or tombstones.newest_list(folder)
    ask = " To restore without it, and bring back what was destroyed since, say --without-newest-tombstones."
    if path is None or not path.is_file():
        raise BackupRefused(f"The newest list of tombstones is missing in {folder}/{tombstones.FOLDER}.{ask}")
    try:
        bodies = tombstones.read_list(path, private)
    except (CannotOpen, ValueError):
        raise BackupRefused(
            f"The list of tombstones {path.name} is damaged, or of another installation, or for another key of the"
            f" backups.{ask}"
        ) from None
    for name in there:
        if not tombstones.goes_on_from(bodies, sets.read_label(folder, name).tombstones):
            raise BackupRefused(
                f"The list of tombstones {path.name} is older than set {name}: it is not the newest.{ask}"
            )
    return bodies


def check_empty() -> None:
    """Whether nothing is here that a restore could mix with. Raises :class:`BackupRefused`."""
    try:
        unfinished.require_none()
    except unfinished.UnfinishedRestore as error:
        raise BackupRefused(str(error)) from None
    if connection.introspection.table_names():
        raise BackupRefused(
            "The database is not empty: a restore never writes over one. Make a new database, name it in DATABASE_URL, and do"
            " not run migrate in it."
        )
    if not store.store_is_empty():
        raise BackupRefused("The evidence store is not empty. Name a new folder in WEERBAAR_EVIDENCE_DIR.")


def put_back(planned: Plan, chains: Collection[UUID] = ()) -> PutBack:
    """Put everything back; `chains` are those of which somebody knows how far they went. Raises
    :class:`BackupRefused`; then the machine is as empty as it was. After it `unfinished.end` says that it was looked at."""
    check_empty()
    done, stored = PutBack(), []
    try:
        unfinished.begin(planned.label.name)
        _make_tables(planned.label)
        with transaction.atomic():
            done.rows = _load(planned, MAIN) + _load(planned, KEYS)
            snapshot.go_on_counting()
        _come_up_to_the_present()
        done.ends = dict(LedgerHead.objects.filter(chain__in=chains).values_list("chain", "sequence"))
        _destroy_again(planned, done)
        for file, case in SealedFile.objects.values_list("id", "case"):
            if kept := planned.files.get(file, ""):
                stored.append(file)
                put_file_back(planned.folder, planned.private, file, kept)
            elif case:  # what was never sent with a report can be gone
                done.lost.append(str(file))
        done.files = len(stored)
        _keep_its_record(planned)
    except KeyboardInterrupt:
        _leave_as_empty(stored)
        raise
    except (CannotOpen, store.NoRoom, OSError, DatabaseError, BackupRefused) as error:
        left = _leave_as_empty(stored)
        raise BackupRefused(f"The set cannot be put back ({_reason(error)}). Nothing was restored; {left}") from None
    return done


def _reason(error: Exception) -> str:
    if isinstance(error, store.NoRoom):
        return "the disk of the evidence store is full or cannot be written"
    if isinstance(error, OSError):
        return error.strerror or "the disk cannot be written"
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _make_tables(label: Label) -> None:
    """The tables as they were when the set was made."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")  # a large table takes long
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    had = {(app, name) for app, _dot, name in (entry.partition(".") for entry in label.migrations)}
    last = [
        node
        for node in sorted(had)
        if not any(child.key in had for child in graph.node_map[node].children if child.key[0] == node[0])
    ]
    executor.migrate(last)


def _come_up_to_the_present() -> None:
    """What later versions changed in the tables since."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", stopped=True, verbosity=0)  # nothing runs on what is being restored


def _load(planned: Plan, kind: str) -> int:
    label = planned.keys if kind == KEYS else planned.label
    pieces = _opened(planned.folder, label, kind, planned.private)
    manifest = json.loads(next(pieces))
    for table, rows in read_tables(pieces):
        snapshot.empty(table)
        snapshot.load(table, rows)
        if (there := snapshot.count(table)) != manifest["rows"][table.name]:
            raise BackupRefused(f"{table.name} has {there} rows, and the set says {manifest['rows'][table.name]}.")
    if kind == MAIN:
        heads = LedgerHead.objects.order_by("chain").values_list(*HEADS)
        if snapshot.digest_of_ledger(heads.iterator()) != manifest["ledger"]:
            raise BackupRefused("The heads of the ledger are not those of the set.")
    return sum(manifest["rows"].values())


def _destroy_again(planned: Plan, done: PutBack) -> None:
    if planned.destroyed is None:
        return
    with transaction.atomic():
        tombstones.take_over(planned.destroyed)
        done.destroyed += destroy_again()


def _keep_its_record(planned: Plan) -> None:
    """The set does not know of itself: its record came after its snapshot."""
    name = planned.label.name
    if not Backup.objects.filter(name=name, what=Backup.What.WRITTEN).exists():
        made, digest = timezone.localdate(planned.label.made), sets.label_digest(planned.folder, name)
        keep_backup(Backup.What.WRITTEN, name, made, digest)


def _leave_as_empty(stored: list[UUID]) -> str:
    """Take away what was put there. Returns how the machine is now, in words."""
    try:
        snapshot.drop_everything()
        for file in stored:
            store.take_out(file)
    except (OSError, DatabaseError) as error:
        return (
            f"what had been put there could not be taken away ({_reason(error)}): begin with a new database and folder."
        )
    return "the machine is as empty as before."
