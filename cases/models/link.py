"""That two cases belong together. Who may not see one of them does not learn of it."""

import uuid

from django.db import models
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from cases.models.case import Case
from organisations.models import Person


class CaseLink(models.Model):
    """One link. Its order has a meaning only where one case followed from the other."""

    class Why(models.TextChoices):
        SAME_MATTER = "same_matter"
        SAME_PERPETRATOR = "same_perpetrator"
        FOLLOWS = "follows"  # the second came out of the first

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    first = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links_from")
    second = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links_to")
    why = models.CharField(max_length=16, choices=Why.choices)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["made_at"]
        constraints = [
            models.UniqueConstraint(Least("first", "second"), Greatest("first", "second"), name="linked_once")
        ]  # in whichever order
