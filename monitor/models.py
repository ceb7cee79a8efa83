from django.db import models


class EditionIsFinal(Exception):
    """A published edition is never changed: a correction is a new edition."""


class Edition(models.Model):
    """Protected tables of one period. What is stored is the truth: it is never computed again."""

    id = models.CharField(primary_key=True, max_length=12)
    number = models.PositiveIntegerField(unique=True)
    cut_off_date = models.DateField()
    published_at = models.DateTimeField(null=True)
    status = models.CharField(
        max_length=10, choices=[(one, one) for one in ("draft", "embargoed", "published", "withdrawn")], default="draft"
    )
    method = models.CharField(max_length=24)
    base = models.PositiveSmallIntegerField()
    is_provisional = models.BooleanField(default=True)
    software_version = models.CharField(max_length=24)
    manifest = models.JSONField(help_text="SHA-256 of each table as CSV")

    class Meta:
        ordering = ["-number"]

    @property
    def is_quarterly(self) -> bool:
        return "-Q" in self.id

    def save(self, *args, **kwargs) -> None:
        if (
            not self._state.adding
            and Edition.objects.filter(pk=self.pk, status__in=["published", "withdrawn"]).exists()
        ):
            raise EditionIsFinal(self.id)
        super().save(*args, **kwargs)


class EditionTable(models.Model):
    """One table of an edition: rows of codes (in the order of the table's dimensions) with the published value."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="stored")
    table = models.CharField(max_length=4)
    rows = models.JSONField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["edition", "table"], name="one_table_per_edition")]

    def save(self, *args, **kwargs) -> None:
        if not self._state.adding:
            raise EditionIsFinal(self.edition_id)
        super().save(*args, **kwargs)
