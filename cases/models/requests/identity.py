"""Who asked to see who reported, who agreed, and on which ground the name became known. All words are sealed."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.models.case import Case
from cases.models.requests.request import TwoPersonRequest
from organisations.models import HANDLING, Organisation, Person


class Way(models.TextChoices):
    """How a name opens: at once and looked at afterwards, after a second person agreed, with consent of the reporter,
    or not at all."""

    LOOK_AFTER = "look_after"
    AGREE_FIRST = "agree_first"
    CONSENT = "consent"
    NOTHING = "nothing"


class IdentityRequest(TwoPersonRequest):
    """One person asks to see the reporter's name, with a motive. `way` is the rule of identity.yaml at the moment of
    asking."""

    class State(models.TextChoices):
        ASKED = "asked"
        OPEN = "open"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"  # by who asked, before or after the name opened
        LAPSED = "lapsed"
        OBJECTED = "objected"  # the name opened at once, and a second person objected afterwards

    agreed_state = State.OPEN

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="identity_requests")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", help_text="for which the asker works"
    )
    motive = models.CharField(max_length=12)
    way = models.CharField(max_length=12)
    words = models.UUIDField(help_text="sealed text: of the file, or of the content where the adviser must read it")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    opens_from = models.DateTimeField(null=True)
    opens_until = models.DateTimeField(null=True)  # None when it opened by the case page: as long as the case is open
    opened = models.BooleanField(default=False)
    holds_copy = models.BooleanField(default=False, help_text="of the key: to be taken back")
    token = models.UUIDField(unique=True, help_text="of the page: one page makes one request")

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "asked_by"], condition=Q(state="asked"), name="one_identity_request_at_a_time"
            )
        ]

    @property
    def answering(self) -> frozenset[str]:
        """With consent of the reporter the confidential adviser answers, who holds the name."""
        return frozenset({"adviser"}) if self.way == Way.CONSENT else HANDLING


class IdentityRelease(models.Model):
    """The name of a confidential reporter became known to one person more: on which ground, and what the reporter was
    told (Wbk 1a lid 3)."""

    class Ground(models.TextChoices):
        CONSENT = "consent"
        LEGAL_DUTY = "legal_duty"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.OneToOneField(IdentityRequest, on_delete=models.CASCADE, related_name="release")
    ground = models.CharField(max_length=10, choices=Ground.choices)
    consent_by = models.CharField(max_length=8, blank=True, help_text="how the reporter said yes")
    words = models.UUIDField(help_text="sealed text of the content: {legal_source, reasons, not_told_because}")
    told_on = models.DateField(null=True, help_text="empty: the reporter does not know yet, the ground is sealed")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
