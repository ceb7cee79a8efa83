from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from vault.keys import create_master_key


class Command(BaseCommand):
    help = "Write a new master key to WEERBAAR_MASTER_KEY_FILE. It never replaces one: that would lose every case."

    def handle(self, *args, **options):
        try:
            create_master_key(settings.MASTER_KEY_FILE)
        except FileExistsError:
            raise CommandError("there is a master key already; it stays as it is") from None
        self.stdout.write("master key written; back it up apart from the database")
