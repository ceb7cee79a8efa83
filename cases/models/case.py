"""A case: where it is in its protocol, its clocks and the decisions taken. Reasons are sealed in the vault."""

import uuid
from datetime import date, datetime, timedelta

from django.db import models
from django.utils import timezone
from guardian.models import UserObjectPermissionBase

from cases.protocol.clocks import ClockKind, clock_kinds
from cases.protocol.definitions import Phase, Protocol
from cases.protocol.engine import labels
from cases.protocol.installed import own_protocol, protocol
from organisations.codes import Code, code_list
from organisations.models import Organisation, Person
from reporting.models import Report


class CaseQuerySet(models.QuerySet):
    def open(self) -> "CaseQuerySet":
        return self.filter(closed_on__isnull=True)


class Case(models.Model):
    """The same identifier as the report's `case` in the vault, so that opening it twice is opening it once."""

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.CharField(max_length=9, unique=True, help_text="random, never counted up")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="cases", help_text="handles it"
    )
    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="opened_case")
    kind = models.CharField(max_length=12)
    protocol_id = models.CharField(max_length=24)
    protocol_version = models.CharField(max_length=12)
    own_protocol = models.ForeignKey(
        "OwnProtocol", on_delete=models.PROTECT, null=True, related_name="cases", help_text="empty: the national one"
    )
    phase = models.CharField(max_length=32)
    previous_phase = models.CharField(max_length=32, blank=True, help_text="where to go on after a hold")
    revision = models.PositiveIntegerField(default=0, help_text="counts decisions: shows a stale page")
    codes = models.BinaryField(help_text="coded report, outcome and path, sealed for the installation")
    started_on = models.DateField()
    closed_on = models.DateField(null=True)
    joined_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="joined", help_text="handled together with that case"
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        permissions = [("read_content", "may read the content"), ("follow_process", "may follow the process")]
        indexes = [models.Index(fields=["organisation", "closed_on"])]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def protocol(self) -> Protocol:
        if self.own_protocol_id:
            return own_protocol(self.own_protocol_id)
        return protocol(self.protocol_id, self.protocol_version)

    @property
    def phase_data(self) -> Phase:
        return self.protocol.phases[self.phase]

    def handled_with(self) -> list[uuid.UUID]:
        """The cases that are decided together with this one."""
        lead = self.joined_to_id or self.id
        every = Case.objects.filter(models.Q(joined_to=lead) | models.Q(id=lead)).exclude(id=self.id)
        return list(every.values_list("id", flat=True))

    @property
    def kind_label(self) -> Code:
        return code_list("kind")[self.kind]


class CaseUserObjectPermission(UserObjectPermissionBase):
    """Guardian's rows with a direct foreign key; written only by `cases.access`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content_object = models.ForeignKey(Case, on_delete=models.CASCADE)


class ClockQuerySet(models.QuerySet):
    def pending(self) -> "ClockQuerySet":
        return self.filter(met_at__isnull=True, waived=False)

    def running(self) -> "ClockQuerySet":
        """Those that ask something now. In a joined case only those of the law and those towards its reporter."""
        return self.pending().filter(_asks(), paused_at=None)

    def fell_due(self, now: datetime) -> "ClockQuerySet":
        """Those that asked something until a moment before `now`, done or not. A clock that was met before it had a due
        moment fell due when it was met."""
        met = models.Q(met_at__isnull=False) & (models.Q(due=None) | models.Q(due__lt=now))
        unmet = models.Q(_asks(), met_at=None, due__lt=now)
        return self.filter(met | unmet, waived=False, paused_at=None)


def _asks() -> models.Q:
    own = {"ack", "feedback", "aftercare"}
    stay = [code for code, kind in clock_kinds().items() if kind.statutory or kind.group in own]
    return models.Q(case__joined_to=None) | models.Q(code__in=stay)


class Clock(models.Model):
    """Something that must be done before a moment. Met, missed and waived follow from the dates."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clocks")
    code = models.CharField(max_length=24)
    due = models.DateTimeField(
        null=True,
        help_text="empty until a handler first opens an anonymous report (hour clocks), or until the day of the meeting is known",
    )
    opens = models.DateTimeField(null=True, help_text="not to be done before, where the law says so")
    extended = models.PositiveSmallIntegerField(default=0, help_text="how often")
    paused_at = models.DateTimeField(null=True, help_text="waits since then; what was left is left")
    met_at = models.DateTimeField(null=True)
    waived = models.BooleanField(default=False)

    objects = ClockQuerySet.as_manager()

    class Meta:
        ordering = [models.F("due").asc(nulls_last=True), "code"]

    @property
    def kind(self) -> ClockKind:
        return clock_kinds()[self.code]

    @property
    def is_running(self) -> bool:
        return self.met_at is None and not self.waived

    @property
    def waits_for_date(self) -> bool:
        return self.due is None and self.kind.unit == "meeting"

    @property
    def is_near(self) -> bool:
        """Due within a day."""
        return self.due is not None and self.due - timezone.now() < timedelta(days=1)

    @property
    def fell_due_on(self) -> date:
        """The day on which it fell due or falls due. Ask it only of a clock that has a due moment or was met."""
        moment = self.due or self.met_at
        if moment is None:
            raise ValueError(f"{self.code} has not fallen due")
        return timezone.localdate(moment)

    def is_missed(self, now: datetime | None = None) -> bool:
        return (
            not self.waived
            and self.due is not None
            and (self.met_at or self.paused_at or now or timezone.now()) > self.due
        )


class ClockChange(models.Model):
    """What somebody did with a clock by hand. `reason` is a sealed text in the compartment `file`."""

    class What(models.TextChoices):
        STARTED = "started"
        EXTENDED = "extended"
        DATED = "dated"
        DONE = "done"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="changes")
    what = models.CharField(max_length=8, choices=What.choices)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    reason = models.UUIDField()

    class Meta:
        ordering = ["made_at"]


class CaseDecision(models.Model):
    """One decision. `reason` is a sealed text in the compartment `file`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    sequence = models.PositiveIntegerField()
    code = models.CharField(max_length=32)
    phase = models.CharField(max_length=32)
    following = models.CharField(max_length=32)
    track = models.CharField(max_length=24, blank=True, help_text="empty: a decision about the phases")
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    reason = models.UUIDField()
    details = models.UUIDField(null=True, help_text="sealed text: what was asked beside the reason")

    class Meta:
        ordering = ["sequence"]
        constraints = [models.UniqueConstraint(fields=["case", "sequence"], name="one_decision_at_a_time")]

    @property
    def label(self) -> str:
        return labels(self.case.protocol).get(self.code, self.code)
