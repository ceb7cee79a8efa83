"""`manage.py doctor`: each check finds what it is for, and says what to do."""

import json
import os
import socketserver
import threading
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone, translation

from cases.job_kinds import CaseJob
from cases.jobs import check_invariants
from jobs.daily import promise_daily
from jobs.faults import LONG
from jobs.heartbeat import beat
from jobs.models import Job
from jobs.queues import QUEUES
from organisations.models import DutyShift, Organisation, Person
from vault.backups import keep_backup, last_backup
from vault.keyring import master
from vault.keyring.master import master_key
from vault.models import OrganisationKey
from weerbaar.backup import unfinished
from weerbaar.operation.doctor.checks import CHECKS
from weerbaar.operation.doctor.machine import SMTP
from weerbaar.operation.doctor.registry import Check, Given, Level, findings

pytestmark = [pytest.mark.django_db, pytest.mark.both]
BY_NAME = {check.name: check for check in CHECKS}


def _look(name: str, **given) -> tuple[Level, str]:
    with translation.override("nl"):
        (_check, finding), *rest = findings([BY_NAME[name]], Given(**given))
    assert not rest
    assert bool(finding.do) == (finding.level > Level.FINE), "what is wrong has something to do, and nothing else has"
    return finding.level, finding.says


@pytest.fixture
def world(settings, tmp_path, monkeypatch):
    """What a way to break something may need."""
    monkeypatch.setattr(master, "_PROVEN", set())
    with ExitStack() as stack:
        yield {"settings": settings, "folder": tmp_path, "patch": monkeypatch, "stack": stack}


def _another_key(world) -> None:
    master_key()
    world["settings"].MASTER_KEY_FILE = world["folder"] / "another.key"
    world["settings"].MASTER_KEY_FILE.write_bytes(os.urandom(32))


def _no_styles(world) -> None:
    settings = world["settings"]
    settings.STATIC_ROOT = world["folder"]
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}


def _promise(kind: str, days: int, **how) -> None:
    day = timezone.localdate() + timedelta(days=days)
    Job.objects.create(kind=kind, key=f"{kind}:{day}", due=timezone.now(), **how)


def _set(**values):
    return lambda world: [setattr(world["settings"], name, value) for name, value in values.items()]


BROKEN = {  # {check: (how it is made false, how bad that is)}
    "mode": (lambda world: None, Level.MEND),
    "debug": (_set(DEBUG=True), Level.MEND),
    "hosts": (_set(ALLOWED_HOSTS=["*"]), Level.MEND),
    "secret_key": (_set(SECRET_KEY="a" * 60), Level.MEND),
    "contacts": (_set(OPERATOR_EMAIL=""), Level.MEND),
    "database": (lambda world: world["stack"].enter_context(connection.execute_wrapper(_refused)), Level.STOPS),
    "migrations": (_set(MIGRATION_MODULES={}), Level.STOPS),
    "master_key": (_another_key, Level.STOPS),
    "organisation_keys": (lambda world: OrganisationKey.objects.filter(id=_a_key()).update(sealed=b"x"), Level.MEND),
    "rules": (_another_key, Level.MEND),
    "static_files": (_no_styles, Level.STOPS),
    "space": (_set(DISK_STOP=1 << 60), Level.STOPS),
    "clock": (lambda world: _promise(CaseJob.CHECK_INVARIANTS, 2), Level.MEND),
    "mail": (_set(EMAIL_BACKEND=SMTP, EMAIL_HOST="127.0.0.1", EMAIL_PORT=1), Level.MEND),
    "scanner": (_set(CLAMD="tcp:127.0.0.1:1"), Level.MEND),
    "walls": (lambda world: world["patch"].setenv("PATH", ""), Level.MEND),
    "certificate": (_set(PRODUCTION=True, FIRST_HOST="127.0.0.1"), Level.MEND),
    "scheduler": (lambda world: None, Level.MEND),
    "worker": (lambda world: beat("cases", "mail"), Level.MEND),
    "jobs": (lambda world: _promise(CaseJob.WAITING, 0, attempts=LONG, error="E at x.py:1"), Level.MEND),
    "backups": (lambda world: _kept("written", 3), Level.MEND),
    "drill": (lambda world: _kept("drilled", 36), Level.MEND),
    "invariants": (lambda world: _promise(CaseJob.CHECK_INVARIANTS, -3, state="done"), Level.MEND),
    "duty": (lambda world: _contact_of_nobody(), Level.MEND),
    "phones": (lambda world: Organisation.objects.update(phones_checked_on="2020-01-01"), Level.MEND),
    "help": (lambda world: _help_was_called(366)(world), Level.MEND),
}


def _refused(*_given):
    raise OperationalError


def _a_key() -> int:
    return OrganisationKey.objects.values_list("id", flat=True).first()


