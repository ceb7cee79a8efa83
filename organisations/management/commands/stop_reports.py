from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from organisations.models import Organisation


class Command(BaseCommand):
    help = (
        "An organisation takes no new reports any more, for example since it merged. Cases that run go on, reporters can "
        "come back, and what was counted stays; go_live undoes it."
    )

    def add_arguments(self, parser):
        parser.add_argument("organisation", help="slug, for example utrecht")

    def handle(self, *args, organisation, **options):
        place = Organisation.objects.reportable().live().filter(slug=organisation).first()
        if place is None:
            raise CommandError(f"there is no organisation {organisation!r} that takes reports now")
        place.live, place.takes_part_until = False, timezone.localdate()
        place.save(update_fields=["live", "takes_part_until"])
        self.stdout.write(f"{place} takes no new reports any more")
