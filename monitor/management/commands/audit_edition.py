import json
import sys

from django.core.management.base import BaseCommand, CommandError

from monitor.editions.archive import NotSafe, stored_contents
from monitor.editions.archive import audited as repeat
from monitor.models import Edition


class Command(BaseCommand):
    help = "Repeat the proof of an edition from what is stored. Exit status 1: it does not hold."

    def add_arguments(self, parser):
        parser.add_argument("period")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args, period, format="text", **options):
        edition = Edition.objects.filter(id=period).first()
        if edition is None:
            raise CommandError(f"there is no edition of {period}")
        try:
            audit = repeat(stored_contents(edition))
        except NotSafe as fault:
            audit = {"edition": period, "result": "not safe", "fault": str(fault)}
        if format == "json":
            self.stdout.write(json.dumps(audit))
        elif audit["result"] == "safe":
            self.stdout.write(f"{period}: safe; {audit['proven']} of {audit['targets']} small cells proven")
        else:
            self.stdout.write(f"{period}: not safe: {audit['fault']}")
        sys.exit(0 if audit["result"] == "safe" else 1)
