"""What a reporter says against somebody of the case reaches nobody who has or had the case: each page, feed, mail and row is
that of a world without it."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.deadlines.feed import read_feed, renew_feed
from cases.deciding.opening import open_case
from cases.desk.access import take_away
from cases.models import Deadline, Todo
from jobs.models import Job
from jobs.runner import run_due
from organisations.access.policy import Actor
from organisations.models import Assignment, Person, Recusal
from organisations.people.appointments import appoint
from reporting.models import Complaint, Message, Report, Told
from tests.support.build import a_report, signed_in, walk, who
from tests.support.reporter import act, come_back
from vault.models import KeyGrant, LedgerEvent, SealedText

pytestmark = pytest.mark.django_db
TOKEN = re.compile(rb'name="(csrfmiddlewaretoken|token)"\s+value="[^"]+"')
WORDS = "WRAAK: dat is de broer van de dader."
ACTS = [
    ("retaliation", {"by_whom": "handler"}),
    ("retaliation", {"by_whom": "unknown"}),
    ("retaliation", {}),
    ("other_handler", {}),
    ("complaint", {"way": "complaint"}),
    ("complaint", {"way": "formal_complaint"}),
]
PAGES = ["", "melding/", "melder/", "berichten/", "bewijs/", "notities/", "tijdlijn/", "termijnen/", "besluiten/",
         "toegang/", "documenten/", "uitvoer/", "samenhang/", "logboek/"]  # fmt: skip
LISTS = ["/werkplek/", "/werkplek/?show=unread", "/werkplek/agenda/",
         "/werkplek/apart/", "/werkplek/te-controleren/", "/werkplek/wacht/", "/zorgplicht/"]  # fmt: skip


def _rows(case) -> list:
    """What the database holds of the case, but for the complaint itself."""
    chain = LedgerEvent.objects.filter(chain=case.id).values_list("sequence", "body")
    return [
        [(number, bytes(body)) for number, body in chain],
        list(Deadline.objects.filter(case=case).values_list("code", "due", "met_at", "waived")),
        list(Todo.objects.filter(case=case).values_list("id")),
        list(Told.objects.filter(report=case.report).values_list("sequence", "code", "on")),
        list(Message.objects.filter(report=case.report).values_list("sequence", "kind")),
        list(Report.objects.filter(id=case.report_id).values()),
        sorted(KeyGrant.objects.filter(case=case.id).values_list("compartment", "reader__holder")),
        sorted(SealedText.objects.filter(case=case.id).values_list("id", flat=True)),
        sorted(map(bytes, Recusal.objects.filter(case=case.id).values_list("token", flat=True))),
        sorted(Assignment.objects.filter(case=case.id).values_list("person", "relation", "ended")),
    ]


def _seen_by_the_case(case, people: list[Person], feeds: list[str]) -> list:
    """Everything that everybody of the case can see, and what stands ready for them. Leaves nothing behind."""
    with transaction.atomic():
        run_due()
        seen = _rows(case)
        for person in people:
            client = signed_in(person)
            urls = [*LISTS, *(f"/werkplek/zaak/{case.id}/{page}" for page in PAGES)]
            seen += [(answer.status_code, TOKEN.sub(b"", answer.content)) for answer in map(client.get, urls)]
            found = client.post("/werkplek/zoeken/", {"sought": "WRAAK"})
            seen.append((found.status_code, TOKEN.sub(b"", found.content)))
            seen.append(sorted(Job.objects.filter(target=person.id).values_list("kind", "key", "due", "state")))
        seen += [read_feed(token, "https://weerbaar.example") for token in feeds]
        seen.append(sorted(message.to[0] for message in mail.outbox if message.to[0] in {one.email for one in people}))
        transaction.set_rollback(True)
    mail.outbox.clear()
    return seen


def _people(case) -> list[Person]:
    ids = Assignment.objects.filter(case=case.id).values("person")
    return list(Person.objects.filter(id__in=ids).order_by("id"))


def _compared(case, receipt: str, steps: Callable[[Client], None], *, looks: int = 1) -> None:
    """The world after `steps` of the reporter is that in which the reporter only looked as often."""
    people = _people(case)
    mail.outbox.clear()
    feeds = [renew_feed(Actor.at(person, row.organisation)) for person in people
             for row in Assignment.objects.filter(case=case.id, person=person)[:1]]  # fmt: skip
    with transaction.atomic():
        for _look in range(looks):
            come_back(Client(), receipt)
        without = _seen_by_the_case(case, people, feeds)
        transaction.set_rollback(True)
    steps(Client())
    assert Complaint.objects.exists()
    with_it = _seen_by_the_case(case, people, feeds)
    assert len(without) > 100
    differing = [number for number, pair in enumerate(zip(without, with_it, strict=True)) if pair[0] != pair[1]]
    assert differing == []


def _tells(receipt: str, action: str, fields: dict, client: Client) -> None:
    answer = act(client, come_back(client, receipt), action, text=WORDS, **fields)
    assert answer.status_code == 200


@pytest.fixture
def still(place):
    """Nothing moves: two worlds are compared to the byte."""
    with time_machine.travel(timezone.now().replace(hour=10, minute=0), tick=False):
        yield place


def _a_case(place, **answers):
    report, receipt = a_report(place, **answers)
    case = walk(open_case(report), "acknowledge")
    run_due()
    former = who(case.id, "co_reader").person
    take_away(case, former)  # had the case once
    return case, receipt


def test_nobody_who_has_or_had_the_case_sees_a_byte_of_it(still):
    case, receipt = _a_case(still, kind="integrity", known_as="named", subject="employee:")

    def steps(client: Client) -> None:
        """Everything that can be told apart, answers and what follows."""
        for action, fields in ACTS:
            _tells(receipt, action, fields, client)
        assert Complaint.objects.count() == len(ACTS)
        asked = Complaint.objects.get(kind="other_handler")
        page = signed_in(Assignment.objects.filter(case=asked.id)[0].person)
        url = reverse("cases:complaint", args=[asked.id])
        assert page.post(url, {"what": "answer", "text": "Wie bedoelt u?", "token": uuid4()}).status_code == 302
        box = act(client, come_back(client, receipt), "apart", complaint=str(asked.id), text="De coördinator.")
        assert "De coördinator." in box.content.decode()
        assert (
            page.post(url, {"what": "close", "reason": "Wij houden het zo, en leggen uit waarom."}).status_code == 302
        )

    _compared(case, receipt, steps, looks=len(ACTS) + 1)


def test_nor_of_an_anonymous_reporter(still):
    case, receipt = _a_case(still, kind="aggression", known_as="anonymous")
    _compared(case, receipt, partial(_tells, receipt, "retaliation", {}))


def test_nor_does_an_alarm_reach_them(still):
    case, receipt = _a_case(still, kind="integrity", known_as="named", subject="employee:")
    busy = [person.id for person in _people(case)]
    Person.objects.exclude(id__in=busy).filter(functions__isnull=False).update(is_active=False)
    appoint(_people(case)[0], still.organisation, "administrator")
    _tells(receipt, "other_handler", {}, Client())
    complaint = Complaint.objects.get()
    assert not Assignment.objects.filter(case=complaint.id).exists()
    Job.objects.filter(kind="mail.ping").delete()
    run_due()
    alarmed = set(Job.objects.filter(kind="mail.ping").values_list("target", flat=True))
    assert alarmed
    assert not alarmed & set(busy)


def test_a_missed_due_moment_tells_the_readers_only(still):
    _case, receipt = _a_case(still, kind="integrity", known_as="named", subject="employee:")
    _tells(receipt, "retaliation", {"by_whom": "handler"}, Client())
    complaint = Complaint.objects.get()
    readers = set(Assignment.objects.filter(case=complaint.id).values_list("person", flat=True))
    run_due()
    before = set(Job.objects.filter(kind="mail.ping").values_list("key", flat=True))
    with time_machine.travel(complaint.due + timedelta(minutes=2), tick=False):
        run_due()
    new = Job.objects.filter(kind="mail.ping").exclude(key__in=before).filter(key__startswith="complaint:")
    assert set(new.values_list("target", flat=True)) == readers
