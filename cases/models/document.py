"""Documents of a case, and the organisation's own templates. All words of a document are sealed."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.models.case import Case
from cases.models.deed import CaseRecord
from organisations.models import Organisation, Person


class DocumentTemplate(models.Model):
    """One version of the organisation's own DOCX for one kind of document. It holds no data of a case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="document_templates")
    kind = models.CharField(max_length=32)
    version = models.PositiveSmallIntegerField()
    content = models.BinaryField()
    in_use = models.BooleanField(default=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "version"], name="one_template_per_version"),
            models.UniqueConstraint(
                fields=["organisation", "kind"], condition=Q(in_use=True), name="one_template_in_use_per_kind"
            ),
        ]


class CaseDocument(models.Model):
    """A document that was made. It never changes; it can be withdrawn with a reason, and then a new one is made."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="documents")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=32)
    reference = models.CharField(
        max_length=12,
        blank=True,
        help_text="what stands on it for who is not the reporter; empty: the number of the case",
    )
    template = models.ForeignKey(
        DocumentTemplate, on_delete=models.PROTECT, null=True, related_name="+", help_text="empty: the standard text"
    )
    record = models.ForeignKey(
        CaseRecord, on_delete=models.PROTECT, null=True, related_name="letters", help_text="of which it was made"
    )
    words = models.UUIDField(help_text="sealed text of the file: what was filled in")
    pdf = models.UUIDField(null=True)
    docx = models.UUIDField(null=True)
    zip = models.UUIDField(null=True, help_text="with the evidence and a list of hashes")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, help_text="to the mailbox of the reporter")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_because = models.UUIDField(null=True, help_text="sealed text of the file")
    token = models.UUIDField(unique=True, help_text="of the page: one page makes one document")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="one_document_per_number"),
            models.UniqueConstraint(
                fields=["reference"], condition=~Q(reference=""), name="one_document_per_reference"
            ),
        ]
