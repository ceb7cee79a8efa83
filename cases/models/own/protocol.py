"""The protocol that an organisation adopted."""

import uuid
from functools import cache

from django.db import models

from cases.protocol.composition import ProtocolChanges, compose
from cases.protocol.definitions import Protocol
from cases.protocol.floor import with_floor
from organisations.models import Organisation, Person


class OwnProtocol(models.Model):
    """A version of an organisation's own protocol. A published version never changes, since cases run it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="protocols")
    base = models.CharField(max_length=24, help_text="integrity or safety")
    base_version = models.CharField(max_length=12, help_text="the version of the national protocol whose blocks it has")
    number = models.PositiveSmallIntegerField()
    changes = models.JSONField()
    revision = models.PositiveIntegerField(default=0, help_text="counts changes: shows a stale page")
    published_on = models.DateField(null=True, help_text="empty while it is being written")
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    effective_on = models.DateField(null=True)

    class Meta:
        ordering = ["organisation", "base", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "base", "number"], name="one_protocol_per_number")
        ]

    @property
    def version(self) -> str:
        return f"eigen-{self.number}"


@cache
def own_protocol(own: uuid.UUID) -> Protocol:
    """The composed protocol of a published row, of the blocks with which it was adopted. The row never changes, so it is
    composed once. What every running case asks comes on top (cases/protocol/floor.py)."""
    row = OwnProtocol.objects.exclude(published_on=None).get(id=own)
    changes = ProtocolChanges.model_validate(row.changes)
    return with_floor(compose(row.base, changes, version=row.version, base_version=row.base_version))
