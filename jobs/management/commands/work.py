import signal
import threading

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from jobs.runner import sweep


class Command(BaseCommand):
    help = "Do what is due, again and again: the worker where there is no Redis."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do what is due now, then stop")
        parser.add_argument("--interval", type=float, default=1.0, help="seconds between two looks (default 1)")

    def handle(self, *args, once=False, interval=1.0, **options):
        if once:
            self.stdout.write(f"{sweep()} jobs done")
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        self.stdout.write("working")
        self.stdout.flush()
        while not stop.is_set():
            close_old_connections()
            if not sweep():
                stop.wait(interval)
