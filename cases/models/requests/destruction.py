"""That everything of a case is destroyed: asked by one, agreed by another. The row goes with the case."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.requests.request import TwoPersonRequest


class Ground(models.TextChoices):
    """Why something is destroyed; kept in the tombstone as its code. From 0.10.0 on codes never change."""

    RETENTION = "retention", _("the time for which it is kept is over")
    ERASURE = "erasure", _("somebody has a right that it is erased (AVG 17)")
    ORDER = "order", _("a court or the supervisor ordered it")
    SIGNAL = "signal", _("a signal that was dropped")


class Destruction(TwoPersonRequest):
    """Somebody asks that a case is destroyed; a second person decides."""

    ends_with_case = False

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="destructions")
    ground = models.CharField(max_length=12, choices=Ground.choices)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(state="asked"), name="one_destruction_asked_at_a_time"
            )
        ]
