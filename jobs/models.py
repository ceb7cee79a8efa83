import uuid

from django.db import models
from django.utils import timezone


class Job(models.Model):
    """Work that must happen after a commit. The row is the truth; Redis only tells a worker to look.

    It holds identifiers only and no time of creation: `due` is a slot or the start of the week, never the moment.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=48)
    target = models.UUIDField(null=True)
    key = models.CharField(max_length=120, unique=True)
    due = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=5, default="open", choices=[("open", "open"), ("done", "done"), ("dead", "dead")]
    )
    error = models.CharField(max_length=80, blank=True, help_text="class of the last exception, never its text")

    class Meta:
        indexes = [models.Index(fields=["state", "due"])]

    @property
    def aim(self) -> uuid.UUID:
        """The target, for work that cannot be done without one. Raises ValueError where there is none."""
        if self.target is None:
            raise ValueError(f"a job of kind {self.kind} needs a target")
        return self.target

    @classmethod
    def claimable(cls) -> models.QuerySet["Job"]:
        """What a worker may do now: open, due, and not leased by another worker; the longest due first."""
        now = timezone.now()  # not the database's: SQLite's has milliseconds only
        free = models.Q(lease_until__isnull=True) | models.Q(lease_until__lt=now)
        return cls.objects.filter(free, state="open", due__lte=now).order_by("due", "id")
