from shutil import copy, copytree

from django.core.management.base import BaseCommand, CommandError

from cases.protocol import composition
from cases.protocol.composition import HERE, national, protocol_templates
from cases.protocol.keeping import as_written


class Command(BaseCommand):
    help = (
        "Keeps a national protocol as it is now in cases/protocol/earlier/, with its blocks. Run it before you change a "
        "block of a version that was released: running cases and own protocols stay with the version with which they began."
    )

    def add_arguments(self, parser):
        parser.add_argument("protocol", choices=sorted(protocol_templates()))

    def handle(self, *args, protocol, **options):
        kept = national(protocol)
        path = HERE / "earlier" / f"{kept.id}-{kept.version}.yaml"
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(as_written(kept))
        except FileExistsError:
            raise CommandError(f"{path.name} is kept already, and what is kept never changes") from None
        folder = HERE / "earlier" / kept.version
        copytree(composition.HERE / "blocks" / kept.id, folder / "blocks" / kept.id)
        (folder / "defaults").mkdir(exist_ok=True)
        copy(composition.HERE / "defaults" / f"{kept.id}.yaml", folder / "defaults")
        self.stdout.write(str(path))
