import re

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from organisations.models import Organisation

NUMBER = re.compile(r"\+?[\d ()-]{3,23}")


class Command(BaseCommand):
    help = (
        "Set the telephone numbers that reporters of an organisation see, or say that they were tried today and are right."
        " `doctor` asks for that once a year."
    )

    def add_arguments(self, parser):
        parser.add_argument("slug", metavar="organisation", help="slug, for example utrecht or provincie-utrecht")
        parser.add_argument("--duty", metavar="NUMBER", help='of who is on duty; "" takes it away')
        parser.add_argument("--adviser", metavar="NUMBER", help='of the confidential adviser; "" takes it away')
        parser.add_argument("--right", action="store_true", help="both numbers were tried today and are right")

    def handle(self, *args, slug, duty=None, adviser=None, right=False, **options):
        organisation = Organisation.objects.filter(slug=slug).first()
        if organisation is None:
            raise CommandError(f"there is no organisation {slug!r}")
        if duty is None and adviser is None and not right:
            raise CommandError("give --duty, --adviser or both; or --right when you tried both numbers")
        for name, number in (("duty_phone", duty), ("adviser_phone", adviser)):
            if number and not NUMBER.fullmatch(number):
                raise CommandError(f"{number!r} is no telephone number")
            if number is not None:
                setattr(organisation, name, number.strip())
        numbers = {"duty_phone": duty, "adviser_phone": adviser}
        if right or all(given is not None for name, given in numbers.items() if getattr(organisation, name)):
            organisation.phones_checked_on = timezone.localdate()
        organisation.save(update_fields=["duty_phone", "adviser_phone", "phones_checked_on"])
        self.stdout.write(f"on duty: {organisation.duty_phone or '-'}; adviser: {organisation.adviser_phone or '-'}")
