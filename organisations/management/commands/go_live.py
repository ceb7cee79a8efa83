from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from organisations.models import Organisation
from organisations.register.readiness import obstacles


class Command(BaseCommand):
    help = "Let an organisation take reports, once every report would end with somebody. Exit status 1 when not."

    def add_arguments(self, parser):
        parser.add_argument("slug", metavar="organisation", help="slug, for example utrecht")

    def handle(self, *args, slug, **options):
        organisation = Organisation.objects.reportable().filter(slug=slug).first()
        if organisation is None:
            raise CommandError(f"there is no organisation {slug!r} that takes reports")
        missing = obstacles(organisation)
        for words in missing:
            self.stdout.write(f"  {words}")
        if missing:
            raise CommandError(f"{organisation} cannot take reports yet")
        organisation.live, organisation.takes_part_until = True, None
        organisation.takes_part_since = organisation.takes_part_since or timezone.localdate()
        organisation.save(update_fields=["live", "takes_part_since", "takes_part_until"])
        self.stdout.write(f"{organisation} takes reports now")
