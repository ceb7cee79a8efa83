import os
from typing import Any

from celery import Celery, bootsteps
from celery.signals import worker_init
from kombu import Queue
from kombu.transport.redis import Channel

from jobs.queues import QUEUES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weerbaar.settings")
RINGS_EVERY = 20.0  # seconds


class OwnTimer(bootsteps.StartStopStep):
    """Each worker rings for the queues that it hears, at its start and now and then, so that nothing else keeps time: no
    beat, and no file of its own. What is due stands in the database."""

    requires = {"celery.worker.components:Timer"}

    def start(self, worker: Any) -> None:
        from jobs.outbox import ring  # imported here because it needs the settings

        queues = tuple(name for name in worker.app.amqp.queues.consume_from if name in QUEUES)
        self.first = worker.timer.call_after(1.0, ring, queues)
        self.timer = worker.timer.call_repeatedly(RINGS_EVERY, ring, queues)

    def stop(self, worker: Any) -> None:
        self.first.cancel()
        self.timer.cancel()


app = Celery("weerbaar")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = [Queue(name) for name in QUEUES]
app.conf.task_default_queue = next(iter(QUEUES))
app.steps["worker"].add(OwnTimer)
app.autodiscover_tasks(["jobs"])
# Nor is a doorbell put back that nobody answered when Redis was lost: settings.py says why.
Channel.do_restore = False


@worker_init.connect
def refuse_to_start(**_given: Any) -> None:
    """A worker with a wrong master key ends with a sentence: Celery only counts the errors of Django's checks."""
    from django.db import connections  # these need the applications

    from weerbaar.operation.start import refuse_what_is_wrong

    refuse_what_is_wrong()
    connections.close_all()  # what forks from here opens its own
