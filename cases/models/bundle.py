"""What somebody outside may read of a case, under keys of its own."""

import uuid

from django.db import models
from django.utils import timezone

from cases.models.case import Case
from cases.models.party import Party
from organisations.models import Organisation, Person


class BundleQuerySet(models.QuerySet):
    """Bundles by whether they can be read today."""

    def readable(self) -> "BundleQuerySet":
        return self.filter(ended_on=None, until__gte=timezone.localdate())


class Bundle(models.Model):
    """Copies of named papers for one person of the case, and what is written there by both sides.

    Its id is the name under which its keys stand. The person reads it with a code; who reads the file of the case opens it
    with a second code that is sealed in the file (`desk_code`), so that it follows whoever works the case. Nothing in it
    names the case, the reporter or an account. It keeps days and no moments.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="bundles")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="bundles")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", help_text="holds its keys"
    )
    purpose = models.UUIDField(help_text="sealed text of the bundle: why this person reads these papers")
    desk_code = models.UUIDField(help_text="sealed text of the file: the code of who works the case")
    reader = models.UUIDField(help_text="the key pair of the person")
    until = models.DateField(help_text="the last day on which it can be read")
    is_taken = models.BooleanField(default=False, help_text="the person replaced the code that we sent by their own")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_on = models.DateField(default=timezone.localdate)
    ended_on = models.DateField(null=True)

    objects = BundleQuerySet.as_manager()

    class Meta:
        ordering = ["made_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["party"], condition=models.Q(ended_on=None), name="one_bundle_for_each_party"
            )
        ]

    @property
    def is_readable(self) -> bool:
        return self.ended_on is None and self.until >= timezone.localdate()

    @property
    def can_write(self) -> bool:
        """Whether either side can add something: as long as the case runs."""
        return self.is_readable and self.case.is_open


class BundlePing(models.Model):
    """The address at which a person wants mails without content about their papers page. It is sealed for the installation and
    goes with the page."""

    bundle = models.OneToOneField(Bundle, on_delete=models.CASCADE, primary_key=True, related_name="ping")
    sealed = models.BinaryField()


class BundleEntryQuerySet(models.QuerySet):
    """Entries by whether somebody still has to do something with them."""

    def asked(self) -> "BundleEntryQuerySet":
        """What a person asks and nobody answered."""
        return self.filter(kind=BundleEntry.Kind.REQUEST, answered_by=None)

    def to_answer(self) -> "BundleEntryQuerySet":
        """Of these, what who works the case answers."""
        return self.asked().exclude(answer_by=None)


class BundleEntry(models.Model):
    """One paper or message of a bundle. The words are sealed under the id of the bundle."""

    class By(models.TextChoices):
        DESK = "desk"
        PARTY = "party"

    class Kind(models.TextChoices):
        MESSAGE = "message"
        LETTER = "letter"  # a document of the case
        DRAFT = "draft"  # the own part of a draft, to which the person can reply
        REPLY = "reply"  # to a draft
        NO_REPLY = "no_reply"  # the person does not want to reply to a draft
        NEW_CODE = "new_code"  # who works the case made another code
        FILE = "file"
        REQUEST = "request"  # the person asks something of rights.yaml
        ANSWER = "answer"  # of who works the case, to a request
        ENDED = "ended"  # what the page is about has ended, for who asked to be told

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bundle = models.ForeignKey(Bundle, on_delete=models.CASCADE, related_name="entries")
    sequence = models.PositiveIntegerField()
    by = models.CharField(max_length=5, choices=By.choices)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.MESSAGE)
    on = models.DateField(default=timezone.localdate)
    text = models.UUIDField(help_text="sealed text of the bundle")
    file = models.UUIDField(null=True, help_text="sealed file of the bundle")
    reply_until = models.DateField(null=True, help_text="the last day on which a draft can be replied to")
    right = models.CharField(max_length=16, blank=True, help_text="of rights.yaml: what is asked")
    answer_by = models.DateField(null=True, help_text="the last day of the term to answer what is asked")
    object_until = models.DateField(null=True, help_text="the last day to object to the decision of this letter")
    answers = models.OneToOneField("self", on_delete=models.CASCADE, null=True, related_name="answered_by")
    seen = models.BooleanField(default=False, help_text="read by the other side")
    token = models.BinaryField(unique=True, null=True, help_text="digest of the page: one page writes one entry")

    objects = BundleEntryQuerySet.as_manager()

    class Meta:
        ordering = ["sequence"]
        constraints = [models.UniqueConstraint(fields=["bundle", "sequence"], name="one_bundle_entry_at_a_time")]

    @property
    def awaits_desk(self) -> bool:
        """Whether it is something that the person asks and that who works the case did not answer yet."""
        return self.kind == self.Kind.REQUEST and self.answer_by is not None and not hasattr(self, "answered_by")
