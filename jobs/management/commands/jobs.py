from django.core.management.base import BaseCommand, CommandError
from django.utils.formats import date_format
from django.utils.translation import override

from jobs import faults
from jobs.heartbeat import silent
from jobs.models import Job
from jobs.queues import QUEUES


class Command(BaseCommand):
    help = "What waits, what fails and why. Ends with status 1 where something fails or nobody works."

    def add_arguments(self, parser):
        parser.add_argument(
            "--retry",
            nargs="?",
            const="",
            metavar="CAUSE",
            help="try everything that fails again now, or what has a cause",
        )
        parser.add_argument(
            "--take-out", metavar="ID", help="never do this one job: only for what can never be done any more"
        )

    def handle(self, *args, retry=None, take_out=None, **options):
        if take_out is not None:
            self._take_out(take_out)
            return
        if retry is not None:
            self.stdout.write(f"{faults.retry(retry)} jobs are tried again now")
            return
        with override("en"):
            self._list()

    def _list(self):
        quiet = silent()
        for name, queue in QUEUES.items():
            waiting = Job.objects.of_queue(queue).waiting().count()
            self.stdout.write(f"{name}: {waiting} waiting" + (", and no worker looks" if name in quiet else ""))
        found = faults.failing()
        for one in found:
            since = date_format(one.since, "Y-m-d") if one.since else "today"
            self.stdout.write(f"\n{one.count} × {one.cause}, since {since}: {', '.join(one.kinds)}")
            for job in Job.objects.failing().filter(error=one.cause).order_by("id").values_list("id", flat=True)[:3]:
                self.stdout.write(f"    {job}")
        if taken_out := Job.objects.filter(state="dead").count():
            self.stdout.write(f"\n{taken_out} were taken out by an operator")
        if found or quiet:
            raise CommandError("something stays undone: mend it, then call this command with --retry", returncode=1)

    def _take_out(self, which: str):
        changed = Job.objects.failing().filter(id__in=[which], lease_until=None).update(state="dead")
        if not changed:
            raise CommandError("no job of this id fails; only what fails can be taken out")
        self.stdout.write(f"job {which} is never done; check_invariants goes on to name it")
