"""How something is written down is a scheme, and each scheme has a number.

What the vault seals, records or keeps as a digest begins with one byte: the number of the scheme that wrote it. (Public keys
and the links of a chain have no number: other columns of their rows have.) Who reads checks it first, so that an upgrade that changes a way of writing either reads what an earlier version wrote or says which version can.

A scheme never changes: not its order of bytes, not its context, not the derivation of its keys, not the numbers of
`numbers.yaml` in a fact. Another way of writing is another line with the next number, and readers take both for as long as
anything of the former is stored. `tests/fixtures/schemes.json` has a sample of each, and the suite opens them all.
"""

from dataclasses import dataclass
from importlib.metadata import version

Raw = bytes | memoryview  # as a database driver hands over what was stored


class CannotOpen(Exception):
    """The ciphertext does not belong to this key and context, or it was changed."""


class UnknownScheme(CannotOpen):
    """What is stored was not written by the scheme that reads it. The message says which version of Weerbaar can."""


@dataclass(frozen=True)
class Scheme:
    """One way of writing one kind of thing. `name` and `number` are part of what is sealed (see :func:`bound`); `since` is
    the version of Weerbaar that wrote it first, `form` what stands after the number, `at` how many bytes before it."""

    number: int
    name: str
    since: str
    form: str
    at: int = 0

    def mark(self, body: bytes) -> bytes:
        """What is stored: the number of the scheme, and the body."""
        return bytes([self.number]) + body

    def body(self, stored: Raw) -> bytes:
        """What stands after the number. Raises :class:`UnknownScheme`."""
        body = bytes(stored)
        if not body or body[0] != self.number:
            raise UnknownScheme(f"{self.name}: {_trouble(self, body)}")
        return body[1:]

    @property
    def bound(self) -> tuple[str, int]:
        """What every context of this scheme begins with."""
        return (self.name, self.number)


_AEAD = "nonce of 12 bytes, AES-256-GCM with its tag"
_SCHEMES = (
    Scheme(1, "organisation", "0.8.0", f"{_AEAD}: the key of an organisation, under the master key"),
    Scheme(2, "public", "0.8.0", "HMAC-SHA256 of a public key (ML-KEM-768, then X25519: 1216 bytes) and its holder"),
    Scheme(3, "private", "0.8.0", f"{_AEAD}: the seed of ML-KEM-768 (64 bytes), the key of X25519 (32)"),
    Scheme(4, "unlocker", "0.8.0", f"{_AEAD}: the key of a private key"),
    Scheme(5, "share", "0.8.0", f"{_AEAD}: half of the content keys of a case"),
    Scheme(6, "grant", "0.8.0", "HPKE (ML-KEM-768 with X25519, HKDF-SHA256, AES-256-GCM): a compartment's key"),
    Scheme(7, "text", "0.8.0", f"{_AEAD}: a text, padded"),
    Scheme(8, "file", "0.8.0", f"{_AEAD}: the key of a file"),
    Scheme(9, "stream", "0.8.0", "secretstream (XChaCha20-Poly1305) of pieces of 64 KiB: a file"),
    Scheme(10, "signing", "0.8.0", f"{_AEAD}: the private key of an organisation's signature (Ed25519)"),
    Scheme(11, "state", "0.8.0", f"{_AEAD}: seconds (8 bytes) and a body, padded; its day stands before the number", 4),
    Scheme(12, "digest", "0.8.0", "HMAC-SHA256 that finds a row: of a receipt, an event, a form, a page, a mark"),
    Scheme(13, "event", "0.8.0", "JSON of an event of the ledger; the chain is SHA-256 of 0, digest and body"),
    Scheme(14, "codes", "0.8.0", f"version of the organisation's key, {_AEAD}: JSON of codes, padded"),
    Scheme(15, "fact", "0.8.0", f"version of the organisation's key, {_AEAD}: 32 bytes by numbers.yaml"),
    Scheme(16, "correction", "0.8.0", f"version of the organisation's key, {_AEAD}: 32 bytes by numbers.yaml"),
    Scheme(17, "period", "0.8.0", f"{_AEAD}: the secret of a period, under the master key"),
    Scheme(18, "tally", "0.8.0", f"{_AEAD}: JSON of the counts of a quarter"),
    Scheme(19, "artefact", "0.10.0", "HPKE as of a grant: the key of a file of a backup; a stream follows it"),
)
SCHEMES = {scheme.number: scheme for scheme in _SCHEMES}

(
    ORGANISATION_KEY, PUBLIC_KEY, PRIVATE_KEY, UNLOCKER, CASE_SHARE, GRANT, TEXT, FILE_KEY, STREAM, SIGNING_KEY, STATE,
    DIGEST, EVENT, CODES, FACT, CORRECTION, PERIOD_KEY, TALLY, ARTEFACT,
) = _SCHEMES  # fmt: skip


def _trouble(wanted: Scheme, stored: bytes) -> str:
    if not stored:
        return "nothing is stored"
    other = SCHEMES.get(stored[0])
    if other is None:
        return f"scheme {stored[0]} is needed, of a later version of Weerbaar than {version('weerbaar')}"
    return f"scheme {other.number} ({other.name}, Weerbaar {other.since}) stands where {wanted.number} is read"
