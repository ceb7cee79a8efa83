"""What the reception knows of a ban: who may not come where, until when. Nothing of the case is written in it."""

import uuid

from django.db import models

from cases.models.deed import CaseRecord
from organisations.models import Organisation


class BarredVisitor(models.Model):
    """One ban of which the letter went out. Name and place are sealed for the organisation; a new letter writes it anew, and it
    is deleted when its last day is past or the measure ended."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    record = models.OneToOneField(CaseRecord, on_delete=models.CASCADE, related_name="at_reception")
    until = models.DateField(help_text="the last day, as the letter says it")
    sealed = models.BinaryField(help_text="name and place")
