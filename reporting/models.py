"""A report, what the reporter was told, and the coded facts that the report leaves for the figures."""

import uuid
from datetime import date, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from organisations.codes import Code, code_list
from organisations.models import DutyShift, Organisation, Person


class Report(models.Model):
    """One report. Its words are sealed in the vault under `case`; here is only what must be in the clear.

    An anonymous report keeps the week of its receipt and nothing finer (docs/decisions/week-not-moment.md).
    """

    class Lane(models.TextChoices):
        """Which way a report takes to its readers (reporting/form/lanes.py)."""

        NORMAL = "normal"
        QUARANTINE = "quarantine"
        PROPOSED = "proposed"  # one person says that it is no report
        SET_ASIDE = "set_aside"  # a second person said so too
        SIGNAL = "signal"  # a parked doubt: no case, until somebody makes it one

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=9, unique=True, help_text="random, of report and case; never counted up")
    case = models.UUIDField(unique=True, default=uuid.uuid4)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="reports")
    handled_by = models.ForeignKey(
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
    came_by = models.CharField(max_length=12, blank=True, help_text="of came_by; empty: the reporter sent it")
    written_at = models.DateTimeField(
        null=True, help_text="when somebody wrote it down, where that was after the day on which it came"
    )
    questions = models.CharField(max_length=16, help_text="version of the questions")
    codes = models.BinaryField(help_text="coded answers, sealed for the installation")
    token = models.BinaryField(unique=True, help_text="digest of the form: one form makes one report")
    lane = models.CharField(max_length=10, choices=Lane.choices, default=Lane.NORMAL)
    lane_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    entered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", help_text="who wrote it down for somebody else"
    )
    receipt_kept = models.BooleanField(default=False, help_text="the reporter has it: no page shows it any more")
    confirmed_on = models.DateField(null=True, help_text="when the reporter confirmed what somebody else wrote down")
    identity_shared = models.CharField(
        max_length=12, blank=True, help_text="named or confidential: given after an anonymous report"
    )
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by")

    class Meta:
        indexes = [  # the few that wait in a lane to check, among a million
            models.Index(
                fields=["lane"], condition=models.Q(lane__in=["quarantine", "proposed"]), name="report_waiting_lane"
            )
        ]

    @property
    def kind_label(self) -> Code:
        """The kind of report in words."""
        return code_list("kind")[self.kind]

    @property
    def came_by_label(self) -> Code | None:
        """How it came to who wrote it down, in words; None where the reporter sent it."""
        return code_list("came_by")[self.came_by] if self.came_by else None

    @property
    def came(self) -> datetime | date:
        """The moment at which it came, as far as it is known: of one that was written down later the day."""
        return self.received_on if self.written_at or self.received_at is None else self.received_at

    @property
    def is_anonymous(self) -> bool:
        """Whether the report was sent without a name. A name that was given later does not change it."""
        return self.known_as == "anonymous"


class Signal(models.Model):
    """A doubt that is parked: a report of the lane `signal` with a day on which people look again. It has no case, counts
    nowhere and is told to nobody; the row goes when the report becomes a case, and everything of it when it is dropped."""

    class State(models.TextChoices):
        PARKED = "parked"
        ASKED = "asked"  # one person says to drop it
        DROPPED = "dropped"  # its readers see why until it is destroyed

    report = models.OneToOneField(Report, on_delete=models.CASCADE, primary_key=True, related_name="signal")
    review_on = models.DateField()
    times = models.PositiveSmallIntegerField(default=1, help_text="how often it was parked")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PARKED)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.UUIDField(null=True, help_text="sealed text: why it is dropped or parked again")
    dropped_on = models.DateField(null=True)

    @property
    def is_open(self) -> bool:
        return self.state != self.State.DROPPED


