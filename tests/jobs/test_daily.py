"""Work of every day: once on a day, whichever worker looks, and again on the next."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.management import call_command

from jobs.daily import daily
from jobs.models import Job
from jobs.runner import sweep
from jobs.tasks import run_due

pytestmark = [pytest.mark.django_db, pytest.mark.both]

did: list[str] = []


@daily("test.daily")
def remember(work: Job) -> None:
    did.append(work.key)


@pytest.fixture(autouse=True)
def nothing_done():
    did.clear()


@pytest.mark.parametrize("look", [run_due, lambda: call_command("work", "--once")])
def test_every_worker_does_it_once_on_a_day(look):
    with time_machine.travel(datetime(2026, 5, 4, 9, tzinfo=UTC), tick=False):
        look()
        look()
    assert did == ["test.daily:2026-05-04"]


def test_it_is_done_again_on_the_next_day_of_the_netherlands():
    with time_machine.travel(datetime(2026, 5, 4, 9, tzinfo=UTC), tick=False):
        sweep()
    with time_machine.travel(datetime(2026, 5, 4, 22, 30, tzinfo=UTC), tick=False):
        sweep()
    assert did == ["test.daily:2026-05-04", "test.daily:2026-05-05"]
