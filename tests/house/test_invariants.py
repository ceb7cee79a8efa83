"""`check_invariants` opens what is stored: whatever was changed in the database is named."""

from collections.abc import Callable
from dataclasses import fields
from functools import partial
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import BinaryField
from django.utils import timezone

from cases.administration.police import Police, keep_police
from cases.invariants import STORED, broken_invariants
from cases.models import Case, SavedFilter
from organisations.access.bars import keep_mentioned
from organisations.models import Person
from organisations.people.appointments import declare_relation
from reporting.counting.corrections import as_counted, correct, facts_of
from reporting.counting.facts import NewFact, leave_fact, quarter
from reporting.models import Fact, PingAddress
from tests.support.barred import compare_now
from tests.support.build import Place, a_case, signed_in, who
from tests.support.evidence import evidence_store
from tests.support.measures import BAN, SEND, a_measure, a_weighed_case, done
from tests.support.papers_page import a_page, a_party
from vault import files
from vault.compartments import Compartment, open_compartment
from vault.keyring.keys import Codes
from vault.keyring.master import require_right_key
from vault.keyring.period_keys import period_digest
from vault.keyring.signing import public_key
from vault.models import LedgerEvent, SealedFile
from vault.sealing.schemes import FACT

pytestmark = pytest.mark.django_db

NOT_SEALED = {  # read by people or programs outside, each with a form of its own
    "vault.KeyPair.public", "vault.SigningKey.public", "vault.LedgerHead.digest", "vault.LedgerEvent.digest",
    "vault.Backup.digest", "monitor.Edition.signature", "monitor.EditionProof.witnesses", "monitor.EditionProof.catalogue",
    "cases.DocumentTemplate.content",
}  # fmt: skip


def test_every_binary_column_names_its_scheme_or_is_open():
    columns = {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, BinaryField)
    }
    assert columns == STORED.keys() | NOT_SEALED


@pytest.fixture
def case(place: Place, tmp_path, settings) -> Case:
    """A case with one of everything that the installation opens, in a database in which all is well."""
    evidence_store(tmp_path, settings)
    require_right_key()
    case = a_case(place)
    organisation, person = place.organisation, place.people["officer"][0]
    address = Codes().seal(organisation.id, {"email": "melder@example.org"}, "ping", case.report_id)
    PingAddress.objects.create(report_id=case.report_id, sealed=address)
    choice = SavedFilter(person=person, organisation=organisation)
    choice.sealed = Codes().seal(organisation.id, {"name": "mijn zaken"}, "filter", choice.id)
    choice.save()
    declare_relation(person, organisation, place["alderman"], "friend")
    compare_now()
    weighed = a_weighed_case(place)
    a_measure(weighed, **BAN)
    done(weighed, SEND)
    a_page(weighed, a_party(weighed))[1].send("ping", email="zij@example.org")
    keep_police(Police(*["-"] * len(fields(Police))), actor=place.actor("administrator"))
    _post_too_late(person)
    keep_mentioned(case.id, organisation, {person.id: ["een merk"]})
    public_key(organisation.id)
    period_digest("2026-Q1")
    key = open_compartment(case.id, Compartment.CONTENT, organisation.id, who(case.id, "case_officer").person.id)
    assert files.claim(key, files.store([b"een foto"]))
    codes = {"kind": "aggression", "aggression_form": "threat", "known_as": "named"}
    leave_fact(NewFact("a report", "reports", organisation.id, quarter(timezone.localdate()), codes))
    [fact] = facts_of([("reports", "a report")])
    assert correct(fact, as_counted(fact).codes | {"channel": "email"}, timezone.localdate())
    assert broken_invariants() == []
    return case


def _post_too_late(person: Person) -> None:
    """Somebody sends a form when the session has ended."""
    client = signed_in(person)
    client.get("/werkplek/relaties/")
    client.cookies.pop("session")
    client.post("/werkplek/relaties/", {"other": "een woord"})


