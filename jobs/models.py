import uuid
from datetime import timedelta

from django.db import models
from django.utils import timezone

from jobs.queues import CASES, QUEUES, Queue

LEASED = timedelta(minutes=3)  # no lease ends later
PUT_OFF = timedelta(hours=1)  # nor is what fails put off for longer


class JobQuerySet(models.QuerySet["Job"]):
    def of_queue(self, queue: Queue) -> "JobQuerySet":
        """The work that waits in this queue."""
        if queue is CASES:  # it has whatever no other queue names
            others = [kind for other in QUEUES.values() for kind in other.kinds]
            return self.exclude(kind__in=others)
        return self.filter(kind__in=queue.kinds)

    def waiting(self) -> "JobQuerySet":
        """What is due and not done."""
        return self.filter(state="open", due__lte=timezone.now())

    def failing(self) -> "JobQuerySet":
        """What was tried and is tried again."""
        return self.filter(state="open").exclude(error="")


class Job(models.Model):
    """Work that must happen after a commit. The row is the truth; Redis only tells a worker to look.

    It holds identifiers only and no time of creation: `due` is a slot or the start of the week, never the moment. While it
    fails, `due` is a full minute or hour of the clock, `attempts` stops at the longest wait, and no row tells when it began.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=48)
    target = models.UUIDField(null=True)
    key = models.CharField(max_length=120, unique=True)
    due = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=5,
        default="open",
        choices=[("open", "open"), ("done", "done"), ("dead", "taken out by an operator")],
    )
    error = models.CharField(
        max_length=80, blank=True, help_text="why it last failed: a class and its place, or a service; never a text"
    )

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "due"])]

    @property
    def aim(self) -> uuid.UUID:
        """The target, for work that cannot be done without one. Raises ValueError where there is none."""
        if self.target is None:
            raise ValueError(f"a job of kind {self.kind} needs a target")
        return self.target

    @classmethod
    def claimable(cls) -> JobQuerySet:
        """What a worker may do now: open, due, and not leased by another worker; the longest due first. A lease or a wait
        that ends later than any can was written while the clock was ahead, and counts as over."""
        now = timezone.now()  # not the database's: SQLite's has milliseconds only
        free = models.Q(lease_until=None) | models.Q(lease_until__lt=now) | models.Q(lease_until__gt=now + LEASED)
        due = models.Q(due__lte=now) | (~models.Q(error="") & models.Q(due__gt=now + PUT_OFF))
        return cls.objects.filter(free, due, state="open").order_by("due", "id")


class Fault(models.Model):
    """A cause for which work fails: one row, however much of it there is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cause = models.CharField(max_length=80, unique=True, help_text="as `Job.error`")
    since = models.DateField(help_text="a day: the moment could be that of an anonymous report")
    tries = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(
        help_text="of a service: nobody asks it before; else when one of its jobs tries again"
    )

    @classmethod
    def to_be_tried(cls) -> models.QuerySet["Fault"]:
        """Those whose moment has come, or lies further ahead than any can: then the clock was ahead."""
        now = timezone.now()
        return cls.objects.filter(models.Q(retry_at__lte=now) | models.Q(retry_at__gt=now + PUT_OFF))


class Heartbeat(models.Model):
    """When a worker last looked at a queue, to the half minute. It is overwritten all day long."""

    queue = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
