"""No report is ever refused: what looks made by a machine is kept in a lane of its own."""

import hashlib
from itertools import count

import pytest
from django.test import Client
from django.utils import timezone

from cases.models import Case
from jobs import runner
from jobs.models import Job
from reporting.form import lanes
from reporting.form.drafts import Draft
from reporting.models import Fact, Report
from tests.support.reporter import press, receipt_of, send, state_of, to_summary, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def checks(settings, monkeypatch):
    settings.ABUSE_CHECKS, settings.BUSY_AT = True, 1000
    monkeypatch.setattr(lanes, "LEAST_SECONDS", 0)
    lanes._sent.clear()
    yield
    lanes._sent.clear()


def test_a_person_goes_to_the_handlers_at_once(place):
    send(Client(), to_summary(Client()))
    assert Report.objects.get().lane == "normal"
    assert Job.objects.filter(kind="cases.open_case").exists()


def test_a_field_that_nobody_sees_gives_a_machine_away_and_its_report_is_kept(place):
    done = send(Client(), to_summary(Client()), website="https://spam.example")
    assert "Uw melding is binnen" in words_of(done)
    assert Report.objects.get().lane == "quarantine"
    assert not Job.objects.filter(kind="cases.open_case").exists()


def test_a_form_that_is_filled_in_within_seconds_waits_for_a_look(place, monkeypatch):
    monkeypatch.setattr(lanes, "LEAST_SECONDS", 4)
    send(Client(), to_summary(Client()))
    assert Report.objects.get().lane == "quarantine"


def test_when_it_is_busy_a_little_work_of_the_browser_is_enough(place, settings):
    settings.BUSY_AT = 0
    client = Client()
    page = to_summary(client)
    draft = Draft.open(place.organisation, state_of(page))
    challenge = lanes.challenge(draft)
    assert challenge in page.content.decode()
    nonce = next(
        number
        for number in count()
        if int.from_bytes(hashlib.sha256(f"{challenge}:{number}".encode()).digest()[:4], "big") >> 17 == 0
    )
    press(client, page, "send", proof=str(nonce))
    assert Report.objects.get().lane == "normal"


def test_when_it_is_busy_waiting_on_the_last_page_is_enough_too(place, settings, monkeypatch):
    settings.BUSY_AT = 0
    monkeypatch.setattr(lanes, "WAIT_SECONDS", 0)
    send(Client(), to_summary(Client()))
    assert Report.objects.get().lane == "normal"


def test_when_it_is_busy_and_nothing_shows_a_person_the_report_is_kept_apart(place, settings):
    settings.BUSY_AT = 0
    done = send(Client(), to_summary(Client()), proof="1")
    assert "Uw melding is binnen" in words_of(done)
    assert Report.objects.get().lane == "quarantine"


@pytest.mark.both
def test_an_officer_sees_the_lane_and_a_real_report_becomes_a_case(place):
    send(Client(), to_summary(Client()), website="x")
    report = Report.objects.get()
    officer = place.client("officer")
    assert "Te controleren (1)" in words_of(officer.get("/werkplek/"))
    page = officer.get("/werkplek/te-controleren/")
    assert "Na de vergadering zei iemand" in words_of(page)
    officer.post("/werkplek/te-controleren/", {"report": str(report.id), "action": "real"})
    case = Case.objects.get()
    assert case.number == report.number
    assert case.deadlines.exists()
    assert "Te controleren" not in words_of(officer.get("/werkplek/"))


def test_a_page_on_which_nothing_was_done_does_not_say_that_something_was(place):
    send(Client(), to_summary(Client()), website="x")
    officer, chosen = place.client("officer"), {"report": str(Report.objects.get().id), "action": "real"}
    first, *others = (
        words_of(officer.post("/werkplek/te-controleren/", sent, follow=True))
        for sent in (chosen, chosen, {"action": "real"})
    )
    assert "Vastgelegd voor één melding" in first
    for page in others:
        assert "Vastgelegd voor" not in page
        assert "Er is niets vastgelegd" in page


@pytest.mark.both
def test_setting_aside_takes_two_people_and_is_never_counted(place):
    done = send(Client(), to_summary(Client()), website="x")
    report = Report.objects.get()
    first, second = place.client("officer"), place.client("coordinator")
    for _again in range(2):
        first.post("/werkplek/te-controleren/", {"report": str(report.id), "action": "no_report"})
    report.refresh_from_db()
    assert report.lane == "proposed"
    second.post("/werkplek/te-controleren/", {"report": str(report.id), "action": "no_report"})
    report.refresh_from_db()
    assert report.lane == "set_aside"
    assert not Case.objects.exists()
    assert not Fact.objects.exists()
    page = Client().post("/terug/", {"receipt": receipt_of(done)})
    assert "Twee mensen keken naar uw melding" in words_of(page)


def test_who_is_concerned_does_not_see_the_lane(place):
    mayor = place["mayor"]
    send(Client(), to_summary(Client(), "integrity", subject=f"mayor:{mayor.id}"), website="x")
    assert "Te controleren" not in words_of(place.client("mayor").get("/werkplek/"))
    assert "Na de vergadering" not in words_of(place.client("mayor").get("/werkplek/te-controleren/"))


def test_s12_real_reports_are_not_delayed_by_nonsense(place, settings):
    settings.BUSY_AT = 5
    for _number in range(12):
        send(Client(), to_summary(Client()), proof="no")
    real = to_summary(Client(), account="Echt gebeurd.")
    client = Client()
    draft = Draft.open(place.organisation, state_of(real))
    nonce = next(str(number) for number in count() if lanes.is_proof(draft, str(number)))
    press(client, real, "send", proof=nonce)
    assert Report.objects.count() == 13
    assert Report.objects.filter(lane="normal").count() == 6
    runner.run_due()
    assert Case.objects.count() == 6
    pings = Job.objects.filter(kind="mail.ping", key__startswith="quarantine")
    assert pings.count() <= 6


def test_danger_in_the_lane_does_not_wait_for_the_mail_of_the_day(place):
    send(Client(), to_summary(Client(), danger="unsafe"), website="x")
    pings = Job.objects.filter(kind="mail.ping", key__startswith="quarantine:")
    assert pings.exists()
    assert all(ping.due <= timezone.now() for ping in pings)
