"""What an administrator asks outside any case, and a second person agrees with."""

import uuid

from django.db import models
from django.utils import timezone


class EndAsked(models.Model):
    """An administrator asks that a role, a function or a sign-in ends; a second person agrees by doing the same."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    what = models.CharField(max_length=48, unique=True, help_text="role, function or sign_in, and the row")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(
        "organisations.Person", on_delete=models.CASCADE, related_name="+", help_text="whom it is about"
    )
    asked_by = models.ForeignKey("organisations.Person", on_delete=models.CASCADE, related_name="+")
    asked_on = models.DateField(default=timezone.localdate)


class DutyAsked(models.Model):
    """An administrator asks that a fixed contact outside, who has no account, comes on the duty roster, or that whoever has
    a row on it (`shift`), also with an account, goes off; a second person agrees. Nobody changes a request: who asks again
    makes another one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.CASCADE, related_name="+")
    asked_by = models.ForeignKey("organisations.Person", on_delete=models.CASCADE, related_name="+")
    asked_on = models.DateField(default=timezone.localdate)
    name = models.CharField(max_length=120)
    email = models.EmailField()
    shift = models.ForeignKey("organisations.DutyShift", on_delete=models.CASCADE, null=True, related_name="+")

    person = person_id = None  # whoever goes off the roster may agree with it, so this is about nobody


class NameAsked(models.Model):
    """An administrator asks that somebody who can handle, guard or count reports is known by another name. The names are
    those of people at work, which administrators enter, so they are kept as they are; a second person decides."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField("organisations.Person", on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.CASCADE, related_name="+")
    asked_by = models.ForeignKey("organisations.Person", on_delete=models.CASCADE, related_name="+")
    asked_on = models.DateField(default=timezone.localdate)
    names = models.JSONField(help_text="{parts, former}")
    seen = models.CharField(max_length=64, help_text="the fingerprint of the names as they were then")
