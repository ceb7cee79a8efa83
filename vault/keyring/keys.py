"""Master key, organisation keys and key pairs.

The master key is a file outside the database. Under it lies one key for each organisation, and under that everything
that only this installation may know: seals of public keys, coded facts, and the unlocking of key pairs.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery

from vault.keyring.looked_up import keep, once
from vault.keyring.master import master_key
from vault.models import KeyPair, OrganisationKey, Unlocker
from vault.sealing.primitives import (
    Cipher,
    Part,
    PrivateKey,
    derive,
    digest,
    pad,
    random_key,
    same,
    seal,
    unpad,
    unseal,
)
from vault.sealing.schemes import (
    CODES,
    DIGEST,
    ORGANISATION_KEY,
    PRIVATE_KEY,
    PUBLIC_KEY,
    UNLOCKER,
    CannotOpen,
    Raw,
    Scheme,
)


class NoKey(Exception):
    """There is no key for this: the person was never a reader, or is one no more."""


def keyed_digest(purpose: str, *parts: Part) -> bytes:
    """32 bytes that only this installation can compute: HMAC under a key of the master key, for one purpose."""
    return digest(_digest_key(master_key(), purpose), *parts)


def stored_digest(purpose: str, *parts: Part) -> bytes:
    """33 bytes by which a row is found again: the number of the scheme and :func:`keyed_digest`."""
    return DIGEST.mark(keyed_digest(purpose, *parts))


@lru_cache(maxsize=64)
def _digest_key(master: bytes, purpose: str) -> bytes:
    return derive(master, "digest", purpose)


@dataclass(frozen=True)
class VersionedKey:
    """A key of an organisation (32 bytes) with its version, counted from 1."""

    version: int
    key: bytes


def organisation_key(organisation: UUID, version: int | None = None) -> VersionedKey:
    """The organisation's newest key, or a given version of it; made on first use."""
    return once(("organisation key", organisation, version), lambda: _organisation_key(organisation, version))


def _organisation_key(organisation: UUID, version: int | None) -> VersionedKey:
    rows = OrganisationKey.objects.filter(organisation=organisation)
    row = (rows.filter(version=version) if version else rows.order_by("-version")).first()
    if row is None:
        if version:
            raise NoKey(f"version {version} of the organisation's key is gone")
        row = _create_organisation_key(organisation)
    return _opened(row)


def _opened(row: OrganisationKey) -> VersionedKey:
    return VersionedKey(row.version, unseal(master_key(), row.sealed, ORGANISATION_KEY, row.organisation, row.version))


def _create_organisation_key(organisation: UUID) -> OrganisationKey:
    sealed = seal(master_key(), random_key(), ORGANISATION_KEY, organisation, 1)
    try:
        with transaction.atomic():
            return OrganisationKey.objects.create(organisation=organisation, version=1, sealed=sealed)
    except IntegrityError:  # another request was first
        return OrganisationKey.objects.get(organisation=organisation, version=1)


class OrganisationKeys:
    """The keys of organisations for one piece of work: each is looked up once, those of `organisations` together. Throw it
    away afterwards: it does not notice a newer version."""

    def __init__(self, organisations: Iterable[UUID] = ()) -> None:
        self._keys: dict[tuple[UUID, int | None], VersionedKey] = {}
        for row in OrganisationKey.objects.filter(organisation__in=set(organisations)).order_by("version"):
            self._keys[row.organisation, row.version] = self._keys[row.organisation, None] = _opened(row)

    def of(self, organisation: UUID, version: int | None = None) -> VersionedKey:
        """As :func:`organisation_key`."""
        if (organisation, version) not in self._keys:
            key = organisation_key(organisation, version)
            self._keys[organisation, version] = self._keys[organisation, key.version] = key
        return self._keys[organisation, version]

    def keep(self, organisation: UUID, key: VersionedKey) -> None:
        """Keep a key that came along with something else, so that nobody asks for it again."""
        self._keys.setdefault((organisation, key.version), key)
        keep(("organisation key", organisation, key.version), key)


