"""Check a signed acknowledgement without a network. Exit status 1 when it is not authentic."""

import base64
import json
from io import BytesIO
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from reporting.form.acknowledgement import FILE_NAME, check_acknowledgement, key_text, sealed_hash
from reporting.models import Report


class Command(BaseCommand):
    help = "Check a signed acknowledgement (text or PDF) with the organisation's public key."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--key", help="public key in base64, or a file that holds it; else this installation's own")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args, **options) -> None:
        try:
            text = _text_of(options["file"])
            checked = check_acknowledgement(text, _key(options["key"], text))
        except (ValueError, OSError) as error:
            raise CommandError(f"this cannot be checked: {error}") from None
        except (ImproperlyConfigured, DatabaseError):
            raise CommandError("there is no installation to ask here: give the organisation's key with --key") from None
        report = Report.objects.filter(number=checked.number).first() if not options["key"] else None
        is_stored = report is not None and sealed_hash(report.case) == checked.text_hash
        if options["format"] == "json":
            answer = {"authentic": checked.is_authentic, "number": checked.number, "unchanged": is_stored}
            answer |= {"hears": checked.hears} if checked.hears else {}
            self.stdout.write(json.dumps(answer))
        elif checked.is_authentic:
            self.stdout.write(f"authentic: report {checked.number}")
            if checked.hears:
                self.stdout.write(f"the reporter hears at the latest on {checked.hears}")
            if report:
                self.stdout.write("the sealed text is unchanged" if is_stored else "the sealed text was CHANGED")
        if not checked.is_authentic or (report and not is_stored):
            raise CommandError("NOT authentic: do not rely on it" if not checked.is_authentic else "changed since")


def _text_of(path: Path) -> str:
    data = path.read_bytes()
    if not data.startswith(b"%PDF"):
        return data.decode("utf-8-sig")
    import pikepdf

    with pikepdf.open(BytesIO(data)) as document:
        return document.attachments[FILE_NAME].get_file().read_bytes().decode()


def _key(given: str | None, text: str) -> bytes:
    if given is None:
        number = next((line.split(": ", 1)[1] for line in text.splitlines() if line.startswith("Nummer: ")), "")
        report = Report.objects.filter(number=number).first()
        if report is None:
            raise ValueError("no report of this installation has this number; give the organisation's key with --key")
        given = key_text(report.organisation_id)
    elif Path(given).is_file():
        given = Path(given).read_text("ascii").strip()
    return base64.b64decode(given, validate=True)
