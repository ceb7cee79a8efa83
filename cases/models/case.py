"""A case: where it is in its protocol, and the decisions taken. Reasons are sealed in the vault."""

import uuid

from django.db import models
from django.utils import timezone
from guardian.models import UserObjectPermissionBase

from cases.models.own.protocol import own_protocol
from cases.protocol.definitions import Phase, Protocol
from cases.protocol.engine import labels
from cases.protocol.installed import defaults, protocol
from organisations.codes import Code, code_list
from organisations.models import Organisation, Person
from reporting.models import Report


class CaseQuerySet(models.QuerySet):
    """Cases by how far they are."""

    def open(self) -> "CaseQuerySet":
        return self.filter(closed_on__isnull=True)


class Case(models.Model):
    """A case. Its identifier is that of the report's `case` in the vault, so that opening it twice is opening it once."""

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
    reopened_on = models.DateField(null=True, help_text="when it was last opened again; stays when it closes once more")
    read_on = models.DateField(null=True, help_text="when somebody who handles it first read it")
    joined_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="joined", help_text="handled together with that case"
    )

    registered_on = models.DateField(null=True, help_text="dates what the figures count of it; empty before")
    is_counted = models.BooleanField(
        default=True, help_text="false: it leaves no facts any more (cases/counting/facts.py)"
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        permissions = [("read_content", "may read the content"), ("follow_process", "may follow the process")]
        indexes = [models.Index(fields=["organisation", "closed_on"])]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def before_opening(cls, report: Report) -> "Case":
        """The case that a report is not yet, never saved: to ask of it what is asked of cases."""
        at = report.handled_by or report.organisation
        return cls(id=report.case, number=report.number, organisation=at, report=report, kind=report.kind)

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def is_opened(self) -> bool:
        """Whether it is kept: false for one of :meth:`before_opening`."""
        return not self._state.adding

    @property
    def protocol(self) -> Protocol:
        """The protocol that the case runs, of the version with which it began or to which it was moved."""
        if self.own_protocol_id:
            return own_protocol(self.own_protocol_id)
        return protocol(self.protocol_id, self.protocol_version)

    @property
    def phase_data(self) -> Phase:
        return self.protocol.phases[self.phase]

    def together(self) -> CaseQuerySet:
        """This case and those that are decided together with it."""
        lead = self.joined_to_id or self.id
        return Case.objects.filter(models.Q(joined_to=lead) | models.Q(id=lead))

    def ids_together(self) -> list[uuid.UUID]:
        """The identifiers of :meth:`together`. One query."""
        return list(self.together().values_list("id", flat=True))

    @property
    def kind_label(self) -> Code:
        return code_list("kind")[self.kind]


def decision_words(running: Protocol, code: str) -> str:
    """The words of a decision. A case of another kind has decisions of another protocol too."""
    of_others = (labels(other) for other in defaults().values())
    return next((words[code] for words in (labels(running), *of_others) if code in words), code)


class CaseUserObjectPermission(UserObjectPermissionBase):
    """Guardian's rows with a direct foreign key. Only `cases.desk.access` writes them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content_object = models.ForeignKey(Case, on_delete=models.CASCADE)


class CaseDecision(models.Model):
    """One decision. `reason` is the id of a sealed text in the compartment `file`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    sequence = models.PositiveIntegerField()
    code = models.CharField(max_length=32)
    phase = models.CharField(max_length=32)
    following = models.CharField(max_length=32)
    track = models.CharField(max_length=24, blank=True, help_text="empty: a decision about the phases")
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(
        default=timezone.now, help_text="when the deed was done; dates the deadlines it meets"
    )
    agreed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", help_text="who agreed, where two people decide"
    )
    reason = models.UUIDField()
    details = models.UUIDField(null=True, help_text="sealed text: what was asked beside the reason")
    party = models.ForeignKey(
        "cases.Party", on_delete=models.PROTECT, null=True, related_name="decisions", help_text="whom the deed names"
    )

    class Meta:
        ordering = ["sequence"]
        constraints = [models.UniqueConstraint(fields=["case", "sequence"], name="one_decision_at_a_time")]

    @property
    def label(self) -> str:
        return decision_words(self.case.protocol, self.code)


class CaseTrack(models.Model):
    """The state of one track of a case. A track without a row is in its first state."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tracks")
    track = models.CharField(max_length=24)
    state = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "track"], name="one_state_per_track")]
