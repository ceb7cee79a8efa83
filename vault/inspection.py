"""What of the vault can be read: everything that the installation opens by itself, without the key of any reader.

Each function yields what cannot be read, in words that name identifiers only. Contents of cases stay closed.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar
from uuid import UUID

from django.apps import apps
from django.db.models import BinaryField, Count, Exists, F, Func, Model, OuterRef, Q, QuerySet, Value

from vault import files, ledger
from vault.compartments import Compartment, open_with, read_text
from vault.keyring.keys import NoKey, OrganisationKeys, checked_public, unlock
from vault.keyring.master import master_key
from vault.models import (
    CaseShare,
    KeyGrant,
    KeyPair,
    OrganisationKey,
    PeriodKey,
    SealedFile,
    SealedText,
    SigningKey,
    Unlocker,
)
from vault.sealing.primitives import derive, unseal
from vault.sealing.schemes import (
    CASE_SHARE,
    ORGANISATION_KEY,
    PERIOD_KEY,
    SIGNING_KEY,
    CannotOpen,
    Scheme,
    UnknownScheme,
)

Row = TypeVar("Row", bound=Model)
BATCH = 2_000  # rows that are held in memory at once


def strange_schemes(columns: Mapping[str, Scheme]) -> Iterator[str]:
    """Of these columns ({"app.Model.field": its scheme}) what another scheme wrote, with how many rows. The database counts:
    one query for each column. A column whose rows begin empty may have empty ones."""
    for name, scheme in columns.items():
        model, field = name.rsplit(".", 1)
        rows = apps.get_model(model)._default_manager.exclude(**{field: None})
        if apps.get_model(model)._meta.get_field(field).has_default():
            rows = rows.exclude(**{field: b""})
        number = Func(F(field), Value(scheme.at + 1), Value(1), function="SUBSTR", output_field=BinaryField())
        for first, times in rows.order_by().values_list(number).annotate(Count("pk")):
            try:
                scheme.body(first)
            except UnknownScheme as error:
                yield f"{times} of {name} cannot be read: {error}"


def broken_organisation_keys() -> set[UUID]:
    """The organisations of which a key does not open with the master key."""
    broken = set()
    for row in OrganisationKey.objects.iterator(chunk_size=BATCH):
        try:
            unseal(master_key(), row.sealed, ORGANISATION_KEY, row.organisation, row.version)
        except CannotOpen:
            broken.add(row.organisation)
    return broken


def unreadable_keys() -> Iterator[str]:
    """Keys of organisations, cases, signatures and periods that do not open, and key pairs that the server cannot unlock or
    whose public key is not authentic."""
    keys = OrganisationKeys()

    def of_organisation(row: OrganisationKey) -> None:
        unseal(master_key(), row.sealed, ORGANISATION_KEY, row.organisation, row.version)

    def of_case(row: CaseShare) -> None:
        key = derive(keys.of(row.organisation, row.key_version).key, "share")
        unseal(key, row.sealed, CASE_SHARE, row.case)

    def of_signature(row: SigningKey) -> None:
        key = derive(keys.of(row.organisation, row.key_version).key, "signing")
        unseal(key, row.sealed, SIGNING_KEY, row.organisation)

    def of_period(row: PeriodKey) -> None:
        unseal(master_key(), row.sealed or b"", PERIOD_KEY, row.period)

    by_server = KeyPair.objects.filter(unlockers__method=Unlocker.Method.SERVER, revoked=False)
    yield from unreadable(OrganisationKey.objects.all(), "the key of organisation {0.organisation}", of_organisation)
    yield from unreadable(CaseShare.objects.all(), "the share of case {0.case}", of_case)
    yield from unreadable(SigningKey.objects.all(), "the signing key of organisation {0.organisation}", of_signature)
    yield from unreadable(PeriodKey.objects.exclude(sealed=None), "the secret of period {0.period}", of_period)
    yield from unreadable(KeyPair.objects.filter(revoked=False), "the public key of key pair {0.id}", checked_public)
    yield from unreadable(by_server, "key pair {0.id}", unlock)


def unfindable_reporters() -> Iterator[str]:
    """Reporters, and readers of papers pages, whose code finds nothing any more."""
    pairs = KeyPair.objects.filter(purpose=KeyPair.Purpose.REPORTER, revoked=False)
    for pair in pairs.filter(Q(receipt=None) | Q(unlockers=None)).values_list("id", flat=True):
        yield f"no code finds key pair {pair}"


def closed_to_recovery() -> Iterator[str]:
    """Organisations whose recovery key does not open what it should: one text by chance, and one file, are read and
    forgotten. This is the proof that keys, shares and contents belong together."""
    for pair in KeyPair.objects.filter(purpose=KeyPair.Purpose.RECOVERY, revoked=False):
        grants = Exists(
            KeyGrant.objects.filter(reader=pair, case=OuterRef("case"), compartment=OuterRef("compartment"))
        )
        text = SealedText.objects.filter(grants).order_by("?").first()
        file = SealedFile.objects.filter(grants).order_by("?").first()
        try:
            private = unlock(pair)
            if text:
                read_text(open_with(text.case, Compartment(text.compartment), pair, private), text)
            if file and file.case:
                for _piece in files.read(open_with(file.case, Compartment(file.compartment), pair, private), file.id):
                    pass
        except (CannotOpen, NoKey, OSError) as error:
            yield f"the recovery key of organisation {pair.organisation} does not open its cases: {error}"


def broken_chains() -> Iterator[str]:
    """Chains of the ledger that were tampered with."""
    for chain in ledger.chains():
        if problems := ledger.verify(chain):
            yield f"the ledger of {chain} is not intact: {'; '.join(problems)}"


def unreadable(rows: QuerySet[Row], name: str, read: Callable[[Row], object]) -> Iterator[str]:
    """The rows that `read` cannot read, each by its name: a format that gets the row."""
    for row in rows.iterator(chunk_size=BATCH):
        try:
            read(row)
        except (CannotOpen, NoKey, ValueError) as error:
            yield f"{name.format(row)} cannot be read: {error}"
