"""Files of a case: each under a random key of its own, in the evidence store, under a name that says nothing.

A file arrives before its report is sent. Until then its key exists only in the reporter's form (sealed, in the
browser), so what was never sent can be read by nobody and is dropped. Sending claims it: the key is sealed under the
compartment's.
"""

import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from vault.compartments import ContentKey
from vault.models import SealedFile
from vault.sealed_state import READABLE
from vault.sealing.primitives import random_key, seal, unseal
from vault.sealing.schemes import FILE_KEY, STREAM, UnknownScheme
from vault.sealing.streams import open_stream, seal_stream

STORE = "evidence"
COARSE = date(2000, 1, 1)  # the time of every file in the store
STRAY_FOR = timedelta(days=28)


class NoRoom(Exception):
    """The store is full or cannot be written. Texts are still taken."""


@dataclass(frozen=True)
class LooseFile:
    """A stored file that belongs to no case yet, with the key that only its holder has."""

    id: UUID
    key: bytes


def room_left() -> bool:
    """Whether files are taken: the floor under the free space is kept for the reports themselves."""
    if not (folder := _folder()):
        return True
    folder.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(folder).free >= settings.EVIDENCE_DISK_FLOOR


def store(pieces: Iterable[bytes]) -> LooseFile:
    """Seal and keep a file that is not claimed yet. Raises :class:`NoRoom`."""
    loose = LooseFile(uuid4(), random_key())
    sealed = BytesIO()
    seal_stream(sealed, loose.key, pieces)
    try:
        if not room_left():
            raise NoRoom
        storages[STORE].save(_name(loose.id), File(sealed))
        _settle(loose.id)
    except OSError:
        raise NoRoom from None
    last_day = timezone.localdate(timezone.now() + READABLE) + timedelta(days=1)
    SealedFile.objects.create(id=loose.id, unclaimed_until=last_day)
    return loose


def is_loose(file: UUID) -> bool:
    """Whether a file is stored and belongs to no case yet."""
    return SealedFile.objects.filter(id=file, case=None).exists()


def claimed(case: UUID, files: Collection[UUID]) -> set[UUID]:
    """Which of these files are part of the case."""
    return set(SealedFile.objects.filter(case=case, id__in=files).values_list("id", flat=True)) if files else set()


def claim(key: ContentKey, loose: LooseFile) -> bool:
    """Make a loose file part of a case. False when it is gone, or was claimed before."""
    row = SealedFile(id=loose.id, case=key.case, compartment=key.compartment, epoch=key.epoch)
    sealed = seal(key.key, loose.key, *_context(row))
    return bool(
        SealedFile.objects.filter(id=loose.id, case=None).update(
            case=key.case, compartment=key.compartment, epoch=key.epoch, key_sealed=sealed, unclaimed_until=None
        )
    )


def read(key: ContentKey, file: UUID) -> Iterator[bytes]:
    """The pieces of a file of the case. Raises CannotOpen, and FileNotFoundError when the store has lost it."""
    row = SealedFile.objects.get(id=file, case=key.case, compartment=key.compartment)
    yield from read_loose(LooseFile(row.id, unseal(key.of(row.epoch), row.key_sealed, *_context(row))))


def read_loose(loose: LooseFile) -> Iterator[bytes]:
    """The pieces of a file whose key is at hand. Raises CannotOpen and FileNotFoundError."""
    with storages[STORE].open(_name(loose.id)) as source:
        yield from open_stream(cast(BinaryIO, source), loose.key)


def drop(loose: LooseFile) -> None:
    """Let go of a loose file. Its bytes go when the transaction is through: an act that fails loses nothing."""
    if SealedFile.objects.filter(id=loose.id, case=None).delete()[0]:
        _delete_after_commit(loose.id)


def destroy_of_cases(cases: Collection[UUID]) -> None:
    """Destroy the files of these cases. Their bytes go when the transaction is through, as in :func:`drop`."""
    rows = SealedFile.objects.filter(case__in=cases)
    for file in list(rows.values_list("id", flat=True)):
        _delete_after_commit(file)
    rows.delete()


def drop_unclaimed(today: date) -> int:
    """Drop what was never sent: its key went with the form. Returns how many files."""
    old = list(SealedFile.objects.filter(case=None, unclaimed_until__lt=today).values_list("id", flat=True))
    for file in old:
        _delete(file)
    SealedFile.objects.filter(id__in=old, case=None).delete()
    return len(old)


