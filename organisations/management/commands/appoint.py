from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from organisations.codes import UnknownCode, code_list
from organisations.models import Organisation, Person
from organisations.people.appointments import appoint, take_office


class Command(BaseCommand):
    help = (
        "Give somebody functions and roles in an organisation, until the administrator's pages come. "
        "Set a password afterwards with `changepassword EMAIL`."
    )

    def add_arguments(self, parser):
        parser.add_argument("slug", metavar="organisation", help="slug, for example utrecht or provincie-utrecht")
        parser.add_argument("codes", nargs="+", help="functions (mayor, registrar, …) and roles (officer, chair, …)")
        parser.add_argument("--name", required=True)
        parser.add_argument("--email", help="needed to sign in")
        parser.add_argument("--since", type=date.fromisoformat, default=None, help="2026-01-31; today when left out")

    @transaction.atomic
    def handle(self, *args, slug, codes, name, email=None, since=None, **options):
        organisation = Organisation.objects.filter(slug=slug).first()
        if organisation is None:
            raise CommandError(f"there is no organisation {slug!r}; run load_register first, or check the spelling")
        person = Person.objects.filter(email__iexact=email).first() if email else None
        person = person or Person.objects.create_person(name, email)
        try:
            for code in codes:
                if code in code_list("role"):
                    appoint(person, organisation, code, since=since)
                else:
                    take_office(person, organisation, code, since=since or timezone.localdate())
        except UnknownCode as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{person.name} at {organisation}: {', '.join(codes)}")
