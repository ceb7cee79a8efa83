"""The master key is that of the database, or nothing starts, opens or seals."""

import os

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.test import Client

from cases.models import Case
from jobs.runner import run_due
from tests.support.build import a_place
from tests.support.reporter import come_back, press, receipt_of, to_summary, words_of
from vault.keyring import master
from vault.keyring.keys import organisation_key
from vault.keyring.master import KeyState, WrongMasterKey, create_master_key, key_state, master_key
from vault.models import MasterKeyCheck, OrganisationKey
from weerbaar.operation.start import refuse_what_is_wrong

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(autouse=True)
def a_new_process(monkeypatch):
    """It has not compared any key yet."""
    monkeypatch.setattr(master, "_PROVEN", set())


@pytest.fixture
def another_key(tmp_path, settings):
    """Give the installation another key: what happens when somebody copies the wrong file."""

    def give():
        settings.MASTER_KEY_FILE = tmp_path / "another.key"
        settings.MASTER_KEY_FILE.write_bytes(os.urandom(32))

    return give


def test_the_first_key_of_a_database_leaves_its_check_value_and_every_other_is_refused(another_key):
    refuse_what_is_wrong()
    assert MasterKeyCheck.objects.count() == 1
    assert key_state() is KeyState.RIGHT
    another_key()
    assert key_state() is KeyState.WRONG
    with pytest.raises(WrongMasterKey, match="not the master key of this database"):
        master_key()
    assert MasterKeyCheck.objects.count() == 1


def test_nothing_starts_with_a_wrong_key(another_key):
    refuse_what_is_wrong()
    another_key()
    with pytest.raises(SystemExit, match="not the master key of this database"):
        refuse_what_is_wrong()
    with pytest.raises(SystemCheckError, match="not the master key of this database"):
        call_command("work", once=True, skip_checks=False)


def test_a_wrong_key_seals_nothing(another_key):
    place = a_place()
    refuse_what_is_wrong()
    another_key()
    before = OrganisationKey.objects.count()
    with pytest.raises(WrongMasterKey):
        organisation_key(place.organisation.id)
    with pytest.raises(WrongMasterKey):
        organisation_key(place["officer"].id)  # of which there is no key yet: it would have been made
    assert OrganisationKey.objects.count() == before


def test_a_database_without_check_value_gets_one_after_its_key_opened_something():
    a_place()
    assert not MasterKeyCheck.objects.exists()
    master_key()
    assert MasterKeyCheck.objects.exists()


def test_a_database_without_check_value_refuses_a_key_that_opens_nothing(another_key):
    a_place()
    another_key()
    assert key_state() is KeyState.UNPROVEN
    with pytest.raises(WrongMasterKey, match="opens nothing"):
        master_key()
    assert not MasterKeyCheck.objects.exists()


def test_the_broken_key_of_one_organisation_is_no_proof_against_the_master_key(place):
    OrganisationKey.objects.filter(organisation=place.organisation.id).update(sealed=b"\x01" + bytes(60))
    assert key_state() is KeyState.RIGHT


def test_a_key_that_is_gone_is_said_where_the_database_belongs_to_one(place, tmp_path, settings):
    settings.MASTER_KEY_FILE = tmp_path / "gone.key"
    with pytest.raises(SystemCheckError, match="cannot be read"):
        call_command("check")


def test_a_process_that_has_the_key_goes_on_when_its_file_is_gone_and_a_new_one_says_so(place, tmp_path, settings):
    key, browser = tmp_path / "master.key", Client()
    key.write_bytes(master_key())
    settings.MASTER_KEY_FILE = key
    assert master_key() == key.read_bytes()
    key.unlink()
    page = to_summary(browser)
    done = press(browser, page, "send")
    assert "Uw melding is binnen" in words_of(done)
    assert "Uw melding" in words_of(come_back(browser, receipt_of(done)))
    while run_due():
        pass
    assert Case.objects.count() == 1
    master._read.cache_clear()
    assert key_state() is KeyState.UNREADABLE
    assert browser.get("/health/ready").status_code == 503


def test_a_master_key_is_made_once_and_is_private(tmp_path, settings):
    settings.MASTER_KEY_FILE = tmp_path / "keys" / "master.key"
    call_command("create_master_key")
    first = settings.MASTER_KEY_FILE.read_bytes()
    assert settings.MASTER_KEY_FILE.stat().st_mode & 0o777 == 0o400
    assert MasterKeyCheck.objects.count() == 1
    with pytest.raises(CommandError, match="stays as it is"):
        call_command("create_master_key")
    assert settings.MASTER_KEY_FILE.read_bytes() == first


@pytest.mark.parametrize("belongs", ["by its check value", "by what is sealed"])
def test_no_key_is_made_for_a_database_that_belongs_to_another(belongs, tmp_path, settings):
    if belongs == "by its check value":
        master_key()
    else:
        a_place()
    settings.MASTER_KEY_FILE = tmp_path / "master.key"
    with pytest.raises(CommandError, match="belongs to a master key already"):
        call_command("create_master_key")
    assert not settings.MASTER_KEY_FILE.exists()


def test_a_key_elsewhere_is_not_compared_with_this_database(tmp_path):
    create_master_key(tmp_path / "elsewhere.key")
    assert not MasterKeyCheck.objects.exists()


def test_the_installation_is_not_ready_with_a_wrong_key_and_is_with_a_broken_one_of_an_organisation(place, another_key):
    OrganisationKey.objects.filter(organisation=place.organisation.id).update(sealed=b"\x01" + bytes(60))
    assert Client().get("/health/ready").status_code == 200
    another_key()
    answer = Client().get("/health/ready")
    assert (answer.status_code, answer.json()["checks"]["masterKey"]) == (503, False)


def test_a_page_with_a_wrong_key_says_what_to_do_and_keeps_what_was_typed(place, another_key):
    refuse_what_is_wrong()
    another_key()
    page = Client(raise_request_exception=False).post("/voorbeeldstad/melden/", {"kind": "aggression"})
    assert page.status_code == 503
    assert "Bel 112" in page.content.decode()
    assert 'value="aggression"' in page.content.decode()


def test_a_demo_whose_key_is_another_or_gone_is_started_over(place, another_key, tmp_path, settings):
    another_key()
    with pytest.raises(CommandError, match="start over"):
        call_command("demo_country")
    settings.MASTER_KEY_FILE = tmp_path / "gone.key"
    with pytest.raises(CommandError, match="start over"):
        call_command("demo_country")
    assert not settings.MASTER_KEY_FILE.exists()