class Told(models.Model):
    """One line of what the reporter reads in the mailbox. Written by `progress.tell` alone, never by hand."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="told")
    sequence = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=32)
    on = models.DateField()
    before = models.DateField(null=True)

    class Meta:
        ordering = ["sequence"]
        constraints = [models.UniqueConstraint(fields=["report", "sequence"], name="one_line_at_a_time")]


class Message(models.Model):
    """One message between the reporter and who handles the report, or something that the reporter asks or does.

    The words are sealed with the content. Of an anonymous reporter's message only the week is kept.
    """

    class By(models.TextChoices):
        REPORTER = "reporter"
        DESK = "desk"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="messages")
    sequence = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=8, choices=By.choices)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=16, default="message")
    on = models.DateField()
    text = models.UUIDField(help_text="sealed text of the case")
    file = models.UUIDField(null=True, help_text="a file that goes with it, sealed with the content")
    described = models.UUIDField(null=True, help_text="sealed text: name, kind, size and hash of that file")
    seen = models.BooleanField(default=False, help_text="read by the other side")
    token = models.BinaryField(unique=True, null=True, help_text="digest of the page: one page writes one message")

    class Meta:
        ordering = ["sequence"]
        constraints = [models.UniqueConstraint(fields=["report", "sequence"], name="one_message_at_a_time")]

    @property
    def kind_label(self) -> Code:
        """The kind of message in words."""
        return code_list("message_kind")[self.kind]


class Complaint(models.Model):
    """What a reporter says apart from those who handle the report: about one of them, or about how it is handled.

    Its id is the name under which its keys, its readers and its ledger stand; those of the case know nothing of it
    (reporting/complaints/complaints.py). Nothing of it is in `Message`, `Told` or the case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="complaints")
    kind = models.CharField(max_length=16, help_text="of reporting/complaints/kinds.yaml")
    handled_by = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="of who reads it, and holds its keys; where nobody is left, of the report",
    )
    on = models.DateField(help_text="the Monday of the week for anonymous reports")
    due = models.DateTimeField(
        null=True, help_text="empty until a reader first opens what has hours, of an anonymous report"
    )
    closed_on = models.DateField(null=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["on", "id"]

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


class ComplaintMessage(models.Model):
    """One message of a complaint, the complaint itself first. The words are sealed under the id of the complaint."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="messages")
    sequence = models.PositiveIntegerField()
    by = models.CharField(max_length=8, choices=Message.By.choices)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    text = models.UUIDField(help_text="sealed text of the complaint")
    seen = models.BooleanField(default=False, help_text="read by the other side")
    token = models.BinaryField(unique=True, null=True, help_text="digest of the page: one page writes one message")

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "sequence"], name="one_complaint_message_at_a_time")
        ]

    kind = "message"  # shown by the same component as the messages of a report
    kind_label = ""


class Alarm(models.Model):
    """Something that cannot wait: it rings until somebody on duty answers (cases/alarm). It holds no moment."""

    class Answer(models.TextChoices):
        """What the reporter reads that happens, once somebody answered."""

        CALLS = "calls"
        NO_NUMBER = "no_number"  # nobody can call

    class CameOf(models.TextChoices):
        REACHED = "reached"
        NOT_REACHED = "not_reached"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="alarms")
    complaint = models.ForeignKey(
        Complaint,
        on_delete=models.CASCADE,
        null=True,
        related_name="alarms",
        help_text="empty: those of the case know it",
    )
    occasion = models.UUIDField(unique=True, help_text="the report, message or complaint: each rings once")
    rounds = models.PositiveSmallIntegerField(default=0, help_text="how often it rang")
    answered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", help_text="empty: by a fixed contact outside"
    )
    answered_on = models.DateField(null=True, help_text="empty: it still rings")
    answer = models.CharField(max_length=10, blank=True, choices=Answer.choices)
    came_of = models.CharField(max_length=12, blank=True, choices=CameOf.choices, help_text="what the call came to")
    holds_key = models.BooleanField(default=False, help_text="who answered has a key of the number")

    @property
    def chain(self) -> uuid.UUID:
        """The name under which its bars and its ledger stand."""
        return self.complaint_id or self.report.case


class AlarmCall(models.Model):
    """Somebody of the duty roster who was free to be alarmed, and was. `used`: a contact outside answered by the link. `began`:
    they said to call, and nobody said yet what a call came to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="calls")
    shift = models.ForeignKey(DutyShift, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    used = models.BooleanField(default=False)
    began = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alarm", "shift"], name="one_call_for_each_shift")]


class Evidence(models.Model):
    """One piece of evidence: a file in the vault's store, or a message out of a pile. Its description is sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="evidence")
    number = models.PositiveIntegerField()
    by = models.CharField(max_length=8, default=Message.By.REPORTER)
    on = models.DateField(help_text="the Monday of the week for anonymous reports")
    described = models.UUIDField(help_text="sealed text: name, kind, size, hash")
    file = models.UUIDField(null=True)
    original = models.UUIDField(null=True, help_text="as it came, where the reporter wanted it kept")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="one_piece_per_number")]


class PingAddress(models.Model):
    """The address at which a reporter wants mails without content. It is sealed for the installation."""

    report = models.OneToOneField(Report, on_delete=models.CASCADE, primary_key=True, related_name="ping_address")
    sealed = models.BinaryField()


class Mark(models.Model):
    """A keyed digest of somebody whom a case concerns (reporting/form/persons/marks.py). It holds no name and no moment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.UUIDField()
    token = models.BinaryField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "token"], name="marked_once")]


class QuestionSet(models.Model):
    """An organisation's own wording of the questions. Kept as long as a report was made with it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="question_sets")
    number = models.PositiveSmallIntegerField()
    base = models.CharField(max_length=12, help_text="version of the questions that it changes")
    changes = models.JSONField()
    published_on = models.DateField(null=True, help_text="empty while it is being written")
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "number"], name="one_set_per_number")]


class FactIsFinal(Exception):
    """Somebody tried to change or delete what was counted."""


class Final(models.Model):
    """A row that is written once. Raises :class:`FactIsFinal` for every change."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:
        if not self._state.adding:
            raise FactIsFinal(self.pk)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs) -> tuple[int, dict[str, int]]:
        raise FactIsFinal(self.pk)


class Fact(Final):
    """One counted event: its organisation, quarter and sealed codes. It is linked with no case, person or report."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.BinaryField(unique=True, help_text="keyed digest of the event: counted once")
    population = models.CharField(max_length=8)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=7)
    codes = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["population", "period"])]


class FactCorrection(Final):
    """What a fact should have said. The fact stays as it was counted; of its corrections the last one counts."""

    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="corrections")
    codes = models.BinaryField(help_text="sealed; no codes: it should not have been counted")
    in_time = models.BooleanField(help_text="made while the quarter ran, so that it counts in its first edition")
