import io
import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from monitor.disclosure.proof.archive import verify
from monitor.editions.verifier import catalogues, verifier


class Command(BaseCommand):
    help = (
        "Repeat the proof of a downloaded archive. Exit status 1: not safe. With --write it writes the stand-alone program "
        "verify_edition.pyz, for which only Python and numpy are needed."
    )

    def add_arguments(self, parser):
        parser.add_argument("archive", nargs="?", type=Path)
        parser.add_argument("--key", default="", help="the public key that must have signed it, in hex")
        parser.add_argument("--write", type=Path, metavar="FILE", help="write the stand-alone program")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args, archive=None, key="", write=None, format="text", **options):
        if write:
            write.write_bytes(verifier())
            self.stdout.write(f"written: {write}")
            return
        if archive is None:
            raise CommandError("give the archive of an edition, or --write")
        try:
            content = archive.read_bytes()
        except OSError as error:
            raise CommandError(f"{archive} cannot be read: {error.strerror}") from None
        finding = verify(io.BytesIO(content), catalogues=catalogues(), public_key=key)
        if format == "json":
            self.stdout.write(
                json.dumps({"edition": finding.edition, "result": finding.result, "faults": finding.faults})
            )
        else:
            self.stdout.write("\n".join([*finding.faults, finding.in_words(bool(key))]))
        sys.exit(0 if finding.is_safe else 1)
