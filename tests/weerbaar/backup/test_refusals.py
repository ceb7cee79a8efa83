"""A set that is not whole, or does not belong to what is here, is refused before anything is written."""

import errno
import itertools
import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from tests.support.evidence import evidence_store
from vault import files, tombstones
from vault.keyring.offline import Mistyped, fingerprint, printed, read_printed
from vault.models import Backup, KeyGrant, SealedFile, SealedText
from vault.sealing.primitives import PrivateKey
from vault.sealing.schemes import CannotOpen
from weerbaar.backup import evidence, sets
from weerbaar.backup.frames import read_tables
from weerbaar.backup.making import make_backup
from weerbaar.backup.restoring import _opened, plan
from weerbaar.backup.sets import FILES, KEYS, MAIN, BackupRefused
from weerbaar.backup.snapshot import Table, tables

PRIVATE = PrivateKey()


@pytest.fixture(scope="module")
def written(tmp_path_factory, django_db_setup, django_db_blocker) -> Path:
    """A folder with two sets, of a database with one file, and the key that opens them."""
    home = tmp_path_factory.mktemp("backups")
    store = {**settings.STORAGES["evidence"], "OPTIONS": {"location": str(home / "store")}}
    storages = {**settings.STORAGES, "evidence": store}
    (home / "backup.pub").write_bytes(PRIVATE.public)
    with django_db_blocker.unblock(), override_settings(BACKUP_KEY_FILE=home / "backup.pub", STORAGES=storages):
        loose = files.store([b"een foto"])
        make_backup(home / "sets")
        make_backup(home / "sets")
        files.drop(loose)
        Backup.objects.all().delete()
        connection.close()
    return home / "sets"


@pytest.fixture
def folder(written, tmp_path, db) -> Path:
    """The folder, to be damaged."""
    return Path(shutil.copytree(written, tmp_path / "folder"))


def newest(folder: Path) -> str:
    return sets.names_of_sets(folder)[-1]


def refused(folder: Path, private: PrivateKey = PRIVATE, **more) -> str:
    with pytest.raises(BackupRefused) as why:
        plan(folder, private, **more)
    return str(why.value)


def flip(path: Path, at: int = -1) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def test_a_whole_set_is_taken_with_its_file(folder):
    planned = plan(folder, PRIVATE)
    assert planned.label.name == newest(folder)
    assert [bool(kept) for kept in planned.files.values()] == [True]
    assert planned.destroyed == []


def test_a_second_set_keeps_no_file_again_and_both_name_it(folder):
    assert len(list((folder / "evidence").glob("??/*"))) == 1
    first, second = (plan(folder, PRIVATE, name=name).files for name in sets.names_of_sets(folder))
    assert first == second


@pytest.mark.parametrize("artefact", [MAIN, FILES, KEYS])
@pytest.mark.parametrize("at", [0, 40, 1300, -1])
def test_a_changed_byte_anywhere_in_an_artefact_is_found(folder, artefact, at):
    flip(sets.path_of(folder, newest(folder), artefact), at)
    assert "is damaged" in refused(folder)


@pytest.mark.parametrize("artefact", [MAIN, FILES, KEYS])
def test_a_missing_artefact_is_named(folder, artefact):
    sets.path_of(folder, newest(folder), artefact).unlink()
    assert "is missing" in refused(folder)


def test_a_changed_or_missing_file_of_the_evidence_is_found(folder):
    [kept] = (folder / "evidence").glob("??/*")
    flip(kept)
    assert "A file of the evidence is damaged" in refused(folder)
    kept.unlink()
    assert "A file of the evidence is missing" in refused(folder)


def test_a_label_that_was_changed_is_not_believed(folder):
    path = sets.path_of(folder, newest(folder), sets.LABEL)
    outer = json.loads(path.read_text())
    outer["label"] = outer["label"].replace('"sqlite"', '"other"').replace('"postgresql"', '"other"')
    path.write_text(json.dumps(outer))
    assert "its label was changed" in refused(folder)
    path.write_text("{}")
    assert "missing or damaged" in refused(folder)


def test_another_private_key_is_named_by_its_fingerprint(folder):
    other = PrivateKey()
    assert fingerprint(other.public) in refused(folder, other)


def test_another_master_key_is_refused(folder, tmp_path, settings):
    settings.MASTER_KEY_FILE = tmp_path / "other.key"
    settings.MASTER_KEY_FILE.write_bytes(b"k" * 32)
    assert "was not written with the master key that is here" in refused(folder)


def test_the_keys_of_an_older_set_in_the_place_of_the_newer_are_recognised(folder):
    first, second = sets.names_of_sets(folder)
    shutil.copy(sets.path_of(folder, first, KEYS), sets.path_of(folder, second, KEYS))
    assert f"is that of set {first}" in refused(folder)
    assert "are older than set" in refused(folder, name=second, keys=first)


