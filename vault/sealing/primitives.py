"""The few cryptographic operations that the vault is made of.

Every key, ciphertext and digest is bound to its purpose by :func:`encoded`, an injective encoding, so that nothing made
for one context can be used in another. The suite is hybrid (ML-KEM-768 with X25519): what is stored today stays closed to
tomorrow's quantum computers. This module and its neighbours are the only importers of cryptographic libraries.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable
from copy import copy
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault.sealing.schemes import CannotOpen, Raw, Scheme

NAME = b"wb1"  # begins every context
SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
KEY_LENGTH = 32
_NONCE = 12
_MLKEM_SEED = 64
_MLKEM_PUBLIC = 1184

Part = str | bytes | int | UUID


def encoded(*parts: Part) -> bytes:
    """Length-prefixed concatenation: two different lists of parts never give the same bytes."""
    return _joined((NAME, *parts))


def _joined(parts: Iterable[Part]) -> bytes:
    joined = b""
    for part in parts:
        encoded = part if isinstance(part, bytes) else str(part).encode()
        joined += len(encoded).to_bytes(4, "big") + encoded
    return joined


def derive(secret: bytes, *purpose: Part) -> bytes:
    """A 32-byte key for one purpose (HKDF-SHA256)."""
    return HKDF(hashes.SHA256(), KEY_LENGTH, None, encoded(*purpose)).derive(secret)


def digest(key: bytes, *parts: Part) -> bytes:
    """HMAC-SHA256 over the parts, 32 bytes."""
    return hmac.digest(key, encoded(*parts), hashlib.sha256)


def same(left: Raw, right: Raw) -> bool:
    """Compare two digests in a time that does not tell where they differ."""
    return hmac.compare_digest(left, right)


def random_key() -> bytes:
    """32 bytes of the operating system."""
    return os.urandom(KEY_LENGTH)


class Cipher:
    """AES-256-GCM under one key, in contexts that begin alike: made once where much is sealed or opened."""

    def __init__(self, key: bytes, *context: Part) -> None:
        self._aead = AESGCM(key)
        self._context = encoded(*context)

    def within(self, *further: Part) -> "Cipher":
        """The same key, in a narrower context."""
        narrower = copy(self)
        narrower._context = self._context + _joined(further)
        return narrower

    def encrypt(self, plaintext: bytes, *further: Part) -> bytes:
        """Nonce, ciphertext with tag; bound to the context with the rest of it."""
        nonce = os.urandom(_NONCE)
        return nonce + self._aead.encrypt(nonce, plaintext, self._context + _joined(further))

    def decrypt(self, ciphertext: bytes, *further: Part) -> bytes:
        """Raises :class:`CannotOpen` for a wrong key, a wrong context or a changed byte."""
        try:
            return self._aead.decrypt(ciphertext[:_NONCE], ciphertext[_NONCE:], self._context + _joined(further))
        except (InvalidTag, ValueError):
            raise CannotOpen("wrong key or context, or changed") from None


def seal(key: bytes, plaintext: bytes, scheme: Scheme, *context: Part) -> bytes:
    """What is stored by this scheme: its number, then what opens with the same key and context only."""
    return scheme.mark(Cipher(key, *scheme.bound).encrypt(plaintext, *context))


def unseal(key: bytes, stored: Raw, scheme: Scheme, *context: Part) -> bytes:
    """Raises :class:`CannotOpen` for a wrong key, a wrong context or a changed byte, and its
    :class:`~vault.sealing.schemes.UnknownScheme` where another scheme wrote it."""
    return Cipher(key, *scheme.bound).decrypt(scheme.body(stored), *context)


def pad(plaintext: bytes) -> bytes:
    """Hide the length: up to 4 KiB the next power of two from 256, above it the next multiple of 4 KiB."""
    needed = len(plaintext) + 4
    size = 256
    while size < needed:
        size = size * 2 if size < 4096 else size + 4096
    return len(plaintext).to_bytes(4, "big") + plaintext + bytes(size - needed)


def unpad(padded: bytes) -> bytes:
    """What :func:`pad` padded."""
    length = int.from_bytes(padded[:4], "big")
    return padded[4 : 4 + length]


class PrivateKey:
    """A recipient's private key; a new one without `raw`."""

    __slots__ = ("_key", "_mlkem", "_x25519")

    def __init__(self, raw: bytes | None = None) -> None:
        if raw is None:
            self._mlkem = mlkem.MLKEM768PrivateKey.generate()
            self._x25519 = x25519.X25519PrivateKey.generate()
        else:
            self._mlkem = mlkem.MLKEM768PrivateKey.from_seed_bytes(raw[:_MLKEM_SEED])
            self._x25519 = x25519.X25519PrivateKey.from_private_bytes(raw[_MLKEM_SEED:])
        self._key = hpke.MLKEM768X25519PrivateKey(self._mlkem, self._x25519)

    def __reduce__(self) -> str:
        raise TypeError("a private key is never written out")

    @property
    def raw(self) -> bytes:
        """96 bytes: the seed of ML-KEM-768 (64), then the key of X25519 (32)."""
        return self._mlkem.private_bytes_raw() + self._x25519.private_bytes_raw()

    @property
    def public(self) -> bytes:
        """1216 bytes: the public key of ML-KEM-768 (1184), then that of X25519 (32)."""
        return self._mlkem.public_key().public_bytes_raw() + self._x25519.public_key().public_bytes_raw()

    def unwrap(self, wrapped: Raw, scheme: Scheme, *context: Part) -> bytes:
        """The secret that :func:`wrap` sealed to this key. Raises :class:`CannotOpen`."""
        try:
            return SUITE.decrypt(scheme.body(wrapped), self._key, info=encoded(*scheme.bound, *context))
        except (InvalidTag, ValueError):
            raise CannotOpen("this key does not open it") from None


def wrap(public: Raw, secret: bytes, scheme: Scheme, *context: Part) -> bytes:
    """Seal a secret to a public key (HPKE), bound to the context."""
    key = hpke.MLKEM768X25519PublicKey(
        mlkem.MLKEM768PublicKey.from_public_bytes(bytes(public[:_MLKEM_PUBLIC])),
        x25519.X25519PublicKey.from_public_bytes(bytes(public[_MLKEM_PUBLIC:])),
    )
    return scheme.mark(SUITE.encrypt(secret, key, info=encoded(*scheme.bound, *context)))
