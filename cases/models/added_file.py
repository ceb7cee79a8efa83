"""A file that somebody at work added to a case. What is in it and its title are sealed."""

import uuid

from django.db import models
from django.utils import timezone

from cases.models.case import Case
from organisations.models import Person


class AddedFile(models.Model):
    """One file. It never changes: one that is wrong is struck out with a reason and stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="files")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=24, help_text="of cases/protocol/kinds/file_kinds.yaml")
    source = models.CharField(max_length=16, help_text="of cases/protocol/kinds/file_kinds.yaml: from whom it came")
    received_on = models.DateField()
    described = models.UUIDField(help_text="sealed text of the file: title, format, size, hashes")
    file = models.UUIDField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, help_text="to the mailbox of the reporter")
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    struck_because = models.UUIDField(null=True, help_text="sealed text of the file")
    token = models.UUIDField(help_text="of the page: one page adds its files once")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="one_file_per_number")]
        indexes = [models.Index(fields=["token"], name="added_file_token")]
