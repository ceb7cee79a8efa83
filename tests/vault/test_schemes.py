"""Schemes of the vault: what an earlier version wrote opens, and a change of a way of writing is found here.

A sample that does not open any more means that a scheme was changed. Leave the scheme as it was, and write what is new by
another one with the next number. A scheme without a sample gets one with the fixture of the version that brings it
(tests/fixtures/make_fixture.py); until then it is named in `COMING`.
"""

import gzip
import json
from pathlib import Path

import pytest

from tests.support.checks import scheme_samples
from tests.support.evidence import evidence_store
from tests.support.services import ROOT
from vault.keyring.keys import NoKey
from vault.keyring.master import WrongMasterKey
from vault.receipts import Misread
from vault.sealing import primitives, schemes
from vault.sealing.schemes import FACT, SCHEMES, TEXT, CannotOpen, Scheme, UnknownScheme

FIXTURES = sorted((ROOT / "tests/fixtures").glob("*/schemes.json.gz"))
COMING: set[int] = {19}


def _samples(path: Path) -> dict:
    return json.loads(gzip.decompress(path.read_bytes()))


@pytest.fixture(params=FIXTURES, ids=lambda path: path.parent.name)
def samples(request, db, tmp_path, settings) -> dict:
    """The samples of one version, with its master key."""
    settings.MASTER_KEY_FILE = request.param.parent / "test-master.key"
    evidence_store(tmp_path, settings)
    return _samples(request.param)


def test_a_sample_of_every_scheme_is_kept():
    kept = {int(number) for path in FIXTURES for number in _samples(path)["schemes"]}
    assert kept | COMING == set(SCHEMES)


def test_what_each_version_wrote_opens_and_its_schemes_have_the_same_numbers(samples):
    scheme_samples.check(samples)
    for number, described in samples["schemes"].items():
        assert [SCHEMES[int(number)].name, SCHEMES[int(number)].since] == described


CHANGES = {
    "another context": lambda patch: patch.setattr(primitives, "NAME", b"wb2"),
    "another padding": lambda patch: patch.setattr("vault.compartments.unpad", lambda padded: padded),
    "another derivation": lambda patch: patch.setattr("vault.keyring.keys.derive", lambda secret, *purpose: secret),
    "another place of the key's version": lambda patch: patch.setattr(Scheme, "body", lambda self, stored: stored[2:]),
    "another link of the chain": lambda patch: patch.setattr("vault.ledger._LINK", b"\x01"),
    "another alphabet": lambda patch: patch.setattr("vault.receipts.ALPHABET", "23456789ABCDEFGHJKMNPQRSTUVWXZY"),
    "other numbers": lambda patch: patch.setattr(scheme_samples, "numbers", _moved_numbers),
}


def _moved_numbers() -> dict:
    from reporting.counting.facts import numbers

    return {name: numbered.model_copy(update={"byte": numbered.byte + 1}) for name, numbered in numbers().items()}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_a_scheme_without_another_number_is_found(change, samples, monkeypatch):
    CHANGES[change](monkeypatch)
    with pytest.raises((AssertionError, CannotOpen, NoKey, Misread, UnicodeDecodeError, KeyError, WrongMasterKey)):
        scheme_samples.check(samples)


def test_numbers_are_one_byte_and_stand_for_one_scheme_each():
    every = schemes._SCHEMES
    assert len(SCHEMES) == len(every) == len({scheme.name for scheme in every})
    assert all(0 < number < 256 for number in SCHEMES)


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        (b"", "fact: nothing is stored"),
        (b"\xc8abc", r"fact: scheme 200 is needed, of a later version of Weerbaar than \d+\.\d+\.\d+"),
        (TEXT.mark(b"abc"), r"fact: scheme 7 \(text, Weerbaar 0\.8\.0\) stands where 15 is read"),
    ],
)
def test_what_another_scheme_wrote_is_refused_with_the_version_that_reads_it(stored, words):
    with pytest.raises(UnknownScheme, match=words):
        FACT.body(memoryview(stored))
