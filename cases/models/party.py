"""People of a case who do not work it: who was hurt, who saw it, who is heard, who speaks for them."""

import uuid

from django.db import models
from django.utils import timezone

from cases.models.case import Case
from organisations.models import Person


class Party(models.Model):
    """Somebody of a case, in one part of parts.yaml. A party never changes: one that is wrong ends, and another takes its
    place (`corrects`), so that what was recorded of it stays true."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parties")
    number = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=16, help_text="of parts.yaml")
    words = models.UUIDField(help_text="sealed text of the file: name, what they are, how to reach them")
    speaks_for = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="spoken_for_by")
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    is_same = models.BooleanField(default=False, help_text="surely the same person as the one that it corrects")
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_because = models.UUIDField(null=True, help_text="sealed text of the file")
    token = models.UUIDField(unique=True, help_text="of the page: one page adds one party")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="one_party_per_number")]

    @property
    def is_ended(self) -> bool:
        return self.ended_at is not None

    def all_of_them(self) -> list[uuid.UUID]:
        """The ids under which surely the same person was written down, this one first."""
        row, found = self, [self.id]
        while row.is_same and row.corrects:
            row = row.corrects
            found.append(row.id)
        return found
