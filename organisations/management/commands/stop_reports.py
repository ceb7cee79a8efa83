from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from organisations.models import Organisation


class Command(BaseCommand):
    help = (
        "An organisation takes no new reports any more, for example since it merged. Cases that run go on, reporters can "
        "come back, and what was counted stays; go_live undoes it."
    )

    def add_arguments(self, parser):
        parser.add_argument("slug", metavar="organisation", help="slug, for example utrecht")

    def handle(self, *args, slug, **options):
        organisation = Organisation.objects.reportable().live().filter(slug=slug).first()
        if organisation is None:
            raise CommandError(f"there is no organisation {slug!r} that takes reports now")
        organisation.live, organisation.takes_part_until = False, timezone.localdate()
        organisation.save(update_fields=["live", "takes_part_until"])
        self.stdout.write(f"{organisation} takes no new reports any more")
