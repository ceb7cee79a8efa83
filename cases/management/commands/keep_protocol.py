from shutil import copy, copytree

from django.core.management.base import BaseCommand, CommandError

from cases.protocol import composition
from cases.protocol.composition import HERE, national, protocol_templates
from cases.protocol.definitions import Protocol
from cases.protocol.keeping import as_written, digest, published


class Command(BaseCommand):
    help = (
        "Keeps the national protocols as they are now in cases/protocol/earlier/, with their blocks and digests. Releasing a "
        "version runs it: cases and own protocols stay with the version with which they began."
    )

    def add_arguments(self, parser):
        parser.add_argument("protocol", nargs="*", help="its id; without one, all that are not kept yet")

    def handle(self, *args, protocol, **options):
        if unknown := {*protocol} - {*protocol_templates()}:
            raise CommandError(f"no protocol: {', '.join(sorted(unknown))}")
        for name in protocol or sorted(protocol_templates()):
            self._keep(national(name))

    def _keep(self, kept: Protocol) -> None:
        folder = HERE / "earlier"
        known = published(folder).get((kept.id, kept.version))
        if known == digest(kept):
            self.stdout.write(f"{kept.id} {kept.version} is kept already")
            return
        path = folder / f"{kept.id}-{kept.version}.yaml"
        if known or path.exists():
            raise CommandError(
                f"{kept.id} {kept.version} was released and says something else now: give "
                f"cases/protocol/defaults/{kept.id}.yaml a new version"
            )
        path.write_text(as_written(kept), "utf-8")
        home = folder / kept.version
        copytree(composition.HERE / "blocks" / kept.id, home / "blocks" / kept.id)
        (home / "defaults").mkdir(exist_ok=True)
        copy(composition.HERE / "defaults" / f"{kept.id}.yaml", home / "defaults")
        with (folder / "digests.txt").open("a", encoding="utf-8") as file:
            file.write(f"{kept.id} {kept.version} {digest(kept)}\n")
        self.stdout.write(str(path))
