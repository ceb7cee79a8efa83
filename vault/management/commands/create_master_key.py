from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from vault.keyring.master import WrongMasterKey, create_master_key


class Command(BaseCommand):
    help = (
        "Write a new master key to WEERBAAR_MASTER_KEY_FILE. It never replaces one, and never makes one for a database that"
        " belongs to another: that would lose every case."
    )
    requires_system_checks = ()  # the check of the key is about one that is there

    def handle(self, *args, **options):
        try:
            create_master_key(settings.MASTER_KEY_FILE)
        except FileExistsError:
            raise CommandError("there is a master key already; it stays as it is") from None
        except WrongMasterKey as refused:
            raise CommandError(str(refused)) from None
        except DatabaseError as error:
            raise CommandError(
                f"the database could not be asked whether it belongs to another key ({type(error).__name__}), so none was"
                " made: start the database and set DATABASE_URL"
            ) from None
        self.stdout.write("master key written; back it up apart from the database")
