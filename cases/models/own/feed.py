"""The private address of somebody's calendar of deadlines. Only a keyed digest of it is kept."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation, Person


class CalendarFeed(models.Model):
    """The address of one person in one organisation, and what they chose to see in it."""

    class Alarm(models.TextChoices):
        NONE = "none", _("No alarm")
        HOUR = "hour", _("One hour before")
        DAY = "day", _("One day before")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    token = models.BinaryField(unique=True)
    made_on = models.DateField()
    fetched_on = models.DateField(null=True, help_text="the last day: one event of the ledger a day")
    alarm = models.CharField(max_length=4, choices=Alarm.choices, default=Alarm.NONE)
    shows_number = models.BooleanField(default=False, help_text="the number of the case, and nothing else of it")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "organisation"], name="one_feed_per_person")]
