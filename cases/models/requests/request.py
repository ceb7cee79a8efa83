"""What one person asks in a case and a second person answers: the fields that every such request has."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from organisations.models import HANDLING, Person


class TwoPersonRequest(models.Model):
    """Somebody asks something in a case, and it counts when a second person agrees. Each kind says what is asked, and in
    which `case`. The verbs stand in cases/desk/two_people.py."""

    class State(models.TextChoices):
        ASKED = "asked"
        AGREED = "agreed"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"  # by who asked
        LAPSED = "lapsed"  # the case ended before anybody answered

    agreed_state: ClassVar[str] = State.AGREED
    ends_with_case: ClassVar[bool] = True  # false: it can also be asked and answered after the case was closed

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    answered_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="the second person, or who took it back",
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def answering(self) -> frozenset[str]:
        """The relations to the case of which one answers the request."""
        return HANDLING
