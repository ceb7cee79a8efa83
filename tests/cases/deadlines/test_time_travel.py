"""From day 0 to day 400 with the real worker's jobs: two changes of the deadline, holidays, reminders and alarms once each,
a hold in between, and no mail to whoever may not know (issue item 5)."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail

from cases.desk.access import take_away
from cases.models import Deadline
from jobs.models import Job
from jobs.runner import run_due
from tests.support.build import a_case, a_place, allowed, walk, who

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
START = datetime(2026, 3, 23, 23, 10, tzinfo=AMSTERDAM)  # the deadline changes six days later


class Calendar:
    """The days one after another; each ends with what a worker does on it."""

    def __init__(self, traveller) -> None:
        self.traveller, self.day, self.mails = traveller, 0, Counter()

    def until(self, day: int) -> None:
        while self.day < day:
            self.day += 1
            self.traveller.move_to(START + timedelta(days=self.day))
            while run_due():
                pass
            for message in mail.outbox:
                self.mails.update(message.to)
            mail.outbox.clear()


@pytest.fixture
def travel(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with time_machine.travel(START, tick=False) as traveller:
        yield Calendar(traveller)


def _due(case, code: str) -> datetime:
    return case.deadlines.get(code=code).due.astimezone(AMSTERDAM)


def test_an_integrity_case_from_day_0_to_day_400(travel):
    place = a_place()
    case = a_case(place, "integrity", subject=f"alderman:{place['alderman'].id}")
    assert (_due(case, "ACK_7D") - START).days == 7  # a calendar week, although the deadline changes in it
    assert _due(case, "ACK_7D").hour == 23
    travel.until(1)
    walk(case, "acknowledge", "register", "accept")
    # Ten working days from 24 March skip two weekends, Good Friday 3 April and Easter Monday 6 April.
    assert _due(case, "WEIGH_10WD").date().isoformat() == "2026-04-09"
    travel.until(10)
    walk(case, "hold")
    left = _due(case, "WEIGH_10WD")
    travel.until(40)
    assert not Deadline.objects.get(case=case, code="WEIGH_10WD").is_missed()
    assert not Job.objects.filter(kind="cases.missed", target=case.deadlines.get(code="WEIGH_10WD").id).exists()
    walk(case, "resume")
    assert _due(case, "WEIGH_10WD").date() == left.date() + timedelta(days=30)
    assert _due(case, "FEEDBACK_3M").date().isoformat() == "2026-06-24"
    # Nobody does anything any more: every deadline that runs out says so once before and once after.
    travel.until(400)
    for deadline in case.deadlines.filter(met_at=None, waived=False):
        assert deadline.is_missed(), deadline.code
        for kind in ("cases.remind", "cases.missed"):
            done = Job.objects.filter(kind=kind, target=deadline.id, state="done", due__lte=START + timedelta(days=400))
            assert done.count() == 1 + (kind == "cases.remind" and deadline.code == "WEIGH_10WD"), (deadline.code, kind)
    assert not Job.objects.filter(state="dead").exists()
    support = who(case.id, "support").person.email
    assert travel.mails[support] == 2  # the case, and the three months of the law that were missed
    assert travel.mails[place["alderman"].email] == 0
    everybody = {task.person.email for task in _tasks(case)}
    assert set(travel.mails) <= everybody


def test_a_safety_case_from_day_0_to_day_400(travel):
    place = a_place()
    case = a_case(place, "aggression", danger="unsafe")
    assert _due(case, "PERP_RESPONSE_48H") - START == timedelta(hours=48)
    travel.until(3)
    case.refresh_from_db()
    assert case.deadlines.get(code="PERP_RESPONSE_48H").is_missed()
    walk(case, "acknowledge", "assess", "medium", "adopt", "respond_letter", "not_filed", "no_damage")
    walk(case, "aftercare_24h")
    gone = who(case.id, "co_reader").person
    take_away(case, gone, recused=True)
    before = travel.mails[gone.email]
    for day, code in ((7, "aftercare_1w"), (31, "aftercare_1m"), (92, "aftercare_3m")):
        travel.until(day)
        walk(case, code)
        deadline = case.deadlines.get(code=code.upper())
        assert deadline.met_at, code
        assert not deadline.is_missed(), code
    walk(case, "give_feedback", "complete")
    assert _due(case, "EVALUATE_8W").date() == (START + timedelta(days=92 + 56)).date()
    travel.until(200)  # past the evaluation, and past the autumn in which the deadline changes back
    assert case.deadlines.get(code="EVALUATE_8W").is_missed()
    walk(case, "close")
    travel.until(400)
    assert set(case.deadlines.pending().values_list("code", flat=True)) == {"CLOSED_LOOK_1Y"}
    assert "reopen" in allowed(case)
    assert not allowed(case) & {code for code, _rule in case.protocol.every_decision()}
    assert travel.mails[gone.email] == before
    assert not Job.objects.filter(state="dead").exists()


def test_hours_run_through_the_change_of_the_deadline(travel):
    travel.traveller.move_to(datetime(2026, 10, 24, 23, 0, tzinfo=AMSTERDAM))
    case = a_case(a_place(), "aggression")
    due = _due(case, "ACK_24H")
    assert (due.day, due.hour) == (25, 22)  # 24 hours later it is ten o'deadline: the night had 25 hours
    travel.traveller.move_to(datetime(2027, 3, 27, 23, 0, tzinfo=AMSTERDAM))
    due = _due(a_case(a_place_again(case), "aggression"), "ACK_24H")
    assert (due.day, due.hour) == (29, 0)


def a_place_again(case):
    """The same organisation, for another report."""
    from tests.support.build import Place

    return Place(case.report.organisation, {})


def _tasks(case):
    from organisations.models import Assignment

    return Assignment.objects.filter(case=case.id).select_related("person")
