"""A signal that was dropped, and of which a reader says that this was wrong."""

from datetime import date

import pytest
import time_machine
from django.db.models import QuerySet

from cases.jobs import destroy_signals
from jobs.models import Job
from reporting.models import Report, Signal
from tests.cases.worklist.test_signals import REASON, a_signal, page_of, readers
from tests.support.build import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with time_machine.travel("2026-11-26T10:00:00+01:00", tick=True):
        yield


def test_a_signal_that_is_taken_up_again_while_dropped_ones_are_destroyed_stays(place, monkeypatch):
    signal = a_signal(place)
    first, second = (signed_in(reader) for reader in readers(signal)[:2])
    first.post(page_of(signal), {"what": "drop", "reason": REASON})
    second.post(page_of(signal), {"what": "agree"})
    assert Signal.objects.get().state == Signal.State.DROPPED
    locked = QuerySet.select_for_update

    def taken_up_before_it_is_locked(self, *args, **how):
        Signal.objects.update(state=Signal.State.PARKED, dropped_on=None)
        return locked(self, *args, **how)

    with time_machine.travel("2026-12-11T10:00:00+01:00", tick=True):
        monkeypatch.setattr(QuerySet, "select_for_update", taken_up_before_it_is_locked)
        destroy_signals(Job())
    assert Report.objects.filter(id=signal.report_id).exists()


def test_what_is_taken_up_again_waits_no_longer_than_a_year(place):
    signal = a_signal(place)
    first, second = (signed_in(reader) for reader in readers(signal)[:2])
    first.post(page_of(signal), {"what": "drop", "reason": REASON})
    second.post(page_of(signal), {"what": "agree"})
    Signal.objects.update(dropped_on=date(2027, 12, 1))
    with time_machine.travel("2027-12-02T10:00:00+01:00", tick=True):
        signed_in(readers(signal)[0]).post(page_of(signal), {"what": "refuse"})
    assert Signal.objects.get().review_on == date(2027, 12, 2)
