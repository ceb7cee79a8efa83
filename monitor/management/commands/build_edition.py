import json

from django.core.management.base import BaseCommand, CommandError

from monitor.disclosure.rounding import RoundingFailed
from monitor.editions import EditionRefused, build_edition


class Command(BaseCommand):
    help = "Count, protect and store the edition of a year (2026) or quarter (2026-Q3). Refused outside demonstration."

    def add_arguments(self, parser):
        parser.add_argument("period")
        parser.add_argument("--publish", action="store_true", help="publish at once (demonstration only)")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args, period, publish=False, format="text", **options):
        try:
            edition = build_edition(period, publish=publish)
        except (EditionRefused, RoundingFailed) as error:
            raise CommandError(str(error)) from None
        tables = list(edition.stored.values_list("table", flat=True))
        if format == "json":
            self.stdout.write(json.dumps({"edition": edition.id, "status": edition.status, "tables": tables}))
        else:
            self.stdout.write(f"edition {edition.id} ({edition.status}): {', '.join(tables)}; provisional, not audited")
