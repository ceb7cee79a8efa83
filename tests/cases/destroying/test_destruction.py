"""A case that was destroyed is nowhere: in no table and no file, and nothing of another case went with it."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cases.deciding.opening import open_case
from cases.desk.refusals import NotAllowed, Refused
from cases.destroying.destruction import agree_to_destruction, ask_destruction, destroy_again, refuse_destruction
from cases.destroying.everything import destroy
from cases.invariants import broken_invariants
from cases.models import Case, Destruction
from jobs.runner import run_due
from organisations.access.bars import recuse
from organisations.access.policy import Actor
from organisations.models import Role
from reporting.dialogue.dialogue import say
from reporting.models import Fact, Report
from tests.support.build import a_case, a_place, a_report, take, walk, who
from tests.support.evidence import evidence_store
from tests.support.full_case import a_complaint, a_full_case, a_signal
from tests.support.reporter import come_back, words_of
from tests.support.rows import LASTING, all_rows, more
from vault import ledger, tombstones
from vault.compartments import Compartment, open_compartment
from vault.sealing.primitives import PrivateKey
from weerbaar.demo.people import PASSWORD

pytestmark = pytest.mark.django_db
START = datetime(2027, 1, 11, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
INTEGRITY = ("acknowledge", "register", "accept", "no_follow_up=unfounded", "complete", "close")
# What making a full case leaves of other things than the case.
OF_OTHERS = {"organisations_dutyshift", "django_session", "vault_signingkey"}


@pytest.fixture
def ended():
    """A case that has ended: nothing runs, and somebody looked."""
    with time_machine.travel(START, tick=False) as traveller:
        case = walk(a_case(a_place(), "integrity"), *INTEGRITY)
        traveller.shift(timedelta(days=100))
        run_due()
        for code in ("later_care", "look_again"):
            case.refresh_from_db()
            take(case, code, who(case.id, "case_officer"))
        case.refresh_from_db()
        yield case


def actors(case: Case):
    """Two people who may destroy it: the archivist and the coordinator."""
    roles = {role.code: role.person for role in Role.objects.filter(organisation=case.organisation)}
    return [Actor.at(roles[code], case.organisation) for code in ("archivist", "coordinator")]


def left_of(before) -> dict[str, list]:
    """The rows that are here since then: but those of others, and who signed in when."""
    rows = more(all_rows({*LASTING, *OF_OTHERS, "organisations_person"}), before)
    return {table: came for table, came in rows.items() if came}


@pytest.fixture
def backups(tmp_path, settings):
    """Where backups are written to, with a key for them."""
    settings.BACKUP_DIR, settings.BACKUP_KEY_FILE = tmp_path / "backups", tmp_path / "backup.pub"
    private = PrivateKey()
    settings.BACKUP_KEY_FILE.write_bytes(private.public)
    return private


@pytest.mark.both
def test_nothing_of_a_full_case_is_left_in_any_table_or_file(
    place, tmp_path, settings, django_capture_on_commit_callbacks
):
    store = evidence_store(tmp_path, settings)
    before = all_rows()
    full = a_full_case(place)
    made = set(Case.objects.values_list("id", "report_id"))
    assert len(made) == 3, "a joined and a linked case belong to it"
    assert len(more(all_rows(), before)) > 30, "something of everything has happened"
    assert [path for path in store.rglob("*") if path.is_file()]
    with django_capture_on_commit_callbacks(execute=True):
        for case, report in made:
            destroy(case, report, "retention", START.date())
    assert left_of(before) == {}
    assert not [path for path in store.rglob("*") if path.is_file()]
    assert broken_invariants() == []
    assert tombstones.head().sequence == 3
    assert ledger.verify(tombstones.CHAIN) == ledger.verify(full.case.id) == []


def test_what_was_told_apart_and_a_signal_go_too(place):
    before = all_rows()
    complaint, _receipt = a_complaint(place)
    signal = a_signal(place)
    for report in (complaint.report, signal.report):
        destroy(report.case, report.id, "order", START.date())
    assert left_of(before) == {}


def test_a_tombstone_says_the_day_and_the_ground_and_only_here_which_case(place):
    case = a_case(place)
    destroy(case.id, case.report_id, "erasure", START.date())
    [stone] = ledger.entries(tombstones.CHAIN)
    assert (stone.at, stone.actor, stone.detail["ground"]) == (START.date(), None, "erasure")
    assert case.id.hex not in str(stone).replace("-", "")
    assert case.number not in str(stone)
    assert list(tombstones.destroyed_among([case.id, uuid4()])) == [(case.id, "erasure")]


def test_a_case_that_followed_stays_and_its_code_still_opens_it(place):
    first, second = a_case(place), a_report(place)
    open_case(second[0])
    Report.objects.filter(id=second[0].id).update(follows=first.report)
    destroy(first.id, first.report_id, "retention", START.date())
    assert second[0].number in words_of(come_back(Client(), second[1]))
    assert broken_invariants() == []


def test_two_people_destroy_a_case_that_has_ended_and_what_was_counted_stays(ended):
    archivist, coordinator = actors(ended)
    counted = set(Fact.objects.values_list("key", "codes"))
    assert counted
    ask_destruction(ended, "retention", actor=archivist)
    with pytest.raises(Refused, match=r"yourself|zelf"):
        agree_to_destruction(ended, actor=archivist)
    agree_to_destruction(ended, actor=coordinator)
    assert not Case.objects.exists()
    assert not Report.objects.exists()
    assert not Destruction.objects.exists()
    assert {bytes(key) for key, _codes in counted} == {bytes(key) for key in Fact.objects.values_list("key", flat=True)}
    last = ledger.entries(ended.id)[-1]
    assert (last.action, last.actor) == ("case.destroyed", coordinator.person.id)
    assert last.detail == {"ground": "retention", "asked_by": str(archivist.person.id)}


def test_what_still_runs_is_not_destroyed(place):
    case = a_case(place)
    archivist, _coordinator = actors(case)
    with pytest.raises(Refused, match=r"has not ended|niet geëindigd|nog niet"):
        ask_destruction(case, "retention", actor=archivist)
    assert not Destruction.objects.exists()


def test_what_opened_again_after_somebody_asked_is_not_destroyed(ended):
    archivist, coordinator = actors(ended)
    ask_destruction(ended, "retention", actor=archivist)
    take(ended, "hear_woo", who(ended.id, "case_officer"))
    with pytest.raises(Refused):
        agree_to_destruction(ended, actor=coordinator)
    assert Case.objects.exists()


def test_who_is_kept_out_or_has_no_part_in_it_destroys_nothing(ended):
    archivist, coordinator = actors(ended)
    recuse(ended.id, [coordinator.person.id])
    for actor in (coordinator, who(ended.id, "case_officer")):
        with pytest.raises(NotAllowed):
            ask_destruction(ended, "retention", actor=actor)
    ask_destruction(ended, "retention", actor=archivist)
    with pytest.raises(NotAllowed):
        agree_to_destruction(ended, actor=coordinator)


def test_a_second_person_refuses_and_the_case_stays(ended):
    archivist, coordinator = actors(ended)
    ask_destruction(ended, "retention", actor=archivist)
    refuse_destruction(ended, actor=coordinator)
    with pytest.raises(Refused):
        agree_to_destruction(ended, actor=coordinator)
    ask_destruction(ended, "order", actor=archivist)
    assert Case.objects.exists()


def test_what_a_restore_brings_back_is_destroyed_again_and_the_list_is_taken_over(place, backups, settings):
    kept, gone = a_case(place), a_case(place)
    ended = (gone.id, gone.report_id)
    tombstones.leave_tombstone(gone.id, "retention", START.date())
    path = tombstones.keep_beside_backups()
    stones = tombstones.read_list(path, backups)
    assert tombstones.head_of(stones) == tombstones.head()
    assert destroy_again() == [ended[0]]
    assert list(Case.objects.values_list("id", flat=True)) == [kept.id]
    assert tombstones.head().sequence == 1, "it has one tombstone"
    assert destroy_again() == []


def test_the_command_asks_each_of_two_people_for_their_own_password(ended, backups, monkeypatch, capsys):
    archivist, coordinator = (actor.person.email for actor in actors(ended))
    typed = {archivist: PASSWORD, coordinator: PASSWORD}
    monkeypatch.setattr(
        "cases.management.commands.destroy_case.getpass", lambda prompt: typed[prompt.split()[-1].rstrip(":")]
    )
    call_command("destroy_case", ended.number, ask="retention", by=archivist)
    typed[coordinator] = "een ander wachtwoord"
    with pytest.raises(CommandError, match="do not belong together"):
        call_command("destroy_case", ended.number, agree=True, by=coordinator)
    typed[coordinator] = PASSWORD
    call_command("destroy_case", ended.number, agree=True, by=coordinator)
    assert not Case.objects.exists()
    said = capsys.readouterr().out
    assert tombstones.head().name in said
    [path] = (django_settings.BACKUP_DIR / tombstones.FOLDER).iterdir()
    assert path.name == tombstones.head().name
    assert tombstones.head_of(tombstones.read_list(path, backups)) == tombstones.head()


def test_nothing_is_destroyed_where_the_list_cannot_be_written_beside_the_backups(ended, settings, monkeypatch):
    archivist, coordinator = actors(ended)
    monkeypatch.setattr("cases.management.commands.destroy_case.getpass", lambda prompt: PASSWORD)
    ask_destruction(ended, "retention", actor=archivist)
    settings.BACKUP_DIR = None
    with pytest.raises(CommandError, match="nothing was destroyed"):
        call_command("destroy_case", ended.number, agree=True, by=coordinator.person.email)
    assert Case.objects.exists()


KINDS = ["aggression", "integrity", "pressure"]
A_REPORT = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS),
        "known_as": st.sampled_from(["named", "confidential", "anonymous"]),
        "opened": st.booleans(),
        "said": st.booleans(),
        "destroyed": st.booleans(),
    }
)


def _histories_of_destroying(histories) -> None:
    """Each report of a history is made and a part of them destroyed: the others are as if those had never been."""
    place, made = a_place(), []
    for one in histories:
        before = all_rows()
        report, _receipt = a_report(place, one["kind"], known_as=one["known_as"])
        if one["opened"] or one["said"]:
            case = open_case(report)
        if one["said"]:
            actor = who(case.id, "handler")
            key = open_compartment(case.id, Compartment.CONTENT, actor.organisation.id, actor.person.id)
            say(report, key, "Er is iets gebeurd.")
        made.append((one, report, more(all_rows(), before)))
    everything = all_rows()
    for one, report, _rows in made:
        if one["destroyed"]:
            destroy(report.case, report.id, "retention", START.date())
    gone = more(everything, all_rows())
    expected = [rows for one, _report, rows in made if one["destroyed"]]
    for table, rows in gone.items():
        assert sorted(map(repr, rows)) == sorted(repr(row) for of in expected for row in of.get(table, [])), table
    assert {table for rows in expected for table in rows} - set(gone) <= OF_OTHERS, "what came with a report and stayed"


@pytest.fixture
def transactional_or_not(db):
    """Runs a function in a transaction that is rolled back, for each example anew."""

    def run(what):
        with transaction.atomic():
            what()
            transaction.set_rollback(True)

    return run


@settings(max_examples=3, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories=st.lists(A_REPORT, min_size=2, max_size=3))
def test_destroying_some_of_many_leaves_the_others_as_they_were(histories, transactional_or_not):
    transactional_or_not(lambda: _histories_of_destroying(histories))


@pytest.mark.rehearsal
@settings(max_examples=12, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories=st.lists(A_REPORT, min_size=1, max_size=5))
def test_destroying_leaves_the_others_as_they_were_in_long_histories(histories, transactional_or_not):
    transactional_or_not(lambda: _histories_of_destroying(histories))
