"""The rehearsal of the day on which everything is lost: a set is written, the machine is wiped, the set is put back, and a
case is opened through the pages. Each fault on the way is refused by a sentence that says what to do.

The commands that docs/operating.md names are run as it writes them.
"""

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client

from cases.destroying.everything import destroy
from cases.models import Case
from organisations.models import Person
from tests.support.build import signed_in
from tests.support.machine import Machine, a_machine, expected, looked_into
from tests.support.reporter import come_back, words_of
from tests.support.services import ROOT
from vault import ledger, tombstones
from vault.backups import last_backup, last_drill
from vault.models import Backup, CaseShare, LedgerHead
from weerbaar.backup import restoring, unfinished

pytestmark = pytest.mark.rehearsal  # and on PostgreSQL too where what is on its disk decides, or how it is emptied


@pytest.fixture(scope="module")
def kept(request) -> tuple[Machine, str, str]:
    """A machine with the first set of its backup, the private key as it was printed, and the name of that set."""
    server = os.environ.get("DATABASE_URL", "") if os.environ.get("WEER_TEST_DB") == "postgres" else ""
    machine = a_machine(server)
    private = machine.run("create_backup_key").stdout
    said = machine.run("backup").stdout
    assert "is whole" in said
    return machine, private, re.search(r"set (\S+) is whole", said)[1]


@pytest.fixture(autouse=True)
def _other_databases_than_that_of_the_suite(django_db_blocker):
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def private(kept, tmp_path) -> Path:
    path = tmp_path / "private-key"
    path.write_text(kept[1])
    return path


@pytest.fixture
def restore(private, settings, monkeypatch):
    """Restore on a machine after it was wiped; gives what is there then, and how the command ended. By the command itself, in this
    process; the tables come from a copy and not from all migrations, which the test of a wiped machine runs."""

    def restored(machine: Machine, name: str, *more: str, folder: Path | None = None, there: Machine | None = None):
        def tables_of_a_copy(_label):
            begun = unfinished.set_begun()
            connection.close()
            machine.copied_to(wiped)
            unfinished.begin(begun[0])

        settings.MIGRATION_MODULES = {}  # the suite has no migrations, and a restore looks at them
        monkeypatch.setattr("weerbaar.backup.restoring._make_tables", tables_of_a_copy)
        wiped, said, wrong = there or machine.wiped(name), StringIO(), ""
        with looked_into(wiped, settings):
            try:
                arguments = [str(folder or machine.backups), "--private-key", str(private), *more]
                call_command("restore", *arguments, stdout=said)
            except CommandError as error:
                wrong = str(error)
        return wiped, SimpleNamespace(returncode=int(bool(wrong)), stdout=said.getvalue(), stderr=wrong)

    return restored


@pytest.mark.both
def test_a_wiped_machine_has_everything_again_and_a_case_opens_through_the_pages(kept, private, settings):
    machine, _printed, name = kept
    wiped = machine.wiped("again")
    ended = wiped.run("restore", "--private-key", str(private), check=False)
    assert ended.returncode == 0, ended.stderr
    assert f"restored: set {name}" in ended.stdout
    assert "What came after that is not here" in ended.stdout
    known = expected()
    with looked_into(wiped, settings):
        officer = signed_in(Person.objects.get(id=known["officer"]))
        for page, words in known["pages"].items():
            assert words in words_of(officer.get(f"/werkplek/zaak/{known['case']}/{page}")), page
        photo = officer.get(f"/werkplek/zaak/{known['case']}/bewijs/1/")
        assert b"".join(photo.streaming_content if photo.streaming else [photo.content])[:3] == b"\xff\xd8\xff"
        assert known["answer"] in words_of(come_back(Client(), known["receipt"]))
        assert Case.objects.count() == known["cases"]
        assert last_backup().name == name, "the set is known where it was restored"


def test_a_full_database_is_never_written_over(kept, private):
    machine, _printed, _name = kept
    ended = machine.run("restore", "--private-key", str(private), check=False)
    assert ended.returncode == 1
    assert "The database is not empty" in ended.stderr


