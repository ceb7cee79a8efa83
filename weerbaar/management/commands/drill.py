from django.core.management.base import BaseCommand, CommandError

from weerbaar.backup.drill import drill
from weerbaar.backup.sets import BackupRefused
from weerbaar.management.commands.backup import add_folder, folder_of
from weerbaar.management.commands.restore import add_private_key, read_private_key


class Command(BaseCommand):
    help = (
        "Restore the newest set beside the installation and check it, as restore does; then drop what was restored. Once a"
        " month, by whoever keeps the private key."
    )

    def add_arguments(self, parser):
        add_folder(parser)
        add_private_key(parser)

    def handle(self, *args, folder=None, private_key="", **options):
        folder, (text, _private) = folder_of(folder), read_private_key(private_key)
        try:
            name, said = drill(folder, text)
        except BackupRefused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(said.strip())
        self.stdout.write(f"the drill of set {name} ended well; what it restored is dropped again")
