"""That somebody else came to work a case, and why. The words are sealed, and no row names who left."""

import uuid

from django.db import models
from django.utils import timezone

from cases.models.case import Case
from cases.models.requests.request import TwoPersonRequest
from organisations.models import Organisation, Person


class HandOver(models.Model):
    """Somebody left a case, and somebody else came to work it if anybody was free."""

    class Why(models.TextChoices):
        CONFLICT = "conflict"  # not free of the case: may never know of it again
        NAMED = "named"  # named in what arrived: out of it until people look
        HANDED_OVER = "handed_over"  # to a colleague
        TRANSFERRED = "transferred"  # to another organisation, by two people
        ROLE_ENDED = "role_ended"  # the role or function ended, or the account

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="hand_overs")
    why = models.CharField(max_length=12, choices=Why.choices)
    relation = models.CharField(max_length=12)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    reason = models.UUIDField(help_text="sealed text of the file")

    class Meta:
        ordering = ["-made_at"]


class Transfer(TwoPersonRequest):
    """Somebody asks that another organisation handles the case; a second person decides."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="transfers")
    to = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.UUIDField(help_text="sealed text of the file")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(state="asked"), name="one_transfer_asked_at_a_time"
            )
        ]
