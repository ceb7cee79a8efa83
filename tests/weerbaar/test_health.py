"""Ready is what a report needs. How the work goes stands beside it, in words."""

import pytest
from django.test import Client
from django.utils import timezone

from cases.job_kinds import CaseJob
from jobs.daily import promise_daily
from jobs.faults import LONG
from jobs.heartbeat import beat
from jobs.models import Job

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
            "beside": {"worker": "silent: cases, mail, heavy", "scheduler": "silent", "jobs": "none fails for long"},
        },
    )


def test_the_words_follow_the_work():
    promise_daily()
    assert _ready()[1]["beside"]["scheduler"] == "works"
    beat("cases", "heavy")
    assert _ready()[1]["beside"]["worker"] == "silent: mail"
    beat("mail")
    assert _ready()[1]["beside"]["worker"] == "works"
    Job.objects.create(kind=CaseJob.WAITING, key="x", due=timezone.now(), attempts=LONG, error="E at x.py:1")
    assert _ready()[1]["beside"]["jobs"] == "some fail for long"


def test_a_full_disk_stops_reports(settings):
    settings.DISK_STOP = 1 << 60
    status, answer = _ready()
    assert (status, answer["status"]) == (503, "failing")
    assert answer["checks"] == {"database": True, "masterKey": True, "disk": False}
