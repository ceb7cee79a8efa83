"""Editions: what was published, with its proof. What is stored is the truth: it is never computed again."""

import gzip
import uuid
from functools import cached_property

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Replace
from django.utils import timezone

from monitor.rules.periods import REVISION, is_quarter, is_revision, period_of
from organisations.models import Person


class EditionIsFinal(Exception):
    """What was published is never changed: a correction is a new edition."""


class EditionQuerySet(models.QuerySet):
    def public(self) -> "EditionQuerySet":
        """The editions that everybody may see: published, withdrawn, or under an embargo that is over. Nobody has to end
        an embargo by hand."""
        over = Q(status=Edition.Status.EMBARGOED, embargo_until__lte=timezone.now())
        return self.filter(Q(status__in=[Edition.Status.PUBLISHED, Edition.Status.WITHDRAWN]) | over)

    def standing(self) -> "EditionQuerySet":
        """The public editions that are in force: not withdrawn, and of a revised year only the revision."""
        public = self.public().exclude(status=Edition.Status.WITHDRAWN)
        revised = public.filter(id__endswith=REVISION).annotate(year=Replace("id", Value(REVISION)))
        return public.exclude(id__in=revised.values("year"))

    def quarterly(self) -> "EditionQuerySet":
        """The editions of a quarter."""
        return self.filter(id__contains="-Q")

    def yearly(self) -> "EditionQuerySet":
        """The editions of a year, revisions too."""
        return self.exclude(id__contains="-Q")

    def released(self) -> "EditionQuerySet":
        """Every edition that is or will be out. A new edition is proven safe beside all of these."""
        return self.exclude(status=Edition.Status.DRAFT)

    def ahead(self) -> "EditionQuerySet":
        """The editions under an embargo that still runs: only the ministry's own API clients may read them."""
        return self.filter(status=Edition.Status.EMBARGOED, embargo_until__gt=timezone.now())


class Edition(models.Model):
    """Protected tables of one period."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        EMBARGOED = "embargoed"
        PUBLISHED = "published"
        WITHDRAWN = "withdrawn"

    id = models.CharField(primary_key=True, max_length=12)
    number = models.PositiveIntegerField(unique=True)
    cut_off_date = models.DateField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    built_at = models.DateTimeField(default=timezone.now)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    released_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    embargo_until = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.TextField(blank=True)
    method = models.CharField(max_length=24)
    base = models.PositiveSmallIntegerField()
    software_version = models.CharField(max_length=24)
    counted_since = models.CharField(max_length=4, blank=True, help_text="the first year in which anything was counted")
    rests_on = models.JSONField(default=list, help_text="the editions that were in the attacker's hands")
    audit = models.JSONField(default=dict, help_text="what was proven, as the contract has it")
    manifest = models.JSONField(default=dict, help_text="SHA-256 of each file of the archive")
    signature = models.BinaryField(default=bytes, help_text="Ed25519 over the manifest")

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft") | Q(released_by__isnull=False) & ~Q(released_by=F("proposed_by")),
                name="two_people_release_an_edition",
            )
        ]

    # {status: the fields that may still change in this status}
    _MAY_CHANGE = {
        Status.DRAFT: {"status", "released_by", "embargo_until", "published_at"},
        Status.EMBARGOED: {"status", "released_by", "embargo_until"},
        Status.PUBLISHED: {"status", "withdrawn_at", "withdrawn_because"},
        Status.WITHDRAWN: set(),
    }

    _PUBLIC = {Status.PUBLISHED, Status.WITHDRAWN}

    @property
    def period(self) -> str:
        """The year or quarter that the edition is about; the revision "2026-r2" is about "2026"."""
        return period_of(self.id)

    @property
    def is_quarterly(self) -> bool:
        return is_quarter(self.id)

    @cached_property
    def revised_by(self) -> str:
        """The id of the public revision of this year; empty where the year was not revised."""
        revision = self.id + REVISION
        is_year = not self.is_quarterly and not is_revision(self.id)
        return revision if is_year and Edition.objects.standing().filter(id=revision).exists() else ""

    @property
    def status_now(self) -> str:
        """The status as everybody sees it: an edition whose embargo is over counts as published."""
        if self.status == self.Status.EMBARGOED and self.embargo_until and self.embargo_until <= timezone.now():
            return self.Status.PUBLISHED
        return self.status

    @property
    def public_since(self):
        """The moment from which everybody could see the edition; None as long as nobody can."""
        return self.published_at or (self.embargo_until if self.status_now in self._PUBLIC else None)

    def save(self, *args, update_fields=None, **kwargs) -> None:
        """Raises :class:`EditionIsFinal` when a field changes that is final in the stored status."""
        if not self._state.adding:
            stored = Edition.objects.get(pk=self.pk)
            changed = {
                field.attname.removesuffix("_id")
                for field in self._meta.concrete_fields
                if getattr(stored, field.attname) != getattr(self, field.attname)
            }
            if changed - self._MAY_CHANGE[Edition.Status(stored.status_now)]:
                raise EditionIsFinal(self.id)
        super().save(*args, update_fields=update_fields, **kwargs)

    def delete(self, *args, **kwargs) -> tuple[int, dict[str, int]]:
        """Raises :class:`EditionIsFinal` for everything but a draft."""
        if Edition.objects.get(pk=self.pk).status != Edition.Status.DRAFT:
            raise EditionIsFinal(self.id)
        return super().delete(*args, **kwargs)


class PartOfEdition(models.Model):
    """A row that is written together with its edition and never changed. Raises :class:`EditionIsFinal` on a change."""

    edition_id: str

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:
        if not self._state.adding:
            raise EditionIsFinal(self.edition_id)
        super().save(*args, **kwargs)


class EditionTable(PartOfEdition):
    """One table of an edition: rows of codes (in the order of the table's dimensions) with the published value."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="stored")
    table = models.CharField(max_length=4)
    rows = models.JSONField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["edition", "table"], name="one_table_per_edition")]


