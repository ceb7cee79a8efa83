import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weerbaar.settings")
app = Celery("weerbaar")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["jobs"])


@worker_init.connect
def refuse_to_start(**_given: Any) -> None:
    """A worker with a wrong master key ends with a sentence: Celery only counts the errors of Django's checks."""
    from django.db import connections  # these need the applications

    from weerbaar.operation.start import refuse_wrong_key

    refuse_wrong_key()
    connections.close_all()  # what forks from here opens its own
