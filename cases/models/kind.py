"""That a case turned out to be of another kind: asked by one, agreed by another. The words are sealed."""

import uuid

from django.db import models
from django.utils import timezone

from cases.models.case import Case
from organisations.models import Person


class KindChange(models.Model):
    """Somebody asks that a case goes on as one of another kind; a second person decides."""

    class State(models.TextChoices):
        ASKED = "asked"
        DONE = "done"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="kind_changes")
    kind = models.CharField(max_length=12, help_text="of the code list kind: as what it goes on")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    words = models.UUIDField(help_text="sealed text of the file: the coded answers, and why")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=models.Q(state="asked"), name="one_kind_asked_at_a_time")
        ]
