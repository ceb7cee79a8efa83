from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from vault.keyring.offline import fingerprint, printed, whole
from vault.sealing.primitives import PrivateKey


class Command(BaseCommand):
    help = (
        "Make the key of backups: the public half goes to WEERBAAR_BACKUP_KEY_FILE, the private half is printed once. Keep it"
        " offline, on paper and not on this machine: whoever has it and the master key opens every backup."
    )

    def handle(self, *args, **options):
        path = settings.BACKUP_KEY_FILE
        if path.exists():
            raise CommandError(
                f"there is a key for backups already at {path}; it stays as it is. To change it, move the file away: sets that"
                " were written until then still need the private half of this one"
            )
        private = PrivateKey()
        with whole(path) as target:
            target.write(private.public)
        self.stdout.write(printed(private))
        self.stderr.write(
            f"This is the private half of the key {fingerprint(private.public)}. It is shown this once and kept nowhere. Write"
            " it down twice, for two people, away from the backups and from the master key."
        )
