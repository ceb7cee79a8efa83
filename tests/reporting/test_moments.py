"""When an anonymous reporter came is told by nothing: no mail, job, row, event or calendar (docs/reliability.md).

Two reporters do the same at two moments between the same two slots of the mail. What is stored and what leaves must be the
same, to the second.
"""

import json
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.core import mail
from django.db import models, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cases.deadlines.running import start_at_opening, start_deadlines
from cases.models import Case
from cases.protocol.kinds.deadline_kinds import deadline_kinds
from jobs.models import Job
from jobs.outbox import next_mail_slot
from jobs.runner import run_due
from organisations.models import Assignment
from reporting.dialogue.progress import week_of
from tests.support.build import a_case, a_place, a_report
from tests.support.reporter import act, come_back, words_of
from tests.support.services import ROOT
from vault.models import LedgerEvent

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
RANDOM = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}|[0-9a-f]{64}")
APART = {"sessions.Session", "vault.LedgerHead"}


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def _stored() -> list[tuple]:
    """Every day and moment in the database, the keys of the jobs and the bodies of the ledger, without what is chance."""
    found = []
    for model in apps.get_models():
        if model._meta.label in APART or not model._meta.managed:
            continue
        fields = [field for field in model._meta.concrete_fields if isinstance(field, models.DateField)]
        for row in model._default_manager.all() if fields else ():
            found += [(model._meta.label, field.name, str(getattr(row, field.attname))) for field in fields]
    found += [("key", job.kind, RANDOM.sub("*", job.key)) for job in Job.objects.all()]
    for event in LedgerEvent.objects.all():
        body = json.loads(bytes(event.body)[bytes(event.body).index(b"{") :])
        found.append(("ledger", body["action"], body["at"]))
    return sorted(found)


def _left() -> list[tuple]:
    said = sorted((message.to[0], message.subject) for message in mail.outbox)
    mail.outbox.clear()
    return said


class Undo(Exception):
    pass


def _told_by(moments: list[datetime], does) -> list:
    """What is stored and what leaves after somebody did something at the first moment, and after each of the others: a
    worker looks at all of them."""
    seen = []
    try:
        with transaction.atomic():
            with time_machine.travel(moments[0], tick=False) as clock:
                does()
                run_due()
                seen.append((_stored(), _left()))
                for moment in moments[1:]:
                    clock.move_to(moment)
                    while run_due():
                        pass
                    seen.append((_stored(), _left()))
            raise Undo
    except Undo:
        return seen


def _same(first: list, second: list) -> None:
    for (stored, left), (stored_too, left_too) in zip(first, second, strict=True):
        assert set(stored) ^ set(stored_too) == set()
        assert (stored, left) == (stored_too, left_too)


NIGHTS = {
    "a morning": ["2027-03-03T09:00:00", "2027-03-03T13:59:59", "2027-03-03T14:00:00"],
    "a night": ["2027-03-03T14:00:01", "2027-03-04T08:59:59", "2027-03-04T09:00:00"],
    "a week's end": ["2027-03-06T14:00:01", "2027-03-07T08:59:59", "2027-03-07T09:00:00"],
    "the clock goes forward": ["2027-03-27T14:00:01", "2027-03-28T08:30:00", "2027-03-28T09:00:00"],
    "the clock goes back": ["2027-10-30T14:00:01", "2027-10-31T02:30:00", "2027-10-31T09:00:00"],
}
REPORTS = {
    "aggression": {"kind": "aggression"},
    "danger": {"kind": "aggression", "danger": "unsafe"},
    "integrity": {"kind": "integrity"},
}


@pytest.mark.parametrize("night", NIGHTS)
@pytest.mark.parametrize("what", REPORTS)
def test_a_report_is_the_same_whenever_it_came_between_two_slots(night, what):
    place = a_place()
    early, late, slot = map(_at, NIGHTS[night])

    def does():
        a_report(place, known_as="anonymous", **REPORTS[what])

    first, second = (_told_by([moment, slot, slot + timedelta(days=3)], does) for moment in (early, late))
    _same(first, second)
    assert first[0][1] == [], "nothing leaves before the slot"
    assert first[1][1], "something leaves in it"


ACTS = {
    "writes": lambda case, page, client: act(client, page, "message", text="Er is nog iets gebeurd."),
    "names who reads": lambda case, page, client: act(client, page, "message", text=f"Het was {_officer(case).name}."),
    "is harmed": lambda case, page, client: act(
        client, page, "retaliation", by_whom="other", text="Mijn rooster is ineens veranderd."
    ),
    "withdraws": lambda case, page, client: act(client, page, "withdraw", text="Ik wil dat het stopt."),
    "complains": lambda case, page, client: act(client, page, "complaint", way="complaint", text="Niemand doet iets."),
}


