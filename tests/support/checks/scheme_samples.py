"""A sample of everything that the vault writes: made once with the fixture of a version, opened at every run since."""

import base64
import json
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from django.core import serializers
from django.core.files.storage import storages
from django.db import transaction

from cases.events import CaseEvent
from reporting.counting.facts import numbers
from reporting.counting.numbering import in_bytes
from vault import files, ledger
from vault.compartments import Compartment, create_case_keys, open_compartment, read_text, write_text
from vault.keyring.keys import Codes, OrganisationKeys, ensure_key_pair, keyed_digest, stored_digest
from vault.keyring.period_keys import open_for_period, period_digest, seal_for_period
from vault.keyring.signing import is_signed, public_key, sign
from vault.models import (
    CaseShare,
    KeyGrant,
    KeyPair,
    LedgerEvent,
    LedgerHead,
    OrganisationKey,
    PeriodKey,
    Receipt,
    SealedFile,
    SealedText,
    SigningKey,
    Unlocker,
)  # fmt: skip
from vault.receipts import create_reporter_key_pair, new_receipt, open_receipt, receipt_from
from vault.sealed_state import open_state, seal_state
from vault.sealing.schemes import CORRECTION, FACT, SCHEMES

ROWS = [
    OrganisationKey, KeyPair, Unlocker, Receipt, CaseShare, KeyGrant, SealedText, SealedFile, SigningKey, LedgerHead,
    LedgerEvent, PeriodKey,
]  # fmt: skip
CASE, ORGANISATION, PERSON, REPORT = (UUID(int=number) for number in range(1, 5))
TEXT = "Wat hier staat, leest ook een volgende versie. " * 20
PIECES = 70  # more than one piece of a sealed stream
PERIOD = "2025-Q1"
MOMENT = datetime(2026, 11, 30, 9, tzinfo=UTC)
CONTEXT = ("sample", CASE)


def make() -> dict:
    """Samples of every scheme in plain JSON. The database has nothing else, and nothing afterwards."""
    receipt = new_receipt()
    with transaction.atomic():
        pair = ensure_key_pair(ORGANISATION, PERSON)
        create_reporter_key_pair(ORGANISATION, REPORT, receipt, OrganisationKeys())
        key = create_case_keys(CASE, ORGANISATION, {Compartment.CONTENT: [pair]})[Compartment.CONTENT]
        write_text(key, "sample", TEXT)
        files.claim(key, files.store([TEXT.encode()] * PIECES))
        ledger.record(CASE, CaseEvent.SEEN, actor=PERSON, number=1)
        ledger.record(CASE, CaseEvent.OPENED, on=date(2026, 11, 30))
        [file] = SealedFile.objects.all()
        samples = {
            "schemes": {scheme.number: [scheme.name, scheme.since] for scheme in SCHEMES.values()},
            "receipt": receipt,
            "file": _text(storages[files.STORE].open(files._name(file.id)).read()),
            "codes": _text(Codes().seal(ORGANISATION, {"kind": "aggression", "words": "één"}, *CONTEXT)),
            "fact": _text(Codes().seal_bytes(ORGANISATION, _every_code(0), FACT, *CONTEXT)),
            "correction": _text(Codes().seal_bytes(ORGANISATION, _every_code(-1), CORRECTION, *CONTEXT)),
            "said": [_said(0), _said(-1)],
            "tally": _text(seal_for_period(PERIOD, b"[1,2,3]", *CONTEXT)),
            "state": seal_state("sample", TEXT.encode(), MOMENT),
            "digests": _digests(),
            "public": _text(public_key(ORGANISATION)),
        }
        samples["rows"] = json.loads(
            serializers.serialize("json", [row for model in ROWS for row in model.objects.all()])
        )
        transaction.set_rollback(True)
    return samples


def check(samples: dict) -> None:
    """Open all of them, in a database that has nothing else. Raises AssertionError or the error of what does not open."""
    for row in serializers.deserialize("json", json.dumps(samples["rows"])):
        row.save()
    key = open_compartment(CASE, Compartment.CONTENT, ORGANISATION, PERSON)
    assert [read_text(key, row) for row in SealedText.objects.all()] == [TEXT]
    [file] = SealedFile.objects.all()
    place = Path(storages[files.STORE].path(files._name(file.id)))
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(_bytes(samples["file"]))
    assert b"".join(files.read(key, file.id)) == TEXT.encode() * PIECES
    opened = open_receipt(samples["receipt"])
    assert opened is not None
    assert opened.report == REPORT
    assert ledger.verify(CASE) == []
    assert [(entry.action, entry.detail) for entry in ledger.entries(CASE)] == [
        ("case.seen", {"number": 1}),
        ("case.opened", {}),
    ]
    codes = Codes()
    assert codes.open(ORGANISATION, _bytes(samples["codes"]), *CONTEXT) == {"kind": "aggression", "words": "één"}
    facts = [(FACT, samples["fact"]), (CORRECTION, samples["correction"])]
    for (scheme, sealed), said in zip(facts, samples["said"], strict=True):
        body = codes.opener(ORGANISATION, scheme, *CONTEXT)(_bytes(sealed))
        assert {name: numbers()[name].by_number[body[numbers()[name].byte]] for name in said} == said
    assert open_for_period(PERIOD, _bytes(samples["tally"]), *CONTEXT) == b"[1,2,3]"
    assert open_state("sample", samples["state"], MOMENT).body == TEXT.encode()
    assert _digests() == samples["digests"]
    assert is_signed(_bytes(samples["public"]), "sample", b"message", _bytes(samples["digests"]["signature"]))


def _digests() -> dict[str, str]:
    """What is the same each time: digests, and a signature."""
    return {
        "keyed": _text(keyed_digest("sample", CASE, "één", 1)),
        "stored": _text(stored_digest("sample", CASE)),
        "receipt": receipt_from("sample", 1),
        "period": _text(period_digest(PERIOD, "sample")(CASE)),
        "signature": _text(sign(ORGANISATION, "sample", b"message")),
    }


def _said(at: int) -> dict[str, str]:
    """A code of every list: the first or the last."""
    return {name: list(numbered.codes)[at] for name, numbered in numbers().items()}


def _every_code(at: int) -> bytes:
    return in_bytes(_said(at), numbers())


def _text(stored: bytes) -> str:
    return base64.b64encode(stored).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
