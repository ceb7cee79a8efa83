from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from vault.keyring.offline import fingerprint, public_key
from weerbaar.backup.making import make_backup
from weerbaar.backup.sets import BackupRefused


class Command(BaseCommand):
    help = (
        "Write a set of a backup while everything runs: database, keys apart, and the evidence that earlier sets lack; all of"
        " it encrypted for the key of create_backup_key. Exit status 1 when there is no whole set."
    )

    def add_arguments(self, parser):
        add_folder(parser)

    def handle(self, *args, folder=None, **options):
        folder = folder_of(folder)
        try:
            made = make_backup(folder)
        except BackupRefused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(
            f"set {made.name} is whole: {made.rows} rows, {made.files} files ({made.new_files} new), for the key"
            f" {fingerprint(public_key(settings.BACKUP_KEY_FILE))}"
        )
        for name in made.expired:
            self.stdout.write(f"the keys of set {name} were dropped: they were older than 30 days")
        if made.missing:
            raise CommandError(
                f"the set is whole, but {len(made.missing)} files are not in the evidence store and so not in it:"
                f" {', '.join(made.missing)}"
            )


def add_folder(parser) -> None:
    parser.add_argument("folder", nargs="?", help="the folder of the backups; without it WEERBAAR_BACKUP_DIR")


def folder_of(given: str | None) -> Path:
    """The folder of the backups. Raises CommandError where nobody named one."""
    folder = Path(given) if given else settings.BACKUP_DIR
    if folder is None:
        raise CommandError("name the folder of the backups, or set WEERBAAR_BACKUP_DIR")
    return folder