class EditionProof(PartOfEdition):
    """The witnesses of an edition as gzipped CSV, and the catalogue with which they prove something."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="proof")
    witnesses = models.BinaryField()
    catalogue = models.BinaryField(help_text="catalogue.json of that day, gzipped")

    @cached_property
    def catalogue_file(self) -> bytes:
        """The catalogue.json with which the edition was proven."""
        return gzip.decompress(bytes(self.catalogue))


class EditionProfile(PartOfEdition):
    """How many organisations took part when an edition was built, and how many people held each function.

    The numbers are counted once (monitor/editions/profiles.py) and kept, because profiles change and published figures do
    not."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="profile")
    numbers = models.JSONField(help_text="{indicator or denominator: {code: number, or null where it is not known}}")


class EditionBuild(models.Model):
    """A request to build an edition, with its state. A build that was interrupted uses the tallies that are kept."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    period = models.CharField(max_length=12)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    why = models.TextField(blank=True, help_text="the reason of a refusal, in words; never a number")

    class Meta:
        ordering = ["-asked_at"]


class Revision(models.Model):
    """The judgement on the corrections of a year: whether they are enough for a revision, and which of them count."""

    year = models.CharField(max_length=4, unique=True)
    until = models.BigIntegerField(help_text="the newest correction that counts")
    is_enough = models.BooleanField()
    judged_on = models.DateField()


class OrganisationCodesOfYear(models.Model):
    """The layer, province and size class under which each organisation counts in the figures of a year.

    They are written down when the year is first built. Every later draft and the revision use the same codes: if an
    organisation moved to another size class meanwhile, the difference of two editions would show its counts."""

    year = models.CharField(max_length=4, unique=True)
    codes = models.JSONField(help_text="{organisation: {dimension: code} for layer, province and size class}")


class Tally(models.Model):
    """The counts of one quarter and population. They are not protected yet, so they are sealed with the secret of the
    period and nobody can read them."""

    period = models.CharField(max_length=12)
    population = models.CharField(max_length=8)
    quarter = models.CharField(max_length=7)
    catalogue = models.CharField(max_length=64, default="", help_text="SHA-256 of the one whose cells were counted")
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "population", "quarter"], name="one_tally_per_part")]