class Codes:
    """Seals and opens coded facts: the installation can read them without any reader, a dump of the database cannot.

    For one piece of work, as the :class:`OrganisationKeys` that it uses; those of `organisations` are looked up together.
    """

    def __init__(self, organisations: Iterable[UUID] = ()) -> None:
        self.keys = OrganisationKeys(organisations)
        self._ciphers: dict[tuple[UUID, int, int], Cipher] = {}

    def seal(self, organisation: UUID, codes: dict[str, str], *context: Part) -> bytes:
        """Codes, or a few words, as they are stored; what opens in the same context only."""
        body = json.dumps(codes, sort_keys=True, separators=(",", ":")).encode()
        return self.seal_bytes(organisation, pad(body), CODES, *context)

    def open(self, organisation: UUID, sealed: bytes, *context: Part) -> dict[str, str]:
        """What :meth:`seal` sealed. Raises :class:`CannotOpen` or :class:`NoKey`."""
        return json.loads(unpad(self.opener(organisation, CODES, *context)(sealed)))

    def seal_bytes(self, organisation: UUID, body: bytes, scheme: Scheme, *context: Part) -> bytes:
        """Seal what is as long whatever it says."""
        newest = self.keys.of(organisation)
        cipher = self._cipher(organisation, newest.version, scheme)
        return scheme.mark(bytes([newest.version]) + cipher.encrypt(body, *context))

    def opener(self, organisation: UUID, scheme: Scheme, *context: Part) -> Callable[..., bytes]:
        """What opens (sealed, *rest of the context): quick where much of one organisation is opened in contexts that begin
        alike. It raises :class:`CannotOpen` or :class:`NoKey`."""
        ciphers: dict[int, Cipher] = {}

        def opened(sealed: Raw, *further: Part) -> bytes:
            body = scheme.body(sealed)
            version = body[0] if body else 0
            if version not in ciphers:
                ciphers[version] = self._cipher(organisation, version, scheme).within(*context)
            return ciphers[version].decrypt(body[1:], *further)

        return opened

    def _cipher(self, organisation: UUID, version: int, scheme: Scheme) -> Cipher:
        if not version:
            raise NoKey("it names no version of the organisation's key")
        if (organisation, version, scheme.number) not in self._ciphers:
            key = self.keys.of(organisation, version).key
            self._ciphers[organisation, version, scheme.number] = Cipher(derive(key, "codes"), *scheme.bound)
        return self._ciphers[organisation, version, scheme.number]


def key_pair_of(organisation: UUID, holder: UUID) -> KeyPair | None:
    """The key pair in use of a person in an organisation; None before the first role."""
    return KeyPair.objects.filter(
        organisation=organisation, holder=holder, purpose=KeyPair.Purpose.PERSON, revoked=False
    ).first()


def ensure_key_pair(organisation: UUID, holder: UUID, purpose: str = KeyPair.Purpose.PERSON) -> KeyPair:
    """The key pair of this holder in this organisation; made with the first role, unlocked by the server for now."""
    existing = KeyPair.objects.filter(organisation=organisation, holder=holder, purpose=purpose, revoked=False).first()
    if existing:
        return existing
    current = organisation_key(organisation)
    try:
        return create_key_pair(
            organisation, holder, purpose, Unlocker.Method.SERVER, lambda pair: _server_key(current.key, pair), current
        )
    except IntegrityError:
        return KeyPair.objects.get(organisation=organisation, holder=holder, purpose=purpose, revoked=False)


def ensure_key_pairs(holders: Sequence[tuple[UUID, UUID]]) -> list[KeyPair]:
    """The key pairs of many (organisation, holder), in their order; one query where all are there already."""
    rows = KeyPair.objects.filter(
        organisation__in={organisation for organisation, _holder in holders},
        holder__in={holder for _organisation, holder in holders},
        purpose=KeyPair.Purpose.PERSON,
        revoked=False,
    )
    pairs = {(row.organisation, row.holder): row for row in rows}
    return [pairs.get(holder) or ensure_key_pair(*holder) for holder in holders]


def recovery_key_pair(organisation: UUID) -> KeyPair:
    """Holds every compartment of every case. Its private part stays under the organisation's key until custodians come."""
    return ensure_key_pair(organisation, organisation, KeyPair.Purpose.RECOVERY)


def create_key_pair(
    organisation: UUID,
    holder: UUID,
    purpose: str,
    method: str,
    unlocking_key: Callable[[UUID], bytes],
    current: VersionedKey,
) -> KeyPair:
    """Make a key pair whose private part opens with `unlocking_key(key pair id)`, by this method. `current` is the
    organisation's newest key."""
    private, inner, pair_id = PrivateKey(), random_key(), uuid4()
    with transaction.atomic():
        pair = KeyPair.objects.create(
            id=pair_id,
            organisation=organisation,
            holder=holder,
            purpose=purpose,
            public=private.public,
            seal_of_public=_seal_of_public(current.key, pair_id, holder, private.public),
            private_sealed=seal(inner, private.raw, PRIVATE_KEY, pair_id),
        )
        Unlocker.objects.create(
            key_pair=pair,
            method=method,
            key_version=current.version,
            sealed=seal(unlocking_key(pair_id), inner, UNLOCKER, pair_id, method),
        )
    return pair


