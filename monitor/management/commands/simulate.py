from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from monitor.editions.simulation import simulate


class Command(BaseCommand):
    help = "Leave plausible facts in volume, for load, figures and tests. Never in production."

    def add_arguments(self, parser):
        parser.add_argument("--reports", type=int, default=1000)
        parser.add_argument("--years", type=int, default=2)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args, reports, years, seed, **options):
        if settings.PRODUCTION:
            raise CommandError("simulated facts would spoil real figures")
        offered = simulate(
            reports=reports,
            years=years,
            seed=seed,
            until=timezone.localdate(),
            say=lambda done: self.stdout.write(f"  {done} of {reports}"),
        )
        self.stdout.write(f"{offered} facts offered")