def drop_strays(today: date) -> int:
    """Delete files that no row names: a process was killed after it wrote the bytes, and nobody has their key. Returns how
    many. The first run that sees such a file dates it to the beginning of that day, as its own time may tell when somebody
    reported; a run more than `STRAY_FOR` later deletes it. In a store that is no folder of this machine there are none to see."""
    if not (folder := _folder()):
        return 0
    paths = [path for path in folder.rglob("*") if path.is_file()]  # first: what is kept meanwhile is not among them
    named = {file.hex for file in SealedFile.objects.values_list("id", flat=True).iterator()}
    dropped = 0
    for path in paths:
        seen = datetime.fromtimestamp(path.stat().st_mtime, timezone.get_default_timezone())
        if path.name in named:
            if seen.date() != COARSE:  # its row was not there yet when a run took it for a stray
                _date(path, COARSE)
        elif seen.time() != time() or seen.date() == COARSE:
            _date(path, today)
        elif seen.date() + STRAY_FOR < today:
            path.unlink()
            _date_folders(path)
            dropped += 1
    return dropped


def unreadable() -> Iterator[str]:
    """In words: the files of cases that are not in the store any more, or were stored by a scheme that is not known here."""
    for file in SealedFile.objects.exclude(case=None).values_list("id", flat=True).iterator():
        try:
            with storages[STORE].open(_name(file)) as stored:
                STREAM.body(stored.read(1))
        except FileNotFoundError:
            yield f"file {file} of a case is not in the evidence store"
        except UnknownScheme as error:
            yield f"file {file} of a case cannot be read: {error}"


def as_stored(file: UUID) -> Iterator[bytes]:
    """The bytes of a file as they lie in the store, sealed. Raises FileNotFoundError."""
    with storages[STORE].open(_name(file)) as stored:
        yield from stored.chunks()


def put_back(file: UUID, pieces: Iterable[bytes]) -> None:
    """Put a file into the store as :func:`as_stored` gave it. Raises :class:`NoRoom`."""
    with tempfile.TemporaryFile() as sealed:
        try:
            for piece in pieces:
                sealed.write(piece)
            sealed.seek(0)
            storages[STORE].save(_name(file), File(sealed))
            _settle(file)
        except OSError:
            raise NoRoom from None


def take_out(file: UUID) -> None:
    """Take a file out of the store: of a restore that did not end well."""
    _delete(file)


def place() -> str:
    """Where the store is; empty for one that is no folder of this machine."""
    return str(_folder() or "")


def store_is_empty() -> bool:
    """Whether no file lies in the store. True for a store that is no folder of this machine."""
    folder = _folder()
    return folder is None or not any(path.is_file() for path in folder.rglob("*"))


def _delete_after_commit(file: UUID) -> None:
    """What is done stays done where the bytes cannot be deleted: :func:`drop_strays` finds them."""
    transaction.on_commit(lambda: _delete(file), robust=True)


def _name(file: UUID) -> str:
    return f"{file.hex[:2]}/{file.hex}"


def _folder() -> Path | None:
    """The folder of the store; None for a store that is no folder of this machine."""
    try:
        return Path(storages[STORE].path(""))
    except NotImplementedError:
        return None


def _settle(file: UUID) -> None:
    """On disk before the page says so, and with a time that says nothing: the moment would tell when an anonymous report came."""
    if not (folder := _folder()):
        return
    path = folder / _name(file)
    with path.open("rb") as written:
        os.fsync(written.fileno())
    _date(path, COARSE)
    _date_folders(path)


def _delete(file: UUID) -> None:
    """Take the bytes away, and leave no trace of the moment in the folders."""
    storages[STORE].delete(_name(file))
    if folder := _folder():
        _date_folders(folder / _name(file))


def _date_folders(path: Path) -> None:
    """The folder of a file, and the store in which that folder may be new or gone."""
    for folder in path.parents[:2]:
        if folder.is_dir():
            _date(folder, COARSE)


def _date(path: Path, day: date) -> None:
    moment = datetime.combine(day, time(), timezone.get_default_timezone()).timestamp()
    os.utime(path, (moment, moment))


def _context(row: SealedFile) -> tuple:
    return (FILE_KEY, row.id, row.case, str(row.compartment), row.epoch)