def unlock(pair: KeyPair) -> PrivateKey:
    """The private key of a pair, as the server unlocks it. Raises :class:`NoKey` when it cannot."""
    unlocker = pair.unlockers.filter(method=Unlocker.Method.SERVER).first()
    if unlocker is None:
        raise NoKey("this key pair cannot be unlocked this way")
    key = organisation_key(pair.organisation, unlocker.key_version).key
    return unlock_by(unlocker, pair, _server_key(key, pair.id))


def unlocked(organisation: UUID, holder: UUID, keys: OrganisationKeys) -> tuple[KeyPair, PrivateKey]:
    """The key pair of this person here with its private key, as the server unlocks it. Raises :class:`NoKey`."""
    return once(("unlocked", organisation, holder), lambda: _unlocked(organisation, holder, keys))


def _unlocked(organisation: UUID, holder: UUID, keys: OrganisationKeys) -> tuple[KeyPair, PrivateKey]:
    here = {"key_pair__organisation": organisation, "key_pair__holder": holder, "key_pair__revoked": False}
    ways = Unlocker.objects.select_related("key_pair").filter(key_pair__purpose=KeyPair.Purpose.PERSON, **here)
    key_rows = OrganisationKey.objects.filter(organisation=organisation, version=OuterRef("key_version"))
    ways = ways.annotate(organisation_key=Subquery(key_rows.values("sealed")))
    unlocker = ways.filter(method=Unlocker.Method.SERVER).first()
    if unlocker is None:
        raise NoKey("this person has no key pair here that the server unlocks")
    pair, version = unlocker.key_pair, unlocker.key_version
    if unlocker.organisation_key is not None:
        keys.keep(
            organisation,
            _opened(OrganisationKey(organisation=organisation, version=version, sealed=unlocker.organisation_key)),
        )
    return pair, unlock_by(unlocker, pair, _server_key(keys.of(organisation, version).key, pair.id))


def unlock_by(unlocker: Unlocker, pair: KeyPair, unlocking_key: bytes) -> PrivateKey:
    """The private key of a pair by one of its unlockers. Raises :class:`NoKey` when the pair is revoked or the key is wrong."""
    if pair.revoked:
        raise NoKey("this key pair is revoked")
    try:
        inner = unseal(unlocking_key, unlocker.sealed, UNLOCKER, pair.id, unlocker.method)
        return PrivateKey(unseal(inner, pair.private_sealed, PRIVATE_KEY, pair.id))
    except CannotOpen:
        raise NoKey("this does not unlock the key pair") from None


def change_unlocker(pair: KeyPair, private: PrivateKey, key_version: int, unlocking_key: bytes) -> None:
    """Open an opened pair by another key from now on, by the same method; the former opens it no more."""
    unlocker, inner = pair.unlockers.get(), random_key()
    pair.private_sealed = seal(inner, private.raw, PRIVATE_KEY, pair.id)
    unlocker.key_version = key_version
    unlocker.sealed = seal(unlocking_key, inner, UNLOCKER, pair.id, unlocker.method)
    pair.save(update_fields=["private_sealed"])
    unlocker.save(update_fields=["key_version", "sealed"])


def checked_public(pair: KeyPair) -> bytes:
    """The public key, after its seal was checked: who swaps it in the database gains nothing."""
    return _authentic(pair.organisation, pair.id, pair.holder, bytes(pair.public), bytes(pair.seal_of_public))


@lru_cache(maxsize=4096)
def _authentic(organisation: UUID, pair: UUID, holder: UUID, public: bytes, seal_of_public: bytes) -> bytes:
    """The public key, when its seal is that of a key of the organisation. A seal that was right stays right, so it is
    remembered. Raises :class:`CannotOpen`; a refusal is not remembered, since a key may have come since."""
    rows = OrganisationKey.objects.filter(organisation=organisation).order_by("-version")
    if not any(same(seal_of_public, _seal_of_public(_opened(row).key, pair, holder, public)) for row in rows):
        raise CannotOpen("the public key is not authentic")
    return public


def _server_key(key: bytes, pair: UUID) -> bytes:
    return derive(key, "unlock-server", pair)


def _seal_of_public(key: bytes, pair: UUID, holder: UUID, public: Raw) -> bytes:
    return PUBLIC_KEY.mark(digest(derive(key, "public-seal"), *PUBLIC_KEY.bound, pair, holder, bytes(public)))
