"""Files of the evidence store in a backup: each is sealed for each offline key once, and every set that has it names it.

The name of such a file is a keyed digest of the file it holds and the SHA-256 of itself, so that whoever keeps the backup can
see whether it is whole, and which file of which case it is only this installation knows.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from vault import files
from vault.keyring.keys import keyed_digest
from vault.keyring.offline import Artefact, open_artefact, whole
from vault.models import SealedFile
from vault.sealing.primitives import PrivateKey
from vault.sealing.schemes import CannotOpen

FOLDER = "evidence"
_DIGITS = 32
_COARSE = 946_684_800  # the year 2000: when a file was written would tell when an anonymous report came


def keep_files(folder: Path, public: bytes, wanted: Iterable[UUID]) -> Iterator[tuple[UUID, str]]:
    """Keep these files, as far as the backup has them not yet: each with the name that it has there. The name is empty for
    one that the store has lost; one that was destroyed meanwhile is left out."""
    there = {path.name.partition(".")[0]: path.name for path in (folder / FOLDER).glob("??/*.*") if path.is_file()}
    for file in wanted:
        own = _own(file, public)
        if own in there:
            yield file, there[own]
            continue
        try:
            yield file, _keep(folder, public, file, own)
        except FileNotFoundError:
            if SealedFile.objects.filter(id=file).exists():
                yield file, ""


def _keep(folder: Path, public: bytes, file: UUID, own: str) -> str:
    pieces = files.as_stored(file)
    first = next(pieces, b"")  # before anything is written: it may be gone
    room = folder / FOLDER / own[:2]
    waiting = room / own
    with whole(waiting) as target:
        artefact = Artefact(target, public, FOLDER, own)
        artefact.write(first)
        for piece in pieces:
            artefact.write(piece)
        artefact.close()
    name = f"{own}.{artefact.digest}"
    waiting.rename(room / name)
    for path in (room / name, room, room.parent):
        os.utime(path, (_COARSE, _COARSE))
    return name


def path_in(folder: Path, name: str) -> Path:
    """Where a file lies that a set names."""
    return folder / FOLDER / name[:2] / name


def digest_in(name: str) -> str:
    """The SHA-256 that a file of this name has."""
    return name.partition(".")[2]


def put_file_back(folder: Path, private: PrivateKey, file: UUID, name: str) -> None:
    """Put a file into the evidence store. Raises CannotOpen and files.NoRoom."""
    own = name.partition(".")[0]
    if own not in (_own(file, private.public), _own(file)):  # sets of 0.10.0 and before named no key
        raise CannotOpen("the set names the file of another one")
    with path_in(folder, name).open("rb") as source:
        files.put_back(file, open_artefact(source, private, FOLDER, own))


def _own(file: UUID, *public: bytes) -> str:
    """The name of a file for one key: after the key was changed, new sets hold each file for the new one too."""
    return keyed_digest("evidence in a backup", file, *public).hex()[:_DIGITS]
