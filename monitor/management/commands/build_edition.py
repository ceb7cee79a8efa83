import json

from django.core.management.base import BaseCommand, CommandError

from monitor.editions.build import EditionRefused, build_edition
from organisations.models import Person


class Command(BaseCommand):
    help = (
        "Count, round, prove and store the draft of a year (2026) or quarter (2026-Q3). Goes on where it was interrupted. "
        "A second person releases it at /monitor/redactie/."
    )

    def add_arguments(self, parser):
        parser.add_argument("period")
        parser.add_argument("--by", metavar="E-MAIL", help="who builds it: somebody else has to release it")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args, period, by=None, format="text", **options):
        person = Person.objects.filter(email__iexact=by).first() if by else None
        if by and person is None:
            raise CommandError(f"nobody here has the address {by}")

        def say(words: str) -> None:
            if format == "text":
                self.stdout.write(words)

        try:
            edition = build_edition(period, proposed_by=person, say=say)
        except EditionRefused as refused:
            raise CommandError(str(refused)) from None
        tables = list(edition.stored.values_list("table", flat=True))
        if format == "json":
            self.stdout.write(
                json.dumps({"edition": edition.id, "status": edition.status, "tables": tables, "audit": edition.audit})
            )
        else:
            proven = f"{edition.audit['proven']} of {edition.audit['targets']} small cells proven"
            self.stdout.write(f"edition {edition.id} ({edition.status}): {', '.join(tables)}; {proven}")
