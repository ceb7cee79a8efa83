import json

from django.core.management.base import BaseCommand, CommandError

from cases.invariants import broken_invariants


class Command(BaseCommand):
    help = (
        "Compare permissions with keys, and name reports that nobody can open. Exit status 1 when something is wrong."
    )

    def add_arguments(self, parser):
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args, format="text", **options):
        found = broken_invariants()
        self.stdout.write(
            json.dumps({"broken": found}) if format == "json" else "\n".join(found or ["all invariants hold"])
        )
        if found:
            raise CommandError(f"{len(found)} invariants are broken")