MENDED = {  # {check: what makes it right}
    "mode": _set(PRODUCTION=True),
    "debug": _set(DEBUG=False),
    "hosts": _set(ALLOWED_HOSTS=["meld.gemeente.nl"]),
    "secret_key": lambda world: setattr(world["settings"], "SECRET_KEY", os.urandom(40).hex()),
    "contacts": _set(
        OPERATOR_EMAIL="beheer@gemeente.nl", SECURITY_CONTACT="ciso@gemeente.nl", DEFAULT_FROM_EMAIL="meld@gemeente.nl"
    ),
    "master_key": lambda world: world["settings"].MASTER_KEY_FILE.chmod(0o400),
    "scheduler": lambda world: promise_daily(),
    "worker": lambda world: beat(*QUEUES),
    "backups": lambda world: _kept("written", 2),
    "drill": lambda world: _kept("drilled", 35),
    "invariants": lambda world: _promise(CaseJob.CHECK_INVARIANTS, 0, state="done"),
    "duty": lambda world: DutyShift.objects.update(entered_by=_person(), agreed_by=_person()),
    "phones": lambda world: [call_command("phones", slug, right=True) for slug in _live()],
    "help": lambda world: _help_was_called(365)(world),
    "space": _set(EVIDENCE_DISK_FLOOR=1),
    "mail": None, "scanner": None, "walls": None, "certificate": None,  # these have tests of their own, or ask the machine
}  # fmt: skip


def _help_was_called(days: int):
    return _set(HELP_CALLED_ON=timezone.localdate() - timedelta(days=days))


def _kept(what: str, days: int) -> None:
    keep_backup(what, "a-set", timezone.localdate() - timedelta(days=days), b"digest")


def _contact_of_nobody() -> None:
    """A stand-in outside as an earlier version kept it: nobody knows who agreed."""
    at = Organisation.objects.filter(live=True)[0]
    DutyShift.objects.create(organisation=at, name="Robin", email="robin@elders.example", entered_by=_person())


def _person() -> Person:
    return Person.objects.filter(is_active=True)[0]


def _live() -> list[str]:
    return list(Organisation.objects.filter(live=True).values_list("slug", flat=True))


@pytest.mark.parametrize("name", BY_NAME)
def test_each_check_finds_what_it_is_for(place, world, name):
    breaks, level = BROKEN[name]
    breaks(world)
    assert _look(name)[0] is level


@pytest.mark.parametrize("name", [name for name in BY_NAME if MENDED.get(name, True)])
def test_each_check_is_content_where_all_is_well(place, world, name):
    if name in MENDED:
        MENDED[name](world)
    assert _look(name)[0] is Level.FINE


def test_a_disk_that_is_fuller_than_files_may_have_it_is_to_be_mended(settings):
    settings.EVIDENCE_DISK_FLOOR = 1 << 60
    assert _look("space")[0] is Level.MEND


def test_a_key_that_others_can_read_is_to_be_mended(settings, tmp_path):
    path = tmp_path / "open.key"
    path.write_bytes(master_key())
    path.chmod(0o644)
    settings.MASTER_KEY_FILE = path
    level, says = _look("master_key")
    assert (level, "Anderen" in says) == (Level.MEND, True)


def test_everything_is_checked_now_when_that_is_asked():
    assert _look("invariants", is_deep=True)[0] is Level.FINE
    Job.objects.create(kind="x", key="x", due=timezone.now(), state="dead")
    level, says = _look("invariants", is_deep=True)
    assert (level, says) == (Level.MEND, "1 ding is niet zoals het moet zijn.")


class _Mails(socketserver.StreamRequestHandler):
    """A mail server in few words."""

    def handle(self):
        self.wfile.write(b"220 test\r\n")
        is_data = False
        while line := self.rfile.readline():
            if is_data:
                is_data = line != b".\r\n"
                self.server.lines.append(line)
                if is_data:
                    continue
            is_data = line.upper().startswith(b"DATA")
            self.wfile.write(b"354 go on\r\n" if is_data else b"250 fine\r\n")


@pytest.fixture
def mail_server(settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mails) as server:
        server.lines = []
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        settings.EMAIL_BACKEND, settings.EMAIL_USE_TLS = SMTP, False
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        yield server
        server.shutdown()


def test_mail_is_tried_for_real_and_sent_only_when_that_is_asked(mail_server):
    assert _look("mail") == (
        Level.FINE,
        "De mailserver antwoordt. Er is geen mail verstuurd; met --mail ADRES gaat er één weg.",
    )
    assert not mail_server.lines
    assert _look("mail", mail="beheer@gemeente.nl")[0] is Level.FINE
    assert b"To: beheer@gemeente.nl\r\n" in mail_server.lines