@pytest.mark.both
def test_what_was_destroyed_since_does_not_come_back_and_a_set_without_the_newest_list_is_refused(
    kept, restore, settings, tmp_path
):
    machine, _printed, first = kept
    folder = tmp_path / "backups"
    shutil.copytree(machine.backups, folder)
    known = expected()
    source, ended = restore(machine, "destroyed", folder=folder)
    assert ended.returncode == 0, ended.stderr
    with looked_into(source, settings):
        settings.BACKUP_DIR = folder
        case = Case.objects.get(id=known["case"])
        heads = LedgerHead.objects.get(chain=case.id)
        later = f"{case.id}:{heads.sequence + 3}"
        destroy(case.id, case.report_id, "retention", case.started_on)
        tombstones.keep_beside_backups()
        head = tombstones.head()
    wiped, ended = restore(machine, "later", "--set", first, "--newest-ledger-head", later, folder=folder)
    assert ended.returncode == 0, ended.stderr
    assert "Of 1 tombstones, 1 were of cases in this set" in ended.stdout
    assert "3 events came after the set, and are lost" in ended.stdout
    with looked_into(wiped, settings):
        assert not Case.objects.filter(id=known["case"]).exists()
        assert tombstones.head() == head
        assert ledger.verify(tombstones.CHAIN) == []
        assert "case.destroyed_again" in [entry.action for entry in ledger.entries(case.id)]
        stored = {path.name for path in wiped.evidence.rglob("*") if path.is_file()}
    assert stored < {path.name for path in machine.evidence.rglob("*") if path.is_file()}, "its files stayed away too"

    shutil.rmtree(folder / "tombstones")
    _wiped, ended = restore(machine, "refused", "--set", first, folder=folder)
    assert ended.returncode == 1
    assert "newest list of tombstones is missing" in ended.stderr
    wiped, ended = restore(machine, "brought_back", "--set", first, "--without-newest-tombstones", folder=folder)
    assert ended.returncode == 0, ended.stderr
    assert "What was destroyed since then is here again" in ended.stdout
    with looked_into(wiped, settings):
        assert Case.objects.filter(id=known["case"]).exists()

    said = source.run("backup", str(folder)).stdout
    newer = re.search(r"set (\S+) is whole", said)[1]
    wiped, ended = restore(
        machine, "shredded", "--set", first, "--keys", newer, "--without-newest-tombstones", folder=folder
    )
    assert ended.returncode == 1, "the keys of a destroyed case are in no later set"
    assert "has no key any more" in ended.stderr
    assert "restored:" not in ended.stdout


def test_a_drill_restores_beside_the_installation_and_leaves_nothing(kept, private, settings):
    machine, _printed, name = kept
    ended = machine.run("drill", "--private-key", str(private))
    assert f"the drill of set {name} ended well" in ended.stdout
    with looked_into(machine, settings):
        assert (last_backup().name, last_drill().name) == (name, name)
        assert Backup.objects.filter(name=name).count() == 2


@pytest.mark.both
def test_a_backup_that_is_killed_leaves_no_set_and_the_next_one_is_whole(kept, tmp_path):
    """At many moments: whatever has the name of a set can be restored."""
    machine, _printed, _name = kept
    for wait in (0.0, 0.2, 0.5):
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "backup"], env=machine.environment, cwd=ROOT,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        begun = time.monotonic()
        while not list(machine.backups.rglob(".unfinished*")) and time.monotonic() < begun + 60:
            if process.poll() is not None:
                break
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
    ended = machine.run("backup")
    assert "is whole" in ended.stdout
    names = {path.parent.name for path in (machine.backups / "sets").glob("*/label.json")}
    assert {path.name for path in (machine.backups / "sets").iterdir()} == names
    assert {path.name for path in (machine.backups / "keys").iterdir()} == names
    assert not list(machine.backups.rglob(".unfinished*"))


def test_a_full_disk_is_said_and_leaves_no_set(kept):
    machine, _printed, _name = kept
    before = sorted(path.name for path in (machine.backups / "sets").iterdir())
    ended = machine.run(
        "backup", check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (60_000,) * 2)
    )
    assert ended.returncode == 1
    assert "The backup cannot be written" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert sorted(path.name for path in (machine.backups / "sets").iterdir()) == before
    assert not list(machine.backups.rglob(".unfinished*"))


@pytest.mark.both
def test_a_disk_that_is_full_at_a_restore_leaves_the_machine_empty(kept, private, settings):
    machine, _printed, _name = kept
    wiped = machine.wiped("full")
    limit = 2_000_000 if not machine.server else 1_000  # SQLite's file, or the files of the evidence
    ended = wiped.run(
        "restore", "--private-key", str(private), check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit,) * 2),
    )  # fmt: skip
    assert ended.returncode == 1
    assert "Nothing was restored" in ended.stderr, ended.stderr
    assert "Traceback" not in ended.stderr
    again = wiped.run("restore", "--private-key", str(private), check=False)
    assert again.returncode == 0, again.stderr


class Killed(BaseException):
    """What no code of a restore catches, as nothing catches a kill."""


def _killed(*_given):
    raise Killed


def _kill(monkeypatch, where: str, restore, machine: Machine, name: str) -> Machine:
    """The machine as a restore leaves it that is killed there."""
    with monkeypatch.context() as killing:
        killing.setattr(restoring, where, _killed)
        with pytest.raises(Killed):
            restore(machine, name)
    return Machine(machine.home, machine.server, name)


