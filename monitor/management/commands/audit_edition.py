import json
import sys

from django.core.management.base import BaseCommand, CommandError

from monitor.disclosure.audit import audit
from monitor.models import Edition


class Command(BaseCommand):
    help = "Whether an edition is safe. Exit status 2: not audited, which is the answer until the proof has landed."

    def add_arguments(self, parser):
        parser.add_argument("period")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args, period, format="text", **options):
        edition = Edition.objects.filter(id=period).first()
        if edition is None:
            raise CommandError(f"there is no edition of {period}")
        result = audit(edition)
        self.stdout.write(
            json.dumps({"edition": result.edition, "result": result.result}) if format == "json" else result.result
        )
        sys.exit(2)
