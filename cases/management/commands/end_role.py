from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cases.desk.refusals import Refused
from cases.people.departure.leaving import end_role
from organisations.models import Function, Role


class Command(BaseCommand):
    help = "End a function or role of somebody: yesterday was its last day, and their cases go to the next who is free."

    def add_arguments(self, parser):
        parser.add_argument("slug", metavar="organisation", help="slug, for example utrecht or provincie-utrecht")
        parser.add_argument("code", help="a function (mayor, registrar, …) or role (officer, chair, …)")
        parser.add_argument("--email", required=True, help="of whom")

    def handle(self, *args, slug, code, email, **options):
        ended = 0
        for model in (Role, Function):
            held = model.objects.on(timezone.localdate()).filter(organisation__slug=slug, code=code)
            for row in held.filter(person__email__iexact=email):
                try:
                    end_role(row, by=None)
                except Refused as cannot:
                    raise CommandError(cannot.message) from None
                ended += 1
        if not ended:
            raise CommandError(f"{email} is not {code} at {slug} today")
        self.stdout.write(f"{email} is not {code} at {slug} any more")
