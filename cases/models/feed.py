"""The private address of somebody's calendar of deadlines. Only a keyed digest of it is kept."""

import uuid

from django.db import models

from organisations.models import Organisation, Person


class CalendarFeed(models.Model):
    """The address of one person in one organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    token = models.BinaryField(unique=True)
    made_on = models.DateField()
    fetched_on = models.DateField(null=True, help_text="the last day: one event of the ledger a day")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "organisation"], name="one_feed_per_person")]
