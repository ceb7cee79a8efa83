"""What a decision leaves behind: records with fields, and the proposal that waits for a second person. Words are sealed."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.models.bundle import BundleEntry
from cases.models.case import Case, CaseDecision, decision_words
from cases.models.party import Party
from cases.models.requests.request import TwoPersonRequest
from organisations.models import WORKING, Assignment, Person


class RecordQuerySet(models.QuerySet):
    """Records by whether they still run."""

    def running(self) -> "RecordQuerySet":
        """Those of which nobody said yet what they came to, also past their last day: only somebody, or the reply of its person,
        ends a record."""
        return self.filter(came_to="")


class CaseRecord(models.Model):
    """One filled-in form of records.yaml, made by a decision. Its fields are sealed; what it came to stands beside."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="records")
    decision = models.ForeignKey(CaseDecision, on_delete=models.CASCADE, related_name="records")
    form = models.CharField(max_length=24, help_text="a form of records.yaml")
    number = models.PositiveSmallIntegerField(help_text="in its decision, from 1")
    words = models.UUIDField(help_text="sealed text of the file: {field: answer}")
    until = models.DateField(null=True, help_text="the last day, where the form asks one")
    review_on = models.DateField(null=True, help_text="the day on which it is looked at, where the form asks one")
    hear_by = models.DateField(null=True, help_text="the last day of its own deadline, where it has one")
    about = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="told_of", help_text="the record that it names"
    )
    attended = models.BooleanField(
        null=True, help_text="of a hearing: whether the person was heard, and not only invited; empty for anything else"
    )
    came_to = models.CharField(max_length=12, blank=True, help_text="a code of the form; empty while it runs")
    ended_on = models.DateField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    holder = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="who looks after it when its case has closed, as two people said",
    )
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, related_name="records", help_text="whom it, or its decision, names"
    )
    answer = models.ForeignKey(
        BundleEntry, on_delete=models.PROTECT, null=True, related_name="+", help_text="of the party, by which it ended"
    )

    objects = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["decision__sequence", "number"]
        constraints = [models.UniqueConstraint(fields=["decision", "number"], name="one_record_per_number")]

    @property
    def runs(self) -> bool:
        """Of one record what :meth:`RecordQuerySet.running` says of many."""
        return self.came_to == ""

    @property
    def is_held(self) -> bool:
        """Whether who looks after it, now that it was handed on, still works its case."""
        held = Assignment.objects.holding().filter(case=self.case_id, person=self.holder_id, relation__in=WORKING)
        return self.holder_id is not None and held.exists()


class RecordChange(models.Model):
    """What somebody did with a record that ran: ended it, gave it a later last day, or handed it on. The words are sealed."""

    class What(models.TextChoices):
        ENDED = "ended"
        EXTENDED = "extended"
        HANDED_ON = "handed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(CaseRecord, on_delete=models.CASCADE, related_name="changes")
    what = models.CharField(max_length=8, choices=What.choices)
    until = models.DateField(null=True, help_text="the new last day")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    words = models.UUIDField(help_text="sealed text of the file: {field: answer}")

    class Meta:
        ordering = ["made_at"]


class HandingOn(TwoPersonRequest):
    """Somebody asks that one person looks after a record when its case has closed; a second person agrees."""

    ends_with_case = False

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="handings_on")
    record = models.ForeignKey(CaseRecord, on_delete=models.CASCADE, related_name="handings_on")
    whom = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    words = models.UUIDField(help_text="sealed text of the file: to whom and why")

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["record"], condition=Q(state="asked"), name="one_handing_on_asked_for_each_record"
            )
        ]


class Proposal(TwoPersonRequest):
    """A decision that somebody prepared and that counts when a second person agrees."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="proposals")
    code = models.CharField(max_length=32)
    words = models.UUIDField(help_text="sealed text of the file: everything that the decision keeps")
    revision = models.PositiveIntegerField(default=0, help_text="that of the case when it was made")
    answer = models.UUIDField(null=True, help_text="sealed text of the file: what was said with the answer")
    answer_seen = models.BooleanField(default=False, help_text="who made it saw what became of it")

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["case", "code"], condition=Q(state="asked"), name="one_proposal_at_a_time")
        ]

    @property
    def label(self) -> str:
        return decision_words(self.case.protocol, self.code)
