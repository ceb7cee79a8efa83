"""What the vault keeps. No row holds a name or a clear word, and no row tells when it was made.

What is binary begins with the number of the scheme that wrote it (vault/sealing/schemes.py), except public keys and digests of the
ledger's chain. Identifiers of higher floors (organisation, person, report, case) are plain UUIDs here: the vault knows nobody. No row that
a report makes has a number that counts up: its neighbours would tell when an anonymous report came.
"""

import uuid

from django.db import models


class OrganisationKey(models.Model):
    """An organisation's key, sealed under the master key. Old versions stay until nothing refers to them."""

    organisation = models.UUIDField()
    version = models.PositiveSmallIntegerField(default=1)
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "version"], name="one_key_per_version")]


class MasterKeyCheck(models.Model):
    """One row: a digest that only the master key of this database can compute. Another key is refused by it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    value = models.BinaryField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_master_key")]


class KeyPair(models.Model):
    """The key pair of a person in one organisation, of a reporter, or of an organisation's recovery."""

    class Purpose(models.TextChoices):
        PERSON = "person"
        REPORTER = "reporter"
        RECOVERY = "recovery"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.UUIDField()
    holder = models.UUIDField()
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    public = models.BinaryField()
    seal_of_public = models.BinaryField()
    private_sealed = models.BinaryField()
    revoked = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "holder", "purpose"],
                condition=models.Q(revoked=False),
                name="one_key_pair_in_use",
            )
        ]
        indexes = [models.Index(fields=["holder", "purpose"])]


class Unlocker(models.Model):
    """One way to open a key pair: the server's own key now, a receipt for reporters, a passphrase later."""

    class Method(models.TextChoices):
        SERVER = "server"
        RECEIPT = "receipt"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key_pair = models.ForeignKey(KeyPair, on_delete=models.CASCADE, related_name="unlockers")
    method = models.CharField(max_length=8, choices=Method.choices)
    key_version = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key_pair", "method"], name="one_unlocker_per_method")]


class Receipt(models.Model):
    """The only way from a receipt to a report: a keyed digest of it. The receipt itself is stored nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lookup = models.BinaryField(unique=True)
    key_pair = models.OneToOneField(KeyPair, on_delete=models.CASCADE, related_name="receipt")


class CaseShare(models.Model):
    """Half of every content key of a case. It is backed up apart, so that deleting it destroys the case in backups too."""

    case = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    key_version = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()


class KeyGrant(models.Model):
    """The key of one compartment of one case, wrapped for one reader."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.UUIDField()
    compartment = models.CharField(max_length=12)
    epoch = models.PositiveSmallIntegerField(default=1)
    reader = models.ForeignKey(KeyPair, on_delete=models.PROTECT, related_name="grants")
    wrapped = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "compartment", "epoch", "reader"], name="one_grant_per_reader")
        ]


class SealedText(models.Model):
    """A text of a case. Its length is padded, and it opens in its own row only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.UUIDField(db_index=True)
    compartment = models.CharField(max_length=12)
    epoch = models.PositiveSmallIntegerField(default=1)
    purpose = models.CharField(max_length=24)
    ciphertext = models.BinaryField()


class SealedFile(models.Model):
    """A file in the evidence store. Without a case it waits for a report that may never be sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.UUIDField(null=True, db_index=True)
    compartment = models.CharField(max_length=12, blank=True)
    epoch = models.PositiveSmallIntegerField(default=1)
    key_sealed = models.BinaryField(default=bytes)
    unclaimed_until = models.DateField(null=True, help_text="after this day it is dropped; empty once it was claimed")


class SigningKey(models.Model):
    """The key with which an organisation signs what it acknowledges; the private part under the organisation's key."""

    organisation = models.UUIDField(unique=True)
    key_version = models.PositiveSmallIntegerField()
    public = models.BinaryField()
    sealed = models.BinaryField()


class LedgerHead(models.Model):
    """The end of one chain; locked while an event is added."""

    chain = models.UUIDField(primary_key=True)
    sequence = models.PositiveIntegerField(default=0)
    digest = models.BinaryField(default=bytes)


class LedgerEvent(models.Model):
    """Who saw or did what. `body` is as it was hashed (the number of its scheme, canonical JSON): never parse and store it anew."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    chain = models.UUIDField()
    sequence = models.PositiveIntegerField()
    body = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        ordering = ["chain", "sequence"]
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="one_event_per_place")]


class PeriodKey(models.Model):
    """The secret by which a period's figures are rounded, under the master key. Destroyed when the period is final: the
    row stays without it."""

    period = models.CharField(max_length=24, unique=True)
    sealed = models.BinaryField(null=True)


class Backup(models.Model):
    """A set of a backup that was written, or that was restored as a drill. The rows tell how old the last one is."""

    class What(models.TextChoices):
        WRITTEN = "written"
        DRILLED = "drilled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    what = models.CharField(max_length=8, choices=What.choices)
    name = models.CharField(max_length=32, help_text="of the set: its moment and some random characters")
    on = models.DateField()
    digest = models.BinaryField(help_text="SHA-256 of the label of the set")
