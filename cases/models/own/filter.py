"""A choice of the worklist that somebody keeps. Its name is sealed: it may say more about a case than a filter should."""

import uuid

from django.db import models

from organisations.models import Organisation, Person


class SavedFilter(models.Model):
    """One kept choice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="saved_filters")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField(help_text="name and choice, sealed for the installation")
