"""What people who work a case write down for themselves, and what they still have to do. The words are sealed."""

import uuid

from django.db import models
from django.utils import timezone

from cases.models.case import Case
from organisations.models import Person


class Note(models.Model):
    """A note never changes: one that is wrong is struck out and stays readable."""

    class Kind(models.TextChoices):
        NOTE = "note"
        CONTACT = "contact"  # with reporter, victim, police or somebody else
        COUNT = "count"  # why what was counted is put right

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    text = models.UUIDField(help_text="sealed text of the file")
    struck_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    token = models.UUIDField(unique=True, help_text="of the page: one page writes one note")

    class Meta:
        ordering = ["-made_at"]


class Todo(models.Model):
    """Something to do in a case, for a person who works it or for whoever comes first."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="todos")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    whom = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    due = models.DateField(null=True)
    text = models.UUIDField(help_text="sealed text of the file")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    token = models.UUIDField(unique=True)

    class Meta:
        ordering = ["done_at", models.F("due").asc(nulls_last=True), "made_at"]