@pytest.mark.both
@pytest.mark.parametrize("where", ["_load", "put_file_back", "_keep_its_record"])
def test_a_restore_that_was_killed_is_named_and_the_next_one_takes_it_away(kept, restore, settings, monkeypatch, where):
    machine, _printed, _name = kept
    left = _kill(monkeypatch, where, restore, machine, f"killed{where}")
    said = left.run("work", "--once", check=False)
    assert (said.returncode, "did not end" in said.stderr) == (1, True), "nothing starts on it, and it says why"
    _left, ended = restore(machine, "", there=left)
    assert ended.returncode == 1
    newest = re.search(r"A restore of set (\S+) began in this database and did not end", ended.stderr)
    assert newest is not None, ended.stderr
    assert "--drop-unfinished" in ended.stderr
    _left, ended = restore(machine, "", "--drop-unfinished", there=left)
    assert f"restored: set {newest[1]}" in ended.stdout, (
        ended.stderr
    )  # others of this file may have written a newer one
    with looked_into(left, settings):
        assert unfinished.set_begun() is None


def test_what_a_restore_left_is_dropped_only_where_its_files_are(kept, restore, settings, monkeypatch):
    machine, _printed, _name = kept
    left = _kill(monkeypatch, "_keep_its_record", restore, machine, "elsewhere")
    monkeypatch.setattr(Machine, "evidence", machine.evidence)
    before = {path for path in machine.evidence.rglob("*") if path.is_file()}
    _left, ended = restore(machine, "", "--drop-unfinished", there=left)
    assert "nothing was dropped" in ended.stderr
    assert before == {path for path in machine.evidence.rglob("*") if path.is_file()}


def test_the_page_for_operators_says_it_literally():
    """Its commands, one after another: a new machine with another key, then the same machine after it was wiped."""
    page = (ROOT / "docs/operating.md").read_text().partition("\n## Backup and restore\n")[2].partition("\n## ")[0]
    written = re.findall(r"^\./weer manage (.+?)(?:\s+#.*)?$", page, re.M)
    assert [line.split()[0] for line in written] == [
        "create_backup_key", "backup", "drill", "restore", "verify_ledger", "check_invariants",
    ]  # fmt: skip
    server = os.environ["DATABASE_URL"] if os.environ.get("WEER_TEST_DB") == "postgres" else ""
    machine, said = a_machine(server), {}
    for line in written:
        name, *given = line.split()
        if name == "restore":
            machine = machine.wiped("literally")
        said[name] = machine.run(name, *given, typed=said.get("create_backup_key", "")).stdout
    assert "restored: set" in said["drill"]
    assert "restored: set" in said["restore"]
    assert "are intact" in said["verify_ledger"]
    assert "all invariants hold" in said["check_invariants"]


def test_the_bytes_of_a_destroyed_share_are_in_no_file_of_the_database(kept, restore, settings):
    """On SQLite. What PostgreSQL has on its disk after VACUUM FULL is a new file."""
    machine, _printed, _name = kept
    wiped, ended = restore(machine, "forgotten")
    assert ended.returncode == 0, ended.stderr
    with looked_into(wiped, settings):
        case = Case.objects.get(id=expected()["case"])
        share = bytes(CaseShare.objects.get(case=case.id).sealed)
        destroy(case.id, case.report_id, "retention", case.started_on)
        tombstones.forget_destroyed_shares()
        assert not CaseShare.objects.filter(case=case.id).exists()
        if machine.server:
            return
        connection.close()
        for path in wiped.home.glob("forgotten.sqlite3*"):
            assert share not in path.read_bytes(), path.name


def test_a_recovery_to_an_earlier_moment_is_put_right_by_the_newest_list(kept, restore, settings, tmp_path):
    machine, printed, _name = kept
    wiped, ended = restore(machine, "earlier")
    assert ended.returncode == 0, ended.stderr
    with looked_into(wiped, settings):
        settings.BACKUP_DIR = tmp_path
        case = Case.objects.get(id=expected()["case"])
        with transaction.atomic():
            destroy(case.id, case.report_id, "retention", case.started_on)
            tombstones.keep_beside_backups()
            transaction.set_rollback(True)  # as a recovery to a moment before
        assert Case.objects.filter(id=case.id).exists()
    ended = wiped.run("destroy_again", str(tmp_path), "--private-key", "-", typed=printed)
    assert "of 1 tombstones, 1 were of cases that were here again" in ended.stdout
    with looked_into(wiped, settings):
        assert not Case.objects.filter(id=case.id).exists()
        assert tombstones.head().sequence == 1