def test_an_older_set_can_take_the_keys_of_a_newer_one(folder):
    first, second = sets.names_of_sets(folder)
    sets.path_of(folder, first, KEYS).unlink()
    assert "name a newer set with --keys" in refused(folder, name=first)
    assert plan(folder, PRIVATE, name=first, keys=second).keys.name == second


def test_a_list_of_tombstones_that_is_not_the_newest_is_refused(folder):
    assert "older than set" in _refused_with_tombstones(folder)
    for path in (folder / "tombstones").iterdir():
        path.unlink()
    assert "newest list of tombstones is missing" in refused(folder)
    assert plan(folder, PRIVATE, without_tombstones=True).destroyed is None


def _refused_with_tombstones(folder: Path) -> str:
    """The newest set says that there is one tombstone more than the list has."""
    label = sets.read_label(folder, newest(folder))
    sets.write_label(
        sets.path_of(folder, label.name, sets.LABEL), replace(label, tombstones=tombstones.Head(1, "ab" * 32))
    )
    words = refused(folder)
    sets.write_label(sets.path_of(folder, label.name, sets.LABEL), label)
    return words


def test_a_list_of_tombstones_of_another_installation_is_refused(folder):
    [path] = (folder / "tombstones").iterdir()
    flip(path)
    assert "damaged, or of another installation" in refused(folder)


def test_a_set_of_a_later_version_names_it(folder):
    label = sets.read_label(folder, newest(folder))
    later = replace(label, version="9.9.9", migrations=["cases.9999_later"])
    sets.write_label(sets.path_of(folder, label.name, sets.LABEL), later)
    assert "Install 9.9.9 or a later one" in refused(folder)


def test_a_set_of_another_database_is_refused(folder):
    label = sets.read_label(folder, newest(folder))
    sets.write_label(sets.path_of(folder, label.name, sets.LABEL), replace(label, database="other"))
    assert "The set is of other" in refused(folder)


def test_neither_artefact_alone_opens_a_case(folder):
    """The shares, grants and keys are in the one, and what they open in the other."""
    of = {kind: _tables_in(folder, kind) for kind in (MAIN, KEYS)}
    opening = {"vault_caseshare", "vault_keygrant", "vault_keypair", "vault_unlocker", "vault_organisationkey"}
    assert opening <= of[KEYS]
    assert not opening & of[MAIN]
    assert {SealedText._meta.db_table, SealedFile._meta.db_table} <= of[MAIN]
    assert not {SealedText._meta.db_table, SealedFile._meta.db_table} & of[KEYS]
    assert of[MAIN] | of[KEYS] == {table.name for table in tables()}
    assert KeyGrant._meta.db_table in of[KEYS]


def _tables_in(folder: Path, kind: str) -> set[str]:
    pieces = _opened(folder, sets.read_label(folder, newest(folder)), kind, PRIVATE)
    next(pieces)  # the manifest
    return {table.name for table, rows in read_tables(pieces) if sum(1 for _piece in rows) >= 0}


def test_a_new_table_of_the_vault_goes_with_the_keys_until_somebody_says_otherwise():
    assert Table("vault_something", ["id"], "id").is_of_keys
    assert not Table("cases_case", ["id"], "id").is_of_keys


def test_names_in_the_folder_hold_a_moment_and_digests_only(folder):
    for path in folder.rglob("*"):
        if path.is_file() and path.parent.name not in sets.names_of_sets(folder) and path.name != ".lock":
            assert set(path.name) <= set("0123456789abcdefTZ.-none"), path.name


def test_keys_are_dropped_after_thirty_days(folder):
    now = datetime.now(UTC)
    assert sets.drop_old_keys(folder, now + timedelta(days=29)) == []
    assert sets.drop_old_keys(folder, now + timedelta(days=31)) == sets.names_of_sets(folder)
    assert list((folder / KEYS).iterdir()) == []


def test_what_a_killed_backup_left_is_dropped_by_the_next(folder):
    names = sets.names_of_sets(folder)
    for path in (
        "sets/20990101T000000000000Z-000000/main",
        "keys/20990101T000000000000Z-000000",
        "evidence/aa/.unfinished-1",
    ):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"half")
    sets.clear_unfinished(folder)
    assert sets.names_of_sets(folder) == names
    assert {path.name for path in (folder / "keys").iterdir()} == {path.name for path in (folder / "sets").iterdir()}
    assert not list(folder.rglob(".unfinished*"))


