"""Ready is what a report needs. How the work goes stands beside it, in words."""

import pytest
from django.test import Client
from django.utils import timezone

from jobs.daily import keys_of_day, promise_daily
from jobs.models import Job
from weerbaar.operation import work

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def _ready():
    answer = Client().get("/health/ready")
    return answer.status_code, answer.json()


def test_an_installation_without_worker_is_ready_and_says_so():
    assert _ready() == (
        200,
        {
            "status": "ok",
            "checks": {"database": True, "masterKey": True, "disk": True},
            "beside": {"worker": "did nothing today", "scheduler": "silent", "jobs": "none fails for long"},
        },
    )


def test_the_words_follow_the_work():
    promise_daily()
    assert _ready()[1]["beside"]["scheduler"] == "works"
    Job.objects.filter(key__in=keys_of_day(timezone.localdate(timezone.now() - work.NIGHT))).update(state="done")
    assert _ready()[1]["beside"]["worker"] == "worked today"
    Job.objects.create(kind="x", key="x", due=timezone.now(), attempts=work.FAILS_LONG)
    assert _ready()[1]["beside"]["jobs"] == "some fail for long"


def test_a_full_disk_stops_reports(settings):
    settings.DISK_STOP = 1 << 60
    status, answer = _ready()
    assert (status, answer["status"]) == (503, "failing")
    assert answer["checks"] == {"database": True, "masterKey": True, "disk": False}