def test_mail_that_goes_to_a_folder_or_memory_is_no_mail():
    level, says = _look("mail", mail="beheer@gemeente.nl")
    assert (level, "gaat naar niemand" in says) == (Level.MEND, True)
    assert not mail.outbox


def test_a_check_that_breaks_is_a_finding_and_what_needs_the_database_is_not_asked_after_it():
    def breaks(given):
        raise OperationalError("wachtwoord van Anna")

    checks = [
        Check("one", breaks),
        Check("two", BY_NAME["jobs"].look, at_database=True),
        Check("three", BY_NAME["debug"].look),
    ]
    found = [finding for _check, finding in findings(checks, Given())]
    assert [finding.level for finding in found] == [Level.MEND, Level.MEND, Level.FINE]
    assert "OperationalError" in found[0].says
    assert "Anna" not in found[0].says


def test_the_command_says_all_of_it_names_nobody_and_ends_with_one(place, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", json=True)
    assert ended.value.code == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["check"] for one in told["checks"]] == list(BY_NAME)
    assert told["level"] == max(told["checks"], key=lambda one: Level[one["level"].upper()])["level"]
    text = json.dumps(told, ensure_ascii=False)
    for email, name in Person.objects.exclude(email=None).values_list("email", "name"):
        assert email not in text
        assert name not in text


def test_the_command_says_in_dutch_what_to_do(place, capsys):
    with pytest.raises(SystemExit):
        call_command("doctor")
    lines = capsys.readouterr().out.splitlines()
    at = lines.index("!  mode: Dit is geen productie: WEERBAAR_MODE is test.")
    assert lines[at + 1].strip() == "Doe dit: Laat WEERBAAR_MODE weg voor echte meldingen."


def test_numbers_are_right_only_after_both_were_given_or_tried(place):
    slug = place.organisation.slug
    call_command("phones", slug, adviser="030 123 45 67")
    assert Organisation.objects.get(slug=slug).phones_checked_on is None
    call_command("phones", slug, duty="+31 30 123 45 68", adviser="030 123 45 67")
    assert Organisation.objects.get(slug=slug).phones_checked_on == timezone.localdate()


def test_half_of_a_backup_in_the_database_stops_reports():
    unfinished.begin("a-set")
    level, says = _look("database")
    assert (level, "niet af" in says) == (Level.STOPS, True)


def test_what_the_daily_check_found_and_that_it_fails_is_said_until_it_finds_nothing():
    today = timezone.localdate()
    _promise(CaseJob.CHECK_INVARIANTS, 0, state="done")
    Job.objects.create(
        kind=CaseJob.TELL_BROKEN, key=f"{CaseJob.TELL_BROKEN}:{today}:3", due=timezone.now(), state="done"
    )
    assert _look("invariants")[0] is Level.MEND
    Job.objects.filter(kind=CaseJob.TELL_BROKEN).delete()
    assert _look("invariants")[0] is Level.FINE
    _promise(CaseJob.CHECK_INVARIANTS, 1, attempts=1, error="E at x.py:1")
    assert _look("invariants")[0] is Level.MEND


def test_a_day_to_come_is_none_on_which_help_lines_were_called(settings):
    settings.HELP_CALLED_ON = timezone.localdate() + timedelta(days=1)
    assert _look("help")[0] is Level.MEND


def test_what_a_check_found_after_midnight_is_said_of_the_day_for_which_it_was_promised(monkeypatch):
    monkeypatch.setattr("cases.jobs.broken_invariants", lambda: ["one", "two", "three"])
    _promise(CaseJob.CHECK_INVARIANTS, -1, state="done")
    check_invariants(Job.objects.get(kind=CaseJob.CHECK_INVARIANTS))
    assert _look("invariants")[0] is Level.MEND


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lost", [None, "label.json", "main", "files"])
def test_the_last_set_is_looked_for_in_its_folder(settings, tmp_path, lost):
    settings.BACKUP_DIR, settings.BACKUP_KEY_FILE = tmp_path / "backups", tmp_path / "backup.pub"
    call_command("create_backup_key")
    call_command("backup")
    assert _look("backups")[0] is Level.FINE
    if lost:
        (tmp_path / "backups" / "sets" / last_backup().name / lost).unlink()
    else:
        (tmp_path / "backups").rename(tmp_path / "elsewhere")
    assert _look("backups")[0] is Level.MEND


@pytest.mark.django_db(transaction=True)
def test_a_changed_byte_in_the_last_set_is_found_when_everything_is_looked_at(settings, tmp_path):
    settings.BACKUP_DIR, settings.BACKUP_KEY_FILE = tmp_path / "backups", tmp_path / "backup.pub"
    call_command("create_backup_key")
    call_command("backup")
    path = tmp_path / "backups" / "sets" / last_backup().name / "main"
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    assert _look("backups", is_deep=True)[0] is Level.MEND