@pytest.mark.both
@pytest.mark.django_db(transaction=True)  # a snapshot of PostgreSQL begins a transaction, and the suite's would hold it
def test_a_disk_that_is_full_at_any_step_leaves_no_half_set(folder, tmp_path, settings, monkeypatch):
    """The n-th time that something is to be on disk it is not, for all n."""
    settings.BACKUP_KEY_FILE = tmp_path / "backup.pub"
    settings.BACKUP_KEY_FILE.write_bytes(PRIVATE.public)
    before, left = sets.names_of_sets(folder), [0]

    def full(_descriptor):
        left[0] -= 1
        if left[0] == 0:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("vault.keyring.offline.os.fsync", full)
    for step in itertools.count(1):
        left[0] = step
        words = ""
        try:
            make_backup(folder)
        except BackupRefused as refused:
            words = str(refused)
        if words:
            assert "No space left on device. Nothing of this set was kept" in words
            assert sets.names_of_sets(folder) == before, step
            assert {path.name for path in (folder / "sets").iterdir()} == {*before}
            assert {path.name for path in (folder / KEYS).iterdir()} == {*before}
            assert not list(folder.rglob(".unfinished*"))
            assert not Backup.objects.exists()
        else:
            break
    assert step > 8, "each artefact, the list of tombstones and the label, and the names of each"
    assert plan(folder, PRIVATE).label.name not in before


def test_two_backups_at_once_do_not_mix(folder):
    with sets.alone(folder), pytest.raises(BackupRefused, match="Another backup"), sets.alone(folder):
        pass


def test_without_a_key_no_backup_is_written(tmp_path, settings, db):
    settings.BACKUP_KEY_FILE = tmp_path / "backup.pub"
    with pytest.raises(CommandError, match="Run create_backup_key once"):
        call_command("backup", str(tmp_path / "backups"))
    assert not list(tmp_path.rglob("label.json"))


def test_the_command_makes_a_key_once_and_prints_the_private_half_only(tmp_path, settings, capsys):
    settings.BACKUP_KEY_FILE = tmp_path / "backup.pub"
    call_command("create_backup_key")
    said = capsys.readouterr()
    private = read_printed(said.out)
    assert private.public == settings.BACKUP_KEY_FILE.read_bytes()
    assert fingerprint(private.public) in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["backup.pub"]
    with pytest.raises(CommandError, match="stays as it is"):
        call_command("create_backup_key")


def test_a_mistyped_private_key_is_found():
    text = printed(PRIVATE)
    assert read_printed(text.lower().replace("-", "  \n")).raw == PRIVATE.raw
    wrong = ("A" if text[3] != "A" else "B").join([text[:3], text[4:]])
    for typed in (wrong, text[:-2], text + "A", "", "een sleutel!"):
        with pytest.raises(Mistyped):
            read_printed(typed)


def test_a_file_that_was_lost_is_named_and_the_set_is_whole(tmp_path, settings, db):
    evidence_store(tmp_path, settings)
    loose = files.store([b"weg"])
    files.take_out(loose.id)
    assert list(evidence.keep_files(tmp_path / "b", PRIVATE.public, [loose.id])) == [(loose.id, "")]
    SealedFile.objects.all().delete()
    assert list(evidence.keep_files(tmp_path / "b", PRIVATE.public, [loose.id])) == [], "it was destroyed meanwhile"


def test_after_the_key_was_changed_a_new_set_opens_with_the_new_key_alone(tmp_path, settings, db):
    evidence_store(tmp_path, settings)
    loose, other = files.store([b"een foto"]), PrivateKey()
    [(_file, first)] = evidence.keep_files(tmp_path / "b", PRIVATE.public, [loose.id])
    [(_file, second)] = evidence.keep_files(tmp_path / "b", other.public, [loose.id])
    before = b"".join(files.as_stored(loose.id))
    for private, name in ((PRIVATE, first), (other, second)):
        files.take_out(loose.id)
        evidence.put_file_back(tmp_path / "b", private, loose.id, name)
        assert b"".join(files.as_stored(loose.id)) == before
    with pytest.raises(CannotOpen):
        evidence.put_file_back(tmp_path / "b", other, uuid4(), second)
    assert [*evidence.keep_files(tmp_path / "b", other.public, [loose.id])] == [(loose.id, second)], "each is kept once"


def test_a_list_that_does_not_go_as_far_as_the_known_one_is_refused(folder):
    """Sets and list can both be of an older copy of the folder: then only people know that there is a newer one."""
    [path] = (folder / "tombstones").iterdir()
    assert "does not hold all of 000001-abcdef" in refused(folder, known_list="000001-abcdef0123456789")
    assert "does not hold all of" in refused(folder, known_list="typed")
    assert plan(folder, PRIVATE, known_list=path.name).destroyed == []