def _officer(case: Case):
    return Assignment.objects.filter(case=case.id, relation="case_officer").select_related("person").first().person


@pytest.mark.parametrize("what", ACTS)
def test_what_an_anonymous_reporter_does_later_is_the_same_too(what):
    place = a_place()
    with time_machine.travel(_at("2027-02-22T10:00:00"), tick=False) as clock:
        report, receipt = a_report(place, known_as="anonymous")
        run_due()
        clock.move_to(_at("2027-03-03T13:00:00"))  # what ran by hours is over
        while run_due():
            pass
    mail.outbox.clear()
    case = Case.objects.get(id=report.case)
    early, late, slot = map(_at, NIGHTS["a night"])

    def does():
        from django.test import Client

        client = Client()
        page = ACTS[what](case, come_back(client, receipt), client)
        assert page.status_code == 200, words_of(page)[:1500]

    first, second = (_told_by([moment, slot, slot + timedelta(days=3)], does) for moment in (early, late))
    _same(first, second)
    assert first[0][1] == [], "nothing leaves before the slot"


def test_one_function_knows_the_slots():
    """Whoever else asks for a slot does so for people at work, and never for a report."""
    asking = {
        str(path.relative_to(ROOT))
        for app in ("cases", "organisations", "reporting", "monitor", "care", "weerbaar")
        for path in (ROOT / app).rglob("*.py")
        if "next_mail_slot" in path.read_text()
    }
    assert (
        asking
        == {
            "reporting/moments.py",
            "reporting/form/submission.py",  # the lane to check: one mail a day, however many reports wait, by `may_leave` too
            "cases/parties/pings.py",  # a mail to a person of the case, which people at work cause
            "weerbaar/logs.py",  # lines about the pages of outsiders wait for it
            "cases/jobs.py",  # one mail a day about what has waited for days
        }
    )


@pytest.fixture
def anonymous():
    """A case of each kind, as rows that every example begins with anew."""
    place = a_place()
    with time_machine.travel(_at("2027-01-04T10:00:00"), tick=False):
        return [a_case(place, kind, known_as="anonymous") for kind in ("aggression", "integrity")]


MOMENTS = st.datetimes(datetime(2026, 12, 28), datetime(2028, 1, 3)).map(
    lambda moment: moment.replace(tzinfo=AMSTERDAM)
)


@given(moment=MOMENTS, later=st.floats(0, 1), which=st.sampled_from([0, 1]))
@example(moment=_at("2027-03-28T01:59:59"), later=0.9, which=0)
@example(moment=_at("2027-10-31T02:30:00"), later=0.5, which=1)
@example(moment=_at("2027-03-07T23:59:59"), later=0.0, which=0)  # the week of the report is nearly over
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_deadline_lets_anything_leave_before_the_slot(anonymous, moment, later, which):
    """All deadlines that there are, begun by the report and by what an anonymous reporter does, at every hour of two years."""
    case = anonymous[which]
    slot = next_mail_slot(moment)
    end = min(slot, datetime.combine(week_of(moment.date()) + timedelta(days=7), datetime.min.time(), AMSTERDAM))
    other = moment + (end - timedelta(seconds=1) - moment) * later  # of the same slot and the same week
    first, second = _promised(case, moment), _promised(case, other)
    assert first == second
    assert min(due for _kind, _code, due in first) >= slot


def _promised(case: Case, moment: datetime) -> list[tuple[str, str, datetime]]:
    """What the deadlines of a case promise that came at a moment, and when."""
    Job.objects.all().delete()
    case.deadlines.all().delete()
    case.report.received_on = week_of(timezone_day(moment))
    case.report.save(update_fields=["received_on"])
    with time_machine.travel(moment, tick=False):
        start_at_opening(case, {"danger": "now", "injury": "hospital", "aggression_form": "stalking"})
        start_deadlines(case, [code for code, kind in deadline_kinds().items() if kind.unit != "meeting"], None)
        mail.outbox.clear()
        while run_due():
            pass
        assert mail.outbox == []
        codes = dict(case.deadlines.values_list("id", "code"))
        return sorted(
            (job.kind, codes[job.target], job.due) for job in Job.objects.filter(state="open", target__in=codes)
        )


def timezone_day(moment: datetime) -> date:
    return moment.astimezone(AMSTERDAM).date()
