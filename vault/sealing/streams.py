"""Long content sealed in pieces (libsodium's secretstream): bounded memory, and a cut-off file does not open."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_ABYTES as OVERHEAD,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_HEADERBYTES as HEADER,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_init_pull,
    crypto_secretstream_xchacha20poly1305_init_push,
    crypto_secretstream_xchacha20poly1305_pull,
    crypto_secretstream_xchacha20poly1305_push,
    crypto_secretstream_xchacha20poly1305_state,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_TAG_FINAL as FINAL,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE as MORE,
)
from nacl.exceptions import CryptoError

from vault.sealing.schemes import STREAM, CannotOpen

PIECE = 64 * 1024


class SealedWriter:
    """Writes what it is given to `target` as a sealed stream. Call :meth:`close`, or the stream will not open."""

    def __init__(self, target: BinaryIO, key: bytes) -> None:
        self._target = target
        self._state = crypto_secretstream_xchacha20poly1305_state()
        self._rest = bytearray()
        target.write(STREAM.mark(crypto_secretstream_xchacha20poly1305_init_push(self._state, key)))

    def write(self, data: bytes) -> None:
        """Take clear bytes of any length; at most :data:`PIECE` of them are held in memory."""
        self._rest += data
        while len(self._rest) > PIECE:
            self._push(bytes(self._rest[:PIECE]), MORE)
            del self._rest[:PIECE]

    def close(self) -> None:
        """Write the last piece. Without it the stream counts as cut off."""
        self._push(bytes(self._rest), FINAL)

    def _push(self, piece: bytes, tag: int) -> None:
        self._target.write(crypto_secretstream_xchacha20poly1305_push(self._state, piece, None, tag))


def seal_stream(target: BinaryIO, key: bytes, pieces: Iterable[bytes]) -> None:
    """Write these pieces, of any length, to `target` as one sealed stream under a key of 32 bytes."""
    writer = SealedWriter(target, key)
    for piece in pieces:
        writer.write(piece)
    writer.close()


def open_stream(source: BinaryIO, key: bytes) -> Iterator[bytes]:
    """The pieces of a sealed stream. Raises :class:`CannotOpen` for a wrong key, a changed byte or a missing end."""
    state, tag = crypto_secretstream_xchacha20poly1305_state(), MORE
    try:
        crypto_secretstream_xchacha20poly1305_init_pull(state, STREAM.body(source.read(1 + HEADER)), key)
        while sealed := source.read(PIECE + OVERHEAD):
            piece, tag = crypto_secretstream_xchacha20poly1305_pull(state, sealed)
            yield piece
    except (CryptoError, ValueError):
        raise CannotOpen("wrong key, or changed") from None
    if tag != FINAL:
        raise CannotOpen("cut off")
