"""That a case turned out to be of another kind: asked by one, agreed by another. The words are sealed."""

from django.db import models

from cases.models.case import Case
from cases.models.requests.request import TwoPersonRequest


class KindChange(TwoPersonRequest):
    """Somebody asks that a case goes on as one of another kind; a second person decides."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="kind_changes")
    kind = models.CharField(max_length=12, help_text="of the code list kind: as what it goes on")
    words = models.UUIDField(help_text="sealed text of the file: the coded answers, and why")

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=models.Q(state="asked"), name="one_kind_asked_at_a_time")
        ]
