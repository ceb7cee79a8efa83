from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cases.destroying.destruction import destroy_again
from vault import tombstones
from vault.sealing.schemes import CannotOpen
from weerbaar.management.commands.backup import add_folder, folder_of
from weerbaar.management.commands.restore import add_private_key, read_private_key


class Command(BaseCommand):
    help = (
        "Destroy again what a recovery of the database to an earlier moment brought back, by the newest list of tombstones."
        " `restore` does this by itself."
    )

    def add_arguments(self, parser):
        add_folder(parser)
        add_private_key(parser)
        parser.add_argument(
            "--tombstones", metavar="FILE", help="the newest list, where it does not lie beside the sets"
        )

    def handle(self, *args, folder=None, private_key="", **options):
        given = options["tombstones"]
        path = Path(given) if given else tombstones.newest_list(folder_of(folder))
        if path is None or not path.is_file():
            raise CommandError("there is no list of tombstones")
        try:
            stones = tombstones.read_list(path, read_private_key(private_key)[1])
            with transaction.atomic():
                tombstones.take_over(stones)
                again = destroy_again()
        except CannotOpen as error:
            raise CommandError(f"the list {path.name} does not open: {error}") from None
        except tombstones.AnotherHistory:
            raise CommandError(f"the list {path.name} does not go on from the tombstones of this database") from None
        self.stdout.write(
            f"of {len(stones)} tombstones, {len(again)} were of cases that were here again; they are destroyed"
        )
