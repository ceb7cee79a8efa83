import json

from django.core.management.base import BaseCommand, CommandError

from cases.invariants import broken_invariants


class Command(BaseCommand):
    help = (
        "Compare permissions with keys, name reports that nobody can open, and open what the installation can read by"
        " itself: keys, codes, facts of every quarter, the ledger. Exit status 1 when something is wrong."
    )

    def add_arguments(self, parser):
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args, format="text", **options):
        broken = broken_invariants()
        self.stdout.write(
            json.dumps({"broken": broken}) if format == "json" else "\n".join(broken or ["all invariants hold"])
        )
        if broken:
            raise CommandError(f"{len(broken)} invariants are broken")
