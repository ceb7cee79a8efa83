from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from organisations.models import Organisation
from organisations.register.readiness import obstacles


class Command(BaseCommand):
    help = "Let an organisation take reports, once every report would end with somebody. Exit status 1 when not."

    def add_arguments(self, parser):
        parser.add_argument("organisation", help="slug, for example utrecht")

    def handle(self, *args, organisation, **options):
        place = Organisation.objects.reportable().filter(slug=organisation).first()
        if place is None:
            raise CommandError(f"there is no organisation {organisation!r} that takes reports")
        found = obstacles(place)
        for words in found:
            self.stdout.write(f"  {words}")
        if found:
            raise CommandError(f"{place} cannot take reports yet")
        place.live, place.takes_part_until = True, None
        place.takes_part_since = place.takes_part_since or timezone.localdate()
        place.save(update_fields=["live", "takes_part_since", "takes_part_until"])
        self.stdout.write(f"{place} takes reports now")
