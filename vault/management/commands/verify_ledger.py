import json

from django.core.management.base import BaseCommand, CommandError

from vault import ledger
from vault.models import LedgerHead


class Command(BaseCommand):
    help = "Recompute every chain of the ledger. Exit status 1 when one was tampered with."

    def add_arguments(self, parser):
        parser.add_argument("--chain", help="only this chain (a case or an organisation)")
        parser.add_argument("--heads", action="store_true", help="say how far each chain goes: what a restore is told")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args, chain=None, format="text", heads=False, **options):
        checked = [chain] if chain else list(ledger.chains())
        problems = {str(name): words for name in checked if (words := ledger.verify(name))}
        if format == "json":
            self.stdout.write(json.dumps({"chains": len(checked), "problems": problems}))
        for name, words in problems.items() if format == "text" else ():
            self.stdout.write(f"{name}: {'; '.join(words)}")
        if problems:
            raise CommandError(f"{len(problems)} of {len(checked)} chains are not intact")
        if heads:
            for head in LedgerHead.objects.filter(chain__in=checked).order_by("chain"):
                self.stdout.write(f"{head.chain}:{head.sequence}:{bytes(head.digest).hex()}")
        elif format == "text":
            self.stdout.write(f"{len(checked)} chains are intact")
