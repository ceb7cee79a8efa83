"""The master key, and whether it is the one with which this database was sealed.

The database keeps a check value: a digest that only this key can compute. Whatever seals or opens gets the key from
:func:`master_key`, which compares first: a wrong key opens nothing and, worse, would seal what nobody opens later.
"""

import os
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from vault.models import (
    CaseShare,
    KeyPair,
    MasterKeyCheck,
    OrganisationKey,
    PeriodKey,
    Receipt,
    SealedText,
    SigningKey,
)
from vault.sealing.primitives import KEY_LENGTH, derive, digest, random_key, same, unseal
from vault.sealing.schemes import DIGEST, ORGANISATION_KEY, PERIOD_KEY, CannotOpen

_PROVEN: set[tuple[bytes, str, str, str]] = set()  # (key, place of a database to which it belongs)
_SEALED = (OrganisationKey, KeyPair, Receipt, CaseShare, SealedText, SigningKey, PeriodKey)


class WrongMasterKey(ImproperlyConfigured):
    """The key in the file is not the one with which this database was sealed, or cannot be shown to be."""


class KeyState(StrEnum):
    """What the master key is to the database."""

    RIGHT = "right"
    UNREADABLE = "unreadable"  # no file, or not 32 bytes
    WRONG = "wrong"  # the check value is of another key
    UNPROVEN = "unproven"  # something is sealed, there is no check value, and this key opens nothing


def master_key() -> bytes:
    """The 32 bytes of the master key file. Raises ImproperlyConfigured where there is none, and its
    :class:`WrongMasterKey` where this database was sealed with another."""
    key = _read(settings.MASTER_KEY_FILE)
    if (key, *_place()) not in _PROVEN:
        _require(_state(key))
    return key


def require_right_key() -> None:
    """As :func:`master_key`, and asks the database again: for the start of whatever opens something."""
    _require(_state(_read(settings.MASTER_KEY_FILE)))


def key_state() -> KeyState:
    """What the master key is to the database now. Raises DatabaseError where it does not answer."""
    try:
        key = _read(settings.MASTER_KEY_FILE)
    except ImproperlyConfigured:
        return KeyState.UNREADABLE
    return _state(key)


def has_master_key() -> bool:
    """Whether this database belongs to a master key already: it has a check value, or something in it is sealed."""
    tables = _tables()
    return (MasterKeyCheck._meta.db_table in tables and MasterKeyCheck.objects.exists()) or _is_sealed(tables)


def create_master_key(path: Path) -> None:
    """Write a new master key, readable by its owner only, and its check value if the database has its tables. Raises
    FileExistsError where a file is there, and :class:`WrongMasterKey` where the database belongs to another key: what it
    holds would be lost."""
    if path.exists():
        raise FileExistsError(path)
    if has_master_key():
        raise WrongMasterKey(
            "this database belongs to a master key already, and a new one would open nothing of it: put that key, or its"
            f" copy, at {path.name}"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "wb") as file:
        file.write(random_key())
    _read.cache_clear()
    if path == settings.MASTER_KEY_FILE:
        require_right_key()


@lru_cache(maxsize=4)
def _read(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except OSError as error:
        raise ImproperlyConfigured(
            f"the master key cannot be read: {error.strerror}. Set WEERBAAR_MASTER_KEY_FILE to where it lies"
        ) from None
    if len(key) != KEY_LENGTH:
        raise ImproperlyConfigured(f"the master key must be {KEY_LENGTH} bytes, and this file has {len(key)}")
    return key


def _require(state: KeyState) -> None:
    if state is KeyState.WRONG:
        raise WrongMasterKey(
            "this is not the master key of this database: its check value is of another key. Set WEERBAAR_MASTER_KEY_FILE"
            " to the key with which the database was made, or DATABASE_URL to the database of this key"
        )
    if state is KeyState.UNPROVEN:
        raise WrongMasterKey(
            "this master key opens nothing of what is sealed in this database, so it is not taken as its key. Set"
            " WEERBAAR_MASTER_KEY_FILE to the key with which the database was made"
        )


def _state(key: bytes) -> KeyState:
    """Compare with the check value. Where there is none yet, write it after the key opened something that is sealed, or
    where nothing is."""
    state = _compared(key)
    if state is KeyState.RIGHT:
        _PROVEN.add((key, *_place()))
    else:
        _PROVEN.discard((key, *_place()))
    return state


def _compared(key: bytes) -> KeyState:
    tables, value = _tables(), DIGEST.mark(digest(derive(key, "digest", "master-key"), "check"))
    has_table = MasterKeyCheck._meta.db_table in tables  # not while an older database comes up
    stored = MasterKeyCheck.objects.values_list("value", flat=True).first() if has_table else None
    if stored is None:
        if _is_sealed(tables) and not _opens_something(key, tables):
            return KeyState.UNPROVEN
        if not has_table:
            return KeyState.RIGHT
        MasterKeyCheck.objects.bulk_create([MasterKeyCheck(value=value)], ignore_conflicts=True)
        stored = MasterKeyCheck.objects.values_list("value", flat=True).get()  # whoever was first: their key counts
    return KeyState.RIGHT if same(bytes(stored), value) else KeyState.WRONG


def _is_sealed(tables: set[str]) -> bool:
    return any(model._default_manager.exists() for model in _SEALED if model._meta.db_table in tables)


def _opens_something(key: bytes, tables: set[str]) -> bool:
    """Whether the key opens the key of one organisation or the secret of one period. One that is broken is no proof
    against it."""
    if OrganisationKey._meta.db_table in tables:
        for row in OrganisationKey.objects.iterator():
            if _opens(key, row.sealed, ORGANISATION_KEY, row.organisation, row.version):
                return True
    if PeriodKey._meta.db_table in tables:
        for period in PeriodKey.objects.exclude(sealed=None).iterator():
            if _opens(key, period.sealed or b"", PERIOD_KEY, period.period):
                return True
    return False


def _opens(key: bytes, sealed, scheme, *context) -> bool:
    try:
        unseal(key, sealed, scheme, *context)
    except CannotOpen:
        return False
    return True


def _tables() -> set[str]:
    return set(connection.introspection.table_names())


def _place() -> tuple[str, str, str]:
    database = connection.settings_dict
    return str(database["HOST"]), str(database["PORT"]), str(database["NAME"])
