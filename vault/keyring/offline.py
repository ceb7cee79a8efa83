"""Files that only somebody outside this machine can open: each is sealed for a public key whose private half is kept offline.

A file is the number of its scheme, the file's own key wrapped for the public key (HPKE), and a sealed stream under that key.
It opens in its context only: in which set it belongs, and as what. Whoever has the public key could write such a file, so
what a restore may believe is told by the label of the set, under the master key (weerbaar/backup/sets.py).
"""

import base64
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from vault.sealing.primitives import KEY_LENGTH, Part, PrivateKey, random_key, wrap
from vault.sealing.schemes import ARTEFACT
from vault.sealing.streams import SealedWriter, open_stream

PRIVATE_LENGTH = 96
PUBLIC_LENGTH = 1216
_CHECK = 4  # bytes of a digest that find a mistyped character
_WRAPPED = 1 + 1120 + KEY_LENGTH + 16  # number of the scheme, what HPKE encapsulates, the key and its tag
_GROUP = 8
UNFINISHED = ".unfinished"


class Mistyped(ValueError):
    """This is no private key as it was printed: characters are missing or wrong."""


class NoOfflineKey(Exception):
    """There is no public key to seal for. The message says where one should be."""


class Artefact:
    """Writes a file for an offline key while it is told what stands in it, and counts its digest. Call :meth:`close`."""

    def __init__(self, target: BinaryIO, public: bytes, *context: Part) -> None:
        self._target = target
        self._digest = hashlib.sha256()
        self.size = 0
        key = random_key()
        self.write_raw(wrap(public, key, ARTEFACT, *context))
        self._stream = SealedWriter(_Raw(self), key)  # type: ignore[arg-type]

    def write(self, clear: bytes) -> None:
        self._stream.write(clear)

    def close(self) -> None:
        """Write the last piece. Without it the file counts as cut off."""
        self._stream.close()

    @property
    def digest(self) -> str:
        """SHA-256 of what was written to the file, in hexadecimal digits."""
        return self._digest.hexdigest()

    def write_raw(self, sealed: bytes) -> None:
        """What stands in the file as it is."""
        self._digest.update(sealed)
        self.size += len(sealed)
        self._target.write(sealed)


class _Raw:
    """The file as a stream sees it."""

    def __init__(self, artefact: Artefact) -> None:
        self.write = artefact.write_raw


def open_artefact(source: BinaryIO, private: PrivateKey, *context: Part) -> Iterator[bytes]:
    """The pieces of such a file. Raises :class:`CannotOpen` for another key, another context, a changed byte or a missing end."""
    wrapped = source.read(_WRAPPED)
    key = private.unwrap(wrapped, ARTEFACT, *context)
    yield from open_stream(source, key)


def public_key(path: Path) -> bytes:
    """The public half of the offline key (1216 bytes). Raises :class:`NoOfflineKey`."""
    try:
        public = path.read_bytes()
    except OSError:
        raise NoOfflineKey(f"There is no key to encrypt backups for at {path}. Run create_backup_key once.") from None
    if len(public) != PUBLIC_LENGTH:
        raise NoOfflineKey(f"{path} is no public key of create_backup_key.")
    return public


def printed(private: PrivateKey) -> str:
    """A private key as people keep it: letters and digits in groups, with a check."""
    raw = private.raw
    text = base64.b32encode(raw + hashlib.sha256(raw).digest()[:_CHECK]).decode().rstrip("=")
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def read_printed(text: str) -> PrivateKey:
    """The private key that :func:`printed` wrote; spaces, lines and hyphens do not matter. Raises :class:`Mistyped`."""
    symbols = "".join(text.split()).replace("-", "").upper()
    try:
        both = base64.b32decode(symbols + "=" * (-len(symbols) % 8))
    except ValueError:
        raise Mistyped("it has characters that no printed key has, or some are missing") from None
    raw, check = both[:PRIVATE_LENGTH], both[PRIVATE_LENGTH:]
    if len(raw) != PRIVATE_LENGTH or check != hashlib.sha256(raw).digest()[:_CHECK]:
        raise Mistyped("some of its characters are missing or wrong")
    return PrivateKey(raw)


def fingerprint(public: bytes) -> str:
    """By which people compare a public key: 32 hexadecimal digits in groups of four."""
    digits = hashlib.sha256(public).hexdigest()[:32]
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file that stands under its name only when it is written to the end and on disk. After an error nothing is left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = there = path.parent / f"{UNFINISHED}-{uuid4().hex}"
    try:
        with unfinished.open("wb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        there = unfinished.rename(path)
        settle(path.parent)
    except BaseException:
        there.unlink(missing_ok=True)
        raise


def settle(folder: Path) -> None:
    """The names in a folder are on disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
