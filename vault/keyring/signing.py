"""An organisation's signature (Ed25519): anybody with its public key can check, without us, what it acknowledged."""

from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import IntegrityError, transaction

from vault.keyring.keys import organisation_key
from vault.models import SigningKey
from vault.sealing.primitives import derive, encoded, seal, unseal
from vault.sealing.schemes import SIGNING_KEY


def sign(organisation: UUID, purpose: str, message: bytes) -> bytes:
    """64 bytes over the message, bound to its purpose."""
    row = _signing_key(organisation)
    key = derive(organisation_key(organisation, row.key_version).key, "signing")
    private = Ed25519PrivateKey.from_private_bytes(unseal(key, row.sealed, SIGNING_KEY, organisation))
    return private.sign(encoded(purpose, message))


def public_key(organisation: UUID) -> bytes:
    """The 32 bytes by which the organisation's signatures are checked; made on first use."""
    return bytes(_signing_key(organisation).public)


def is_signed(public: bytes, purpose: str, message: bytes, signature: bytes) -> bool:
    """Whether the owner of this public key (32 bytes) signed the message for this purpose."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, encoded(purpose, message))
    except (InvalidSignature, ValueError):
        return False
    return True


def _signing_key(organisation: UUID) -> SigningKey:
    if existing := SigningKey.objects.filter(organisation=organisation).first():
        return existing
    current = organisation_key(organisation)
    private = Ed25519PrivateKey.generate()
    sealed = seal(derive(current.key, "signing"), private.private_bytes_raw(), SIGNING_KEY, organisation)
    try:
        with transaction.atomic():
            return SigningKey.objects.create(
                organisation=organisation,
                key_version=current.version,
                public=private.public_key().public_bytes_raw(),
                sealed=sealed,
            )
    except IntegrityError:  # another request was first
        return SigningKey.objects.get(organisation=organisation)
