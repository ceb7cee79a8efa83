"""Whom an organisation calls at the police, and the word that both know."""

from django.db import models

from organisations.models import Organisation


class PoliceContact(models.Model):
    """One for each organisation. Its words are sealed for the organisation."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, primary_key=True, related_name="+")
    sealed = models.BinaryField(help_text="name, how to reach them, keyword")
