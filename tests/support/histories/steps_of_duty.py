"""What cannot wait, in a history: people come on the duty roster, an alarm calls who is free, and somebody says to call."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING
from uuid import uuid4

from cases.alarm.alarm import call_for, record_call, ring, say_to_call
from organisations.access.policy import Actor
from organisations.models import DutyShift
from organisations.people.appointments import organisations_of
from organisations.people.duty import WEEK
from reporting.dialogue.alarm import raise_alarm
from reporting.models import Alarm

if TYPE_CHECKING:
    from tests.support.histories.history import History


def _on_duty(history: History, slot: int, chance: Random) -> None:
    """Somebody of the town is on duty at every hour; whoever was so stays on the roster."""
    person = history.someone(chance)
    DutyShift.objects.get_or_create(organisation=history.world.town, person=person, begins=0, ends=WEEK)


def _alarm(history: History, slot: int, chance: Random) -> None:
    """Something cannot wait, or nobody answered yet: whoever is free is called, one more each time."""
    report = history.reports[slot]
    alarms = Alarm.objects.filter(report=report, answered_on=None)
    if not alarms.exists():
        raise_alarm(report, uuid4(), at_once=True)
    for alarm in alarms.order_by("id"):
        ring(alarm.id)


def _answers_alarm(history: History, slot: int, chance: Random) -> None:
    """Who was called says to call the reporter, or says what the call came to."""
    for alarm in Alarm.objects.filter(report=history.reports[slot]).order_by("id"):
        called = [row.person for row in alarm.calls.exclude(person=None).select_related("person")]
        free = sorted(
            (person for person in called if not history.is_about(slot, person.id)),
            key=lambda person: person.email or "",
        )
        for person in free:
            actor = Actor.at(person, next(iter(organisations_of(person)), history.world.town))
            if call_for(actor, alarm.occasion) is None:
                continue
            if alarm.answered_on is None:
                say_to_call(alarm.occasion, actor=actor)
                return
            if alarm.answered_by_id == person.id and chance.random() < 0.5:
                record_call(alarm.occasion, chance.choice(Alarm.CameOf.values), actor=actor)
                return


OF_DUTY = {"alarm": _alarm, "answers alarm": _answers_alarm}
ON_DUTY = {"on duty": _on_duty}  # of no report
