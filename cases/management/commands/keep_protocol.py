from django.core.management.base import BaseCommand, CommandError

from cases.protocol.composition import HERE, national, protocol_templates
from cases.protocol.keeping import as_written


class Command(BaseCommand):
    help = (
        "Keeps a national protocol as it is now in cases/protocol/earlier/. Run it before you change a block of a version "
        "that was released: running cases stay with the version with which they began."
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
        self.stdout.write(str(path))
