import logging
import signal
import threading

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from jobs.faults import retry
from jobs.queues import QUEUES
from jobs.runner import sweep

logger = logging.getLogger(__name__)
REST = 5.0  # seconds after something that is wrong outside of a job, such as a database that is away
GRACE = 30.0  # seconds in which work that was begun may end


class Command(BaseCommand):
    help = "Do what is due, again and again: the worker where there is no Redis. Each queue has a thread of its own."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do what is due now, then stop")
        parser.add_argument("--interval", type=float, default=1.0, help="seconds between two looks (default 1)")
        parser.add_argument(
            "--queue", action="append", choices=list(QUEUES), help="only this queue; can be given again (default: all)"
        )

    def handle(self, *args, once=False, interval=1.0, queue=None, **options):
        retry()  # whoever starts a worker may just have mended what was wrong
        queues = queue or list(QUEUES)
        if once:
            done = sum(sweep(name) for name in queue) if queue else sweep()
            self.stdout.write(f"{done} jobs done")
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        threads = [threading.Thread(target=_work, args=(name, stop, interval), daemon=True) for name in queues]
        for thread in threads:
            thread.start()
        self.stdout.write("working")
        self.stdout.flush()
        stop.wait()
        for thread in threads:
            thread.join(GRACE / len(threads))


def _work(queue: str, stop: threading.Event, interval: float) -> None:
    while not stop.is_set():
        close_old_connections()
        try:
            done = sweep(queue)
        except Exception as error:  # the loop outlives whatever is away for a while
            logger.error("queue %s could not be looked at: %s", queue, type(error).__name__)
            stop.wait(REST)
            continue
        if not done:
            stop.wait(interval)
