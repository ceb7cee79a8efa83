"""The protocol that an organisation adopted, and where the tracks of a case are."""

import uuid

from django.db import models

from cases.models.case import Case
from organisations.models import Organisation, Person


class OwnProtocol(models.Model):
    """A version of an organisation's own protocol. A published one never changes: cases run it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="protocols")
    base = models.CharField(max_length=24, help_text="integrity or safety")
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


class CaseTrack(models.Model):
    """Where one track of a case is; a track without a row is in its first state."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tracks")
    track = models.CharField(max_length=24)
    state = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "track"], name="one_state_per_track")]
