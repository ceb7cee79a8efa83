"""State that travels through the browser, because nothing of an unsent report is stored here.

Sealed with a key of the master key and the day, so that an old page cannot be opened after 48 hours, by nobody.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from vault.keyring.master import master_key
from vault.sealing.primitives import derive, pad, seal, unpad, unseal
from vault.sealing.schemes import STATE, CannotOpen, Raw

READABLE = timedelta(hours=48)


class StateExpired(Exception):
    """The page is older than 48 hours."""


class StateInvalid(Exception):
    """Not a state that this installation sealed for this purpose."""


@dataclass(frozen=True)
class OpenedState:
    """What a page carried, and the moment when it was sealed, to the second."""

    body: bytes
    sealed_at: datetime


def seal_state(purpose: str, body: bytes, now: datetime | None = None) -> str:
    """The body as text for a form of a page; `now` is the moment that it tells. It opens for 48 hours."""
    return base64.urlsafe_b64encode(seal_row(purpose, body, now)).decode()


def open_state(purpose: str, token: str, now: datetime | None = None) -> OpenedState:
    """Raises :class:`StateExpired` or :class:`StateInvalid`."""
    try:
        raw = base64.urlsafe_b64decode(token.encode())
    except (binascii.Error, ValueError):
        raise StateInvalid from None
    return open_row(purpose, raw, now)


def seal_row(purpose: str, body: bytes, now: datetime | None = None) -> bytes:
    """The same for a column of the database."""
    now = now or datetime.now(UTC)
    day = now.date()
    plaintext = int(now.timestamp()).to_bytes(8, "big") + body
    return day.toordinal().to_bytes(STATE.at, "big") + seal(_day_key(purpose, day), pad(plaintext), STATE, purpose)


def open_row(purpose: str, stored: Raw, now: datetime | None = None) -> OpenedState:
    """As :func:`open_state`."""
    now, raw = now or datetime.now(UTC), bytes(stored)
    try:
        day = date.fromordinal(int.from_bytes(raw[: STATE.at], "big"))
    except (ValueError, OverflowError):
        raise StateInvalid from None
    if now.date() - day > READABLE + timedelta(days=1) or day > now.date() + timedelta(days=1):
        raise StateExpired
    try:
        plaintext = unpad(unseal(_day_key(purpose, day), raw[STATE.at :], STATE, purpose))
    except CannotOpen:
        raise StateInvalid from None
    sealed_at = datetime.fromtimestamp(int.from_bytes(plaintext[:8], "big"), UTC)
    if now - sealed_at > READABLE:
        raise StateExpired
    return OpenedState(plaintext[8:], sealed_at)


def _day_key(purpose: str, day: date) -> bytes:
    return derive(master_key(), "state", purpose, day.isoformat())
