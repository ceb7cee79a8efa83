"""What was masked in the papers of a case, who checked it, and what left as an export. All words are sealed."""

import uuid

from django.db import models
from django.utils import timezone

from cases.models.case import Case
from cases.models.requests.request import TwoPersonRequest
from organisations.models import Person


class Redaction(models.Model):
    """One set of masks over the texts of a case. The texts themselves never change."""

    class State(models.TextChoices):
        DRAFT = "draft"
        OFFERED = "offered"  # waits for a second person
        APPROVED = "approved"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="redactions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    title = models.UUIDField(help_text="sealed text of the file: what it is for")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    checked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    remark = models.UUIDField(null=True, help_text="sealed text of the file: why it was sent back")
    token = models.UUIDField(unique=True, help_text="of the page: one page makes one set")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="one_redaction_per_number")]


class Masks(models.Model):
    """One version of the masks of one text, or of the words that are masked everywhere. A version never changes; the
    next one follows it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    redaction = models.ForeignKey(Redaction, on_delete=models.CASCADE, related_name="masks")
    source = models.CharField(max_length=80, help_text="kind and id of a text, or `words`")
    version = models.PositiveIntegerField()
    masks = models.UUIDField(help_text="sealed text of the file")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["redaction", "source", "version"], name="one_masks_per_version")]


class Export(TwoPersonRequest):
    """One export: the whole file for use inside the organisation, or an approved redaction. Its files are sealed
    with the case."""

    class State(models.TextChoices):
        ASKED = "asked"  # the export leaves the organisation, so a second person decides
        MADE = "made"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    agreed_state = State.MADE
    ends_with_case = False

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="exports")
    number = models.PositiveSmallIntegerField()
    redaction = models.ForeignKey(
        Redaction, on_delete=models.PROTECT, null=True, related_name="exports", help_text="empty: the whole file"
    )
    outside = models.BooleanField()
    words = models.UUIDField(help_text="sealed text of the file: {for_whom, purpose, ground}")
    state = models.CharField(max_length=10, choices=State.choices)
    pdf = models.UUIDField(null=True)
    data = models.UUIDField(null=True)
    zip = models.UUIDField(null=True, help_text="of the whole file: both files with the letters and the evidence")
    token = models.UUIDField(unique=True, help_text="of the page: one page makes one export")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="one_export_per_number")]
