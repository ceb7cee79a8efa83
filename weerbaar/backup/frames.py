"""How rows stand in an artefact: a manifest, then for each table its name and columns, its rows in pieces, and an empty piece."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from vault.sealing.schemes import CannotOpen
from weerbaar.backup.snapshot import Table

_LENGTH = 4
_MOST = 64 * 1024 * 1024  # of one piece


class Target(Protocol):
    def write(self, clear: bytes, /) -> Any: ...


def write_frame(target: Target, piece: bytes) -> None:
    for at in range(0, len(piece), _MOST):
        part = piece[at : at + _MOST]
        target.write(len(part).to_bytes(_LENGTH, "big") + part)


def write_json(target: Target, content: Any) -> None:
    write_frame(target, json.dumps(content).encode())


def write_table(target: Target, table: Table, pieces: Iterable[bytes]) -> None:
    write_json(target, {"table": table.name, "columns": table.columns})
    for piece in pieces:
        write_frame(target, piece)
    target.write(bytes(_LENGTH))


def frames(clear: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces as they were written; an empty one ends a table. Raises CannotOpen for what is cut off."""
    held = bytearray()
    for part in clear:
        held += part
        at = 0
        while len(held) >= at + _LENGTH:
            end = at + _LENGTH + int.from_bytes(held[at : at + _LENGTH], "big")
            if len(held) < end:
                break
            yield bytes(held[at + _LENGTH : end])
            at = end
        del held[:at]
    if held:
        raise CannotOpen("cut off")


def read_tables(pieces: Iterator[bytes]) -> Iterator[tuple[Table, Iterator[bytes]]]:
    """Each table with the pieces of its rows, which are taken before the next table is asked for."""
    for head in pieces:
        described = json.loads(head)
        yield Table(described["table"], described["columns"], ""), iter(lambda: next(pieces), b"")
