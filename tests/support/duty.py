"""Who is on duty, a fixed contact outside whom two people agreed upon, and what an alarm sends them."""

import re

from django.core import mail
from django.urls import reverse

from jobs.runner import run_due
from organisations.models import DutyShift, Organisation, Person
from reporting.models import Alarm, Report
from vault.ledger import entries

EVENING = "2027-03-01 20:00+01:00"  # a Monday
HOUR = 60  # minutes
NUMBER = "06 12 34 56 78"


def a_contact(
    organisation: Organisation, entered_by: Person, agreed_by: Person, name: str = "Robin Achtervang", address: str = ""
) -> DutyShift:
    email = address or f"{name.split()[0].lower()}@elders.example"
    given = {"entered_by": entered_by, "agreed_by": agreed_by}
    return DutyShift.objects.create(organisation=organisation, name=name, email=email, **given)


def on_duty_all_week(place, person: Person) -> None:
    DutyShift.objects.create(organisation=place.organisation, person=person, begins=0, ends=7 * 24 * HOUR)


def run_all() -> None:
    for _ in range(3):
        run_due()


def alarm_url() -> str:
    return reverse("cases:alarm", args=[Alarm.objects.get().occasion])


def actions_of(report: Report) -> list[str]:
    return [entry.action for entry in entries(report.case)]


def an_outsider(place, name: str = "Robin Achtervang") -> DutyShift:
    return a_contact(place.organisation, place["administrator"], place["registrar"], name, "robin@elders.example")


def links_sent() -> list[str]:
    """The paths of the links that went out now; empties the box."""
    run_all()
    bodies = [message.body for message in mail.outbox if message.to == ["robin@elders.example"]]
    mail.outbox.clear()
    return [re.search(r"https?://[^/]+(/alarm/\S+)", body)[1] for body in bodies]
