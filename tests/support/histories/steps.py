"""Everything that can happen in a history, by its name."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from django.utils import timezone

from cases.job_kinds import CaseJob
from jobs.models import Job
from jobs.runner import run_due
from reporting.job_kinds import ReportJob
from tests.support.histories.steps_after_closing import AFTER_CLOSING
from tests.support.histories.steps_of_duty import OF_DUTY, ON_DUTY
from tests.support.histories.steps_of_measures import OF_MEASURES
from tests.support.histories.steps_of_parties import OF_PARTIES, PARKED
from tests.support.histories.steps_of_people import OF_PEOPLE, hand_on_what_ended
from tests.support.histories.steps_of_reporters import OF_REPORTERS

if TYPE_CHECKING:
    from tests.support.histories.history import History


def _work(history: History, slot: int, chance: Random) -> None:
    """A worker does what is due."""
    run_due()
    known = {
        person for people in history.soon.values() for person in people
    }  # a mail may have gone before the comparison
    mails = Job.objects.filter(kind=ReportJob.PING_PERSON, target__in=known)
    history.pings |= set(mails.values_list("id", flat=True))
    for number, people in history.soon.items():
        history.about.setdefault(number, set()).update(people)
    history.soon.clear()


def _late(history: History, slot: int, chance: Random) -> None:
    """Time goes by: what waited for a day or a slot is due."""
    kinds = [CaseJob.AFTER_SILENCE, CaseJob.REMIND, ReportJob.REPORTER_WROTE, ReportJob.END_PARTS, ReportJob.RING]
    Job.objects.filter(kind__in=kinds, state="open").update(due=timezone.now() - timedelta(minutes=1))
    hand_on_what_ended()
    _work(history, slot, chance)


STEPS = {
    **OF_REPORTERS,
    **OF_PEOPLE,
    **AFTER_CLOSING,
    **OF_PARTIES,
    **PARKED,
    **OF_DUTY,
    **ON_DUTY,
    **OF_MEASURES,
    "work": _work,
    "late": _late,
}
OF_A_REPORT = {
    "report", "message", "evidence", "name given", "writes", "name recorded", "hand over", "transfer", "not free", "answers",
    "link", "told apart", *AFTER_CLOSING, *OF_PARTIES, *PARKED, *OF_DUTY, *OF_MEASURES,
}  # fmt: skip
OFTEN = [
    *STEPS, "after closing", "work", "work", "message", "message", "writes", "name recorded", "answers", "hand over", "transfer", "not free",
    "report", "papers page", "papers",
]  # fmt: skip
