"""The deadlines of a case, and what somebody did with one of them by hand."""

import uuid
from datetime import date, datetime, timedelta

from django.db import models
from django.utils import timezone

from cases.models.case import Case
from cases.protocol.kinds.deadline_kinds import DeadlineKind, deadline_kinds, earlier_now
from organisations.models import Person


class DeadlineQuerySet(models.QuerySet):
    """Deadlines by whether they ask something."""

    def pending(self) -> "DeadlineQuerySet":
        """Those that were neither met nor waived; resting ones too."""
        return self.filter(met_at__isnull=True, waived=False)

    def running(self) -> "DeadlineQuerySet":
        """Those that ask something now. In a joined case these are only the deadlines of the law and those towards its
        reporter."""
        return self.pending().filter(_asks(), paused_at=None)

    def with_running(self) -> "DeadlineQuerySet":
        """Each with `asks_now`: whether it is one of :meth:`running`."""
        asks = models.Q(_asks(), met_at=None, waived=False, paused_at=None)
        return self.annotate(asks_now=models.ExpressionWrapper(asks, output_field=models.BooleanField()))

    def fell_due(self, now: datetime) -> "DeadlineQuerySet":
        """Those whose due moment lies before `now` while they asked something, met or not. A deadline that was met
        before it had a due moment fell due when it was met; one that was waived, only if that came before."""
        met = models.Q(met_at__isnull=False) & (models.Q(due=None) | models.Q(due__lt=now))
        unmet = models.Q(_asks(), met_at=None, due__lt=now)
        asked = models.Q(waived=False) | models.Q(waived_at__gt=models.F("due"))
        return self.filter(met | unmet, asked, paused_at=None)


def _asks() -> models.Q:
    own = {"ack", "feedback", "aftercare"}
    stay = [code for code, kind in deadline_kinds().items() if kind.statutory or kind.group in own]
    return models.Q(case__joined_to=None) | models.Q(code__in=stay)


class Deadline(models.Model):
    """Something that must be done before a moment. Whether it was met, missed or waived follows from the columns."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="deadlines")
    code = models.CharField(max_length=24)
    record = models.ForeignKey(
        "cases.CaseRecord",
        on_delete=models.CASCADE,
        null=True,
        related_name="deadlines",
        help_text="that has it for itself; empty for a deadline of the case",
    )
    due = models.DateTimeField(
        null=True,
        help_text="empty until a handler first opens an anonymous report (hour deadlines), or until the day of the meeting is known",
    )
    opens = models.DateTimeField(null=True, help_text="not to be done before, where the law says so")
    extended = models.PositiveSmallIntegerField(default=0, help_text="how often")
    dated = models.BooleanField(default=False, help_text="somebody gave the day on which it began or on which it ends")
    paused_at = models.DateTimeField(null=True, help_text="waits since then; afterwards the rest of the time is left")
    met_at = models.DateTimeField(null=True)
    waived = models.BooleanField(default=False)
    waived_at = models.DateTimeField(null=True, help_text="what fell due before still counts")

    counts = models.BooleanField(
        default=True, help_text="false: it began after its case was closed and counted, and leaves no fact"
    )

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = [models.F("due").asc(nulls_last=True), "code"]

    @property
    def kind(self) -> DeadlineKind:
        return deadline_kinds()[self.code]

    @property
    def rests_on(self) -> str:
        """What the term rests on as the protocol of its case sets it."""
        return self.kind.rested_on(self.case.protocol.deadline_lengths.get(self.code, self.kind.length))

    @property
    def is_running(self) -> bool:
        return self.met_at is None and not self.waived

    @property
    def waits_for_date(self) -> bool:
        return self.due is None and self.kind.unit == "meeting"

    @property
    def may_be_sooner(self) -> bool:
        """Whether it may have passed before its due moment: nobody said yet on which day the fact was."""
        return self.kind.since_known and not self.dated

    @property
    def once_acknowledged(self) -> datetime | None:
        """When it is due once the report is acknowledged today; None where that makes no day earlier."""
        if self.kind.at_latest is None or self.due is None or not self.is_running:
            return None
        return earlier_now(self.code, self.due, timezone.now(), self.case.protocol.deadline_lengths.get(self.code))

    @property
    def begins_by_reading(self) -> bool:
        """Whether its hours begin when somebody who handles the case first reads an anonymous report."""
        return self.due is None and self.kind.unit == "hours"

    @property
    def is_near(self) -> bool:
        """Due within a day."""
        return self.due is not None and self.due - timezone.now() < timedelta(days=1)

    @property
    def fell_due_on(self) -> date:
        """The day on which it fell due or falls due. Ask it only of a deadline that has a due moment or was met."""
        moment = self.due or self.met_at
        if moment is None:
            raise ValueError(f"{self.code} has not fallen due")
        return timezone.localdate(moment)

    def is_missed(self, now: datetime | None = None) -> bool:
        """Whether the due moment came before the deadline was met, or rested. One that was waived asks nothing more."""
        return not self.waived and self.came_late(now)

    def came_late(self, now: datetime | None = None) -> bool:
        """As :meth:`is_missed`, for the figures: what fell due before it was waived counts as missed."""
        ended = self.met_at or self.paused_at or self.waived_at or now or timezone.now()
        return self.due is not None and ended > self.due


class DeadlineChange(models.Model):
    """What somebody did with a deadline by hand. `reason` is the id of a sealed text in the compartment `file`."""

    class What(models.TextChoices):
        STARTED = "started"
        EXTENDED = "extended"
        DATED = "dated"
        DONE = "done"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, related_name="changes")
    what = models.CharField(max_length=8, choices=What.choices)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    reason = models.UUIDField()

    class Meta:
        ordering = ["made_at"]
