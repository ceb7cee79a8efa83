"""The receipt: 24 characters in six groups of four, 23 random (114 bits) and one check character.

It is shown once and stored nowhere. A keyed digest finds the report, another opens the reporter's key pair.
"""

import re
import secrets
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from vault.keyring.keys import (
    NoKey,
    OrganisationKeys,
    change_unlocker,
    create_key_pair,
    keyed_digest,
    organisation_key,
    stored_digest,
    unlock_by,
)
from vault.models import KeyGrant, KeyPair, Receipt, Unlocker
from vault.sealing.primitives import Part, PrivateKey, derive

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # 31 symbols, a prime number; no 0, 1, I, L, O
LENGTH = 24
GROUP = 4
_BETWEEN = re.compile(r"[\W_]+")


class Misread(ValueError):
    """Not a receipt as it was written down. `kind` is "length", "symbol" or "check"."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def check_character(body: str) -> str:
    """Weighted sum modulo 31: catches every single wrong character and every swap of two neighbours."""
    return ALPHABET[sum(weight * ALPHABET.index(symbol) for weight, symbol in enumerate(body, 2)) % len(ALPHABET)]


def random_code(length: int) -> str:
    """Random characters of the receipt's alphabet, in groups of four."""
    return grouped("".join(secrets.choice(ALPHABET) for _ in range(length)))


def new_receipt() -> str:
    """A random receipt, in groups of four."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return grouped(body + check_character(body))


def receipt_from(*parts: Part) -> str:
    """A receipt that this installation can make again from the same parts, and nobody else can."""
    number = int.from_bytes(keyed_digest("receipt-from", *parts), "big")
    body = ""
    for _ in range(LENGTH - 1):
        number, symbol = divmod(number, len(ALPHABET))
        body += ALPHABET[symbol]
    return grouped(body + check_character(body))


def grouped(symbols: str) -> str:
    """Symbols in groups of four with hyphens between, as people write them down."""
    return "-".join(symbols[start : start + GROUP] for start in range(0, len(symbols), GROUP))


def parse(typed: str) -> str:
    """The 24 characters of what somebody typed. Raises :class:`Misread`, which names the kind of mistake."""
    symbols = "".join(symbol for symbol in typed.upper() if symbol.isalnum())
    if any(symbol not in ALPHABET for symbol in symbols):
        raise Misread("symbol")
    if len(symbols) != LENGTH:
        raise Misread("length")
    if check_character(symbols[:-1]) != symbols[-1]:
        raise Misread("check")
    return symbols


def create_reporter_key_pair(organisation: UUID, report: UUID, receipt: str, keys: OrganisationKeys) -> KeyPair:
    """A key pair that only this receipt opens, and the row by which the receipt finds it. `report`: for whom it is, a report or
    something else that is read with a code."""
    symbols = parse(receipt)
    pepper = derive(keys.of(organisation).key, "receipt-pepper")
    pair = create_key_pair(
        organisation,
        report,
        KeyPair.Purpose.REPORTER,
        Unlocker.Method.RECEIPT,
        lambda pair_id: _unlocking_key(symbols, pepper, pair_id),
        keys.of(organisation),
    )
    Receipt.objects.create(lookup=stored_digest("receipt", symbols), key_pair=pair)
    return pair


@dataclass(frozen=True)
class OpenedReceipt:
    """The report that a receipt opens, and the key pair with its private key."""

    report: UUID
    key_pair: KeyPair
    private: PrivateKey


def open_receipt(typed: str) -> OpenedReceipt | None:
    """The report of a receipt, or None when there is none. Raises :class:`Misread` for a typing mistake.

    A receipt that is not known costs the same work as a known one.
    """
    symbols = parse(typed)
    receipt = Receipt.objects.select_related("key_pair").filter(lookup=stored_digest("receipt", symbols)).first()
    if receipt is None:
        private = PrivateKey()
        PrivateKey(private.raw)
        return None
    pair = receipt.key_pair
    unlocker = pair.unlockers.get(method=Unlocker.Method.RECEIPT)
    pepper = derive(organisation_key(pair.organisation, unlocker.key_version).key, "receipt-pepper")
    try:
        private = unlock_by(unlocker, pair, _unlocking_key(symbols, pepper, pair.id))
    except NoKey:
        return None
    return OpenedReceipt(pair.holder, pair, private)


@transaction.atomic
def exchange(opened: OpenedReceipt, receipt: str) -> None:
    """Let another receipt open the report instead: the old one, which somebody else wrote down, opens nothing more."""
    pair, symbols = opened.key_pair, parse(receipt)
    current = organisation_key(pair.organisation)
    pepper = derive(current.key, "receipt-pepper")
    change_unlocker(pair, opened.private, current.version, _unlocking_key(symbols, pepper, pair.id))
    Receipt.objects.filter(key_pair=pair).update(lookup=stored_digest("receipt", symbols))


def forget(pair: UUID) -> None:
    """The receipt of a key pair opens nothing any more, and what the pair could read is closed to it."""
    KeyGrant.objects.filter(reader=pair, reader__purpose=KeyPair.Purpose.REPORTER).delete()
    KeyPair.objects.filter(id=pair, purpose=KeyPair.Purpose.REPORTER).delete()


def mentions(text: str, receipt: str) -> bool:
    """Whether a text gives the receipt away, however it is written."""
    return parse(receipt) in _BETWEEN.sub("", text.upper())


def _unlocking_key(symbols: str, pepper: bytes, pair: UUID) -> bytes:
    return derive(symbols.encode() + pepper, "unlock-receipt", pair)
