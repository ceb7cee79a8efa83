"""What is known here of the backups that were made: when, and of which set. The sets themselves lie elsewhere."""

from datetime import date

from vault.models import Backup


def keep_backup(what: str, name: str, today: date, digest: bytes) -> None:
    """A set was written, or restored as a drill (`Backup.What`). `digest`: SHA-256 of the label of the set."""
    Backup.objects.create(what=what, name=name, on=today, digest=digest)


def last_backup() -> Backup | None:
    """The newest set that was written; None where there never was one."""
    return _newest(Backup.What.WRITTEN)


def last_drill() -> Backup | None:
    """The newest set that was restored as a drill."""
    return _newest(Backup.What.DRILLED)


def _newest(what: str) -> Backup | None:
    return Backup.objects.filter(what=what).order_by("on", "name").last()