def _broken_by(column: str, change: Callable[[bytes], bytes]) -> tuple[int, list[str]]:
    """How many rows stand in a column, and what is named where each of them is changed. All is as before afterwards."""
    name, field = column.rsplit(".", 1)
    manager = apps.get_model(name)._default_manager
    with transaction.atomic():
        rows = list(manager.exclude(**{field: None}).exclude(**{field: b""}).values_list("pk", field))
        for key, stored in rows:
            manager.filter(pk=key).update(**{field: change(bytes(stored))})
        broken = broken_invariants()
        transaction.set_rollback(True)
    return len(rows), broken


ALWAYS = STORED.keys() - {"organisations.Recusal.token", "monitor.Tally.sealed", "cases.CalendarFeed.token",
                          "cases.BundleEntry.token",
                          "reporting.Message.token", "reporting.ComplaintMessage.token", "reporting.Mark.token"}  # fmt: skip


@pytest.mark.both
def test_what_another_scheme_wrote_is_named_with_the_version_that_is_needed(case):
    for column in sorted(ALWAYS):
        rows, broken = _broken_by(column, partial(_by_scheme_200, STORED[column].at))
        assert rows, column
        trouble = f"{STORED[column].name}: scheme 200 is needed, of a later version of Weerbaar than"
        words = f"{rows} of {column} cannot be read: {trouble}"
        assert [line for line in broken if line.startswith(words)], (words, broken)


def _by_scheme_200(at: int, stored: bytes) -> bytes:
    return stored[:at] + bytes([200]) + stored[at + 1 :]


OPENED = {
    "vault.OrganisationKey.sealed": "the key of organisation",
    "vault.KeyPair.seal_of_public": "the public key of key pair",
    "vault.KeyPair.private_sealed": "key pair",
    "vault.Unlocker.sealed": "key pair",
    "vault.CaseShare.sealed": "the share of case",
    "vault.SigningKey.sealed": "the signing key of organisation",
    "vault.PeriodKey.sealed": "the secret of period 2026-Q1",
    "reporting.Report.codes": "the codes of report",
    "reporting.PingAddress.sealed": "the address for report",
    "cases.BundlePing.sealed": "the address for papers page",
    "reporting.Fact.codes": "the facts of ",
    "reporting.Fact.key": "the facts of ",
    "reporting.FactCorrection.codes": "the facts of ",
    "cases.Case.codes": "the codes of case",
    "cases.SavedFilter.sealed": "saved filter",
    "organisations.DeclaredRelation.sealed": "declared relation",
    "vault.LedgerEvent.body": "the ledger of",
}


def test_a_flipped_byte_is_found_by_opening_what_is_stored(case):
    for column, words in OPENED.items():
        rows, broken = _broken_by(column, lambda stored: stored[:-1] + bytes([stored[-1] ^ 1]))
        assert rows, column
        assert [line for line in broken if line.startswith(words)], (column, broken)


def test_a_file_that_is_gone_or_was_written_by_another_scheme_is_named(case):
    [file] = SealedFile.objects.filter(case=case.id)
    path = Path(storages[files.STORE].path(files._name(file.id)))
    path.write_bytes(b"\xc8" + path.read_bytes()[1:])
    [line] = broken_invariants()
    assert line.startswith(f"file {file.id} of a case cannot be read: stream: scheme 200 is needed")
    path.unlink()
    assert broken_invariants() == [f"file {file.id} of a case is not in the evidence store"]


def test_an_event_that_was_taken_out_of_the_ledger_is_named(case):
    LedgerEvent.objects.filter(chain=case.id, sequence=1).delete()
    [line] = broken_invariants()
    assert line.startswith(f"the ledger of {case.id} is not intact: event 1 is missing")


def test_a_fact_that_says_what_is_no_code_is_found(case):
    fact = Fact.objects.get(population="reports")
    sealed = Codes().seal_bytes(fact.organisation_id, bytes([99] * 32), FACT, bytes(fact.key), fact.period)
    Fact.objects.filter(id=fact.id).update(codes=sealed)
    [line] = broken_invariants()
    assert line == f"the facts of {fact.period} (reports) cannot be counted: 99 is the number of no code of kind"
