"""A report, what its reporter was told, and the coded facts that it leaves for the figures."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from organisations.codes import Code, code_list
from organisations.models import Organisation


class Report(models.Model):
    """One report. Its words are sealed in the vault under `case`; here is only what must be in the clear.

    An anonymous report keeps the week of its receipt and nothing finer (security.md section 3).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.UUIDField(unique=True, default=uuid.uuid4)
    place = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="reports")
    handling = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="empty: nobody was left to handle it",
    )
    kind = models.CharField(max_length=12)
    known_as = models.CharField(max_length=12)
    received_on = models.DateField(_("received"), help_text="the Monday of the week for anonymous reports")
    received_at = models.DateTimeField(null=True, help_text="empty for anonymous reports")
    questions = models.CharField(max_length=12, help_text="version of the questions")
    codes = models.BinaryField(help_text="coded answers, sealed for the installation")
    token = models.BinaryField(unique=True, help_text="digest of the form: one form makes one report")

    @property
    def kind_label(self) -> Code:
        return code_list("kind")[self.kind]

    @property
    def is_anonymous(self) -> bool:
        return self.known_as == "anonymous"


class Told(models.Model):
    """One line of what the reporter reads in the mailbox. Written by `progress.tell`, never by hand."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="told")
    sequence = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=32)
    on = models.DateField()
    before = models.DateField(null=True)

    class Meta:
        ordering = ["sequence"]
        constraints = [models.UniqueConstraint(fields=["report", "sequence"], name="one_line_at_a_time")]


class Fact(models.Model):
    """One counted event: where and in which quarter, with sealed codes. No case, person or report leads to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.BinaryField(unique=True, help_text="keyed digest of the event: counted once")
    population = models.CharField(max_length=8)
    place = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=7)
    codes = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["population", "period"])]
