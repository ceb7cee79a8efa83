"""What a page that a code opened carries to the next one, since such pages set no cookie."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar, Self

from django.utils import timezone

from vault.keyring.keys import stored_digest
from vault.sealed_state import StateExpired, StateInvalid, open_state, seal_state

OPEN_FOR = timedelta(minutes=30)


@dataclass
class Session:
    """What a page of the mailbox carries, sealed: the receipt, a nonce by which one page acts once, and who would read
    what is told apart, as the page said it. `purpose`: another one for other pages, so that neither opens the other."""

    purpose: ClassVar[str] = "mailbox"
    receipt: str
    new_receipt: str = ""
    nonce: str = ""
    shown: dict[str, str] = field(default_factory=dict)

    def seal(self) -> str:
        """The session as the next page carries it, with a new nonce."""
        body = {
            "receipt": self.receipt,
            "new_receipt": self.new_receipt,
            "nonce": secrets.token_hex(12),
            "shown": self.shown,
        }
        return seal_state(self.purpose, json.dumps(body).encode())

    @classmethod
    def open(cls, sealed: str) -> Self | None:
        """The session of a page, or None when the page is too old or was not made by this site."""
        try:
            opened = open_state(cls.purpose, sealed)
        except (StateExpired, StateInvalid):
            return None
        too_old = timezone.now() - opened.sealed_at > OPEN_FOR
        return None if too_old else cls(**json.loads(opened.body))

    @property
    def token(self) -> bytes:
        """What is stored of the page, so that it acts once."""
        return stored_digest(f"{self.purpose}-page", self.nonce)
