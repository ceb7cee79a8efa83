"""Calling a reporter: only where there is a number, with a key that ends, and by a link for who has no account."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.alarm.alarm import record_call, ring
from cases.desk.agreement import disagreements
from cases.desk.refusals import Refused
from jobs.models import Job
from organisations.access.policy import Actor
from reporting.dialogue.alarm import call_again, raise_alarm
from reporting.models import Alarm, AlarmCall
from tests.support.build import a_report, signed_in, who
from tests.support.duty import (
    EVENING,
    NUMBER,
    actions_of,
    alarm_url,
    an_outsider,
    links_sent,
    on_duty_all_week,
    run_all,
)
from tests.support.full_case import a_complaint
from tests.support.reporter import act, come_back, words_of
from vault.compartments import Compartment, readers
from vault.ledger import entries

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@time_machine.travel(EVENING, tick=False)
@pytest.mark.parametrize(
    ("given", "said", "button"),
    [
        ({}, "de melder liet geen nummer achter", "Ik neem het op mij"),
        ({"call_number": NUMBER, "voicemail": "unsafe"}, "Spreek niets in en stuur geen bericht", "Ik bel nu"),
        ({"call_number": NUMBER}, "Spreek niets in en stuur geen bericht", "Ik bel nu"),
        ({"call_number": NUMBER, "voicemail": "safe"}, "Er is een nummer.", "Ik bel nu"),
    ],
)
def test_the_page_says_before_it_is_pressed_whether_a_call_is_possible(place, caller, given, said, button):
    a_report(place, danger="unsafe", **given)
    run_all()
    page = words_of(signed_in(caller).get(alarm_url()))
    assert said in page
    assert button in page
    assert NUMBER not in page
    assert ("Ik bel nu" in page) == bool(given)
    assert ("Spreek niets in" in page) == (bool(given) and given.get("voicemail") != "safe")


@time_machine.travel(EVENING, tick=False)
def test_without_a_number_the_reporter_is_never_told_that_a_call_comes(place, caller):
    report, receipt = a_report(place, danger="unsafe")
    run_all()
    page = words_of(signed_in(caller).post(alarm_url(), follow=True))
    assert "De melder leest het in het postvak" in page
    assert "u belt nu" not in page
    assert "Geen gehoor" not in page
    mailbox = words_of(come_back(Client(), receipt))
    assert "kan u niet bellen, want wij hebben geen nummer van u" in mailbox
    assert "belt u." not in mailbox
    assert not readers(report.case, Compartment.CALL)
    mail.outbox.clear()
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        run_all()
    assert not mail.outbox, "the alarm stopped"


@time_machine.travel(EVENING, tick=False)
@pytest.mark.parametrize(
    ("came_of", "told"), [("reached", "heeft u gesproken"), ("not_reached", "belde u en kreeg u niet te spreken")]
)
def test_the_number_closes_when_the_call_is_recorded(place, caller, came_of, told):
    report, receipt = a_report(place, danger="unsafe", call_number=NUMBER)
    run_all()
    client = signed_in(caller)
    assert NUMBER in words_of(client.post(alarm_url(), follow=True))
    assert readers(report.case, Compartment.CALL) == {caller.id}
    assert client.post(alarm_url(), {"came_of": "perhaps"}).status_code == 422
    page = words_of(client.post(alarm_url(), {"came_of": came_of}, follow=True))
    assert NUMBER not in page
    assert "Het nummer is" in page
    assert not readers(report.case, Compartment.CALL)
    assert not disagreements()
    assert told in words_of(come_back(Client(), receipt))
    assert actions_of(report).count("alarm.called") == 1
    client.post(alarm_url(), {"came_of": came_of})
    assert actions_of(report).count("alarm.called") == 1
    assert "alarm.number_taken_back" in actions_of(report)


@time_machine.travel(EVENING, tick=False)
def test_an_alarm_rings_again_where_nobody_says_what_the_call_came_to(place, caller, settings):
    """Who pressed the button and went home called nobody."""
    settings.ALARM_RECORD_MINUTES = 30
    report, receipt = a_report(place, danger="unsafe", call_number=NUMBER)
    run_all()
    client = signed_in(caller)
    assert "Zeg binnen 30 minuten wat ervan kwam" in words_of(client.post(alarm_url(), follow=True))
    assert "Alarm: u zou bellen. Zeg wat ervan kwam" in words_of(client.get("/werkplek/"))
    mail.outbox.clear()
    with time_machine.travel(timezone.now() + timedelta(minutes=29), tick=False):
        run_all()
        assert not mail.outbox
        assert NUMBER in words_of(signed_in(caller).get(alarm_url()))
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        run_all()
        assert [one.to for one in mail.outbox] == [[caller.email]]
        assert not readers(report.case, Compartment.CALL)
        assert "Wij weten niet of u bent gebeld" in words_of(come_back(Client(), receipt))
        client = signed_in(caller)
        page = words_of(client.get(alarm_url()))
        assert NUMBER not in page
        assert "Ik bel nu" in page
        assert "Alarm: zeg of u belt" in words_of(client.get("/werkplek/"))
        assert not disagreements()
        assert NUMBER in words_of(client.post(alarm_url(), follow=True))
        client.post(alarm_url(), {"came_of": "reached"})
        assert "u zou bellen" not in words_of(client.get("/werkplek/"))
        mail.outbox.clear()
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        run_all()
        assert not mail.outbox, "what was recorded rings no more"


@time_machine.travel(EVENING, tick=False)
def test_what_was_promised_of_an_earlier_answer_leaves_who_answers_next_their_time(place, caller):
    """Work that failed once is not taken back: it finds by itself that it is of another answer."""
    report, _receipt = a_report(place, danger="unsafe", call_number=NUMBER)
    run_all()
    signed_in(caller).post(alarm_url())
    stale = Job.objects.filter(kind="cases.call_not_recorded")
    stale.update(attempts=1)
    [first] = stale.values_list("id", flat=True)
    call_again(Alarm.objects.get())
    with time_machine.travel(timezone.now() + timedelta(minutes=40), tick=False):
        signed_in(caller).post(alarm_url())
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        run_all()
        assert Job.objects.get(id=first).state == "done"
        assert readers(report.case, Compartment.CALL) == {caller.id}
        assert NUMBER in words_of(signed_in(caller).get(alarm_url()))
    with time_machine.travel(timezone.now() + timedelta(minutes=101), tick=False):
        run_all()
        assert not readers(report.case, Compartment.CALL)


@time_machine.travel(EVENING, tick=False)
def test_nobody_else_records_a_call(place, caller):
    a_report(place, danger="unsafe", call_number=NUMBER)
    run_all()
    signed_in(caller).post(alarm_url())
    other = Actor.at(place["coordinator"], place.organisation)
    with pytest.raises(Refused):
        record_call(Alarm.objects.get().occasion, "reached", actor=other)


@time_machine.travel(EVENING, tick=False)
def test_a_contact_outside_opens_the_number_once_by_the_link_and_nothing_else(place):
    shift = an_outsider(place)
    report, receipt = a_report(place, danger="unsafe", call_number=NUMBER)
    [link] = links_sent()
    for word in (report.number, str(report.case), str(report.id), "Achtervang"):
        assert word not in link
    first = Client().get(link)
    assert first.status_code == 200
    assert not first.cookies
    assert NUMBER not in words_of(first)
    assert not Alarm.objects.get().answered_on, "a mail scanner that follows the link answers nothing"
    opened = Client().post(link, {"what": "call"})
    assert NUMBER in words_of(opened)
    assert not opened.cookies
    assert "no-store" in opened["Cache-Control"]
    for word in (report.number, "voorbeeldstad", "bedreig"):
        assert word not in words_of(opened).lower()
    for again in (Client().get(link), Client().post(link, {"what": "call"})):
        assert NUMBER not in words_of(again)
    assert "Wie dienst heeft, belt u." in words_of(come_back(Client(), receipt))
    [row] = [entry for entry in entries(report.case) if entry.action == "alarm.number_opened"]
    assert row.detail["shift"] == str(shift.id)
    Client().post(link, {"what": "not_reached"})
    assert "kreeg u niet te spreken" in words_of(come_back(Client(), receipt))
    assert not readers(report.case, Compartment.CALL)
    assert not disagreements()
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        assert links_sent() == [], "the alarm stopped"


@time_machine.travel(EVENING, tick=False)
def test_a_contact_outside_who_records_no_call_can_say_again_to_call(place):
    an_outsider(place)
    _report, receipt = a_report(place, danger="unsafe", call_number=NUMBER)
    [link] = links_sent()
    assert NUMBER in words_of(Client().post(link, {"what": "call"}))
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        assert len(links_sent()) == 1
        assert "Wij weten niet of u bent gebeld" in words_of(come_back(Client(), receipt))
        assert NUMBER not in words_of(Client().get(link))
        assert NUMBER in words_of(Client().post(link, {"what": "call"}))
        Client().post(link, {"what": "reached"})
        assert "heeft u gesproken" in words_of(come_back(Client(), receipt))


@time_machine.travel(EVENING, tick=False)
def test_a_button_pressed_twice_shows_the_number_to_that_page_until_the_call_is_recorded(place):
    an_outsider(place)
    a_report(place, danger="unsafe", call_number=NUMBER)
    [link] = links_sent()
    page = re.search(r'name="page" value="([^"]+)"', Client().get(link).content.decode())[1]
    for _ in range(2):
        assert NUMBER in words_of(Client().post(link, {"what": "call", "page": page}))
    assert 'name="page"' not in Client().get(link).content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert NUMBER not in words_of(Client().post(link, {"what": "call", "page": page}))
    Client().post(link, {"what": "reached"})
    assert NUMBER not in words_of(Client().post(link, {"what": "call", "page": page}))


@time_machine.travel(EVENING, tick=False)
def test_a_link_that_is_too_old_changed_or_of_nothing_opens_nothing(place):
    an_outsider(place)
    a_report(place, danger="unsafe", call_number=NUMBER)
    [link] = links_sent()
    _none, _alarm, which, until, signature, _end = link.split("/")
    for changed in (
        f"/alarm/{which}/{int(until) + 3600}/{signature}/",
        f"/alarm/{which}/{until}/{signature[:-1]}x/",
        f"/alarm/{uuid4()}/{until}/{signature}/",
    ):
        assert Client().post(changed, {"what": "call"}).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(hours=13), tick=False):
        assert Client().get(link).status_code == 404
        assert Client().post(link, {"what": "call"}).status_code == 404
    assert not Alarm.objects.get().answered_on


@time_machine.travel(EVENING, tick=False)
def test_a_contact_outside_who_is_named_after_the_mail_opens_nothing_and_gets_no_other(place):
    an_outsider(place, "Quirijn Ongelooflijk")
    _report, receipt = a_report(place, danger="unsafe", call_number=NUMBER)
    [link] = links_sent()
    browser = Client()
    act(browser, come_back(browser, receipt), "message", text="Het was Quirijn Ongelooflijk die mij bedreigde.")
    assert Client().get(link).status_code == 404
    assert Client().post(link, {"what": "call"}).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert links_sent() == []


@time_machine.travel(EVENING, tick=False)
def test_who_is_second_by_a_link_reads_that_somebody_calls(place, caller):
    an_outsider(place)
    a_report(place, danger="unsafe", call_number=NUMBER)
    run_all()
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        [link] = links_sent()
        signed_in(caller).post(alarm_url())
        late = Client().post(link, {"what": "call"})
        assert late.status_code == 422
        assert "Iemand anders belt al" in words_of(late)
        assert NUMBER not in words_of(late)


@time_machine.travel(EVENING, tick=False)
def test_a_second_alarm_of_the_report_keeps_the_number_open(place, caller):
    report, _receipt = a_report(place, danger="unsafe", call_number=NUMBER)
    raise_alarm(report, uuid4())
    run_all()
    client = signed_in(caller)
    first, second = (reverse("cases:alarm", args=[alarm.occasion]) for alarm in Alarm.objects.all())
    client.post(first)
    client.post(second)
    client.post(first, {"came_of": "not_reached"})
    assert NUMBER in words_of(client.get(second))
    client.post(second, {"came_of": "reached"})
    assert not readers(report.case, Compartment.CALL)


@time_machine.travel(EVENING, tick=False)
@pytest.mark.parametrize("came_of", ["reached", "not_reached"])
def test_the_timeline_says_who_was_alarmed_who_calls_and_what_it_came_to(place, caller, came_of):
    report, _receipt = a_report(place, danger="unsafe", call_number=NUMBER)
    run_all()
    officer = signed_in(who(report.case, "case_officer").person)
    timeline = f"/werkplek/zaak/{report.case}/tijdlijn/"
    assert f"Alarm voor wie dienst heeft 1 maart 2027, 20.00, {caller.name}" in words_of(officer.get(timeline))
    assert "Alarm opgepakt" not in words_of(officer.get(timeline))
    signed_in(caller).post(alarm_url())
    assert f"Alarm opgepakt: belt de melder 1 maart 2027, 20.00, {caller.name}" in words_of(officer.get(timeline))
    assert "Gebeld:" not in words_of(officer.get(timeline))
    signed_in(caller).post(alarm_url(), {"came_of": came_of})
    said = {"reached": "Gebeld: de melder gesproken", "not_reached": "Gebeld: de melder niet bereikt"}[came_of]
    page = words_of(officer.get(timeline))
    assert f"{said} 1 maart 2027, 20.00, {caller.name}" in page
    assert NUMBER not in page
    assert signed_in(caller).get(timeline).status_code == 404, "who was called reads nothing of the case"


@time_machine.travel(EVENING, tick=False)
def test_the_timeline_names_no_contact_outside_and_nothing_that_was_told_apart(place):
    an_outsider(place)
    complaint, _receipt = a_complaint(place, "retaliation")
    report = complaint.report
    raise_alarm(report, report.id)
    raise_alarm(report, complaint.id, complaint=complaint)
    run_all()
    assert AlarmCall.objects.count() == 2
    page = words_of(signed_in(who(report.case, "case_officer").person).get(f"/werkplek/zaak/{report.case}/tijdlijn/"))
    assert page.count("Alarm voor wie dienst heeft") == 1
    assert "een contact buiten de organisatie" in page
    assert "Robin Achtervang" not in page


@time_machine.travel(EVENING, tick=False)
def test_the_alarm_leads_to_the_case_only_for_who_reads_that(place, caller):
    report, _receipt = a_report(place, danger="unsafe")
    run_all()
    officer = who(report.case, "case_officer").person
    on_duty_all_week(place, officer)
    ring(Alarm.objects.get().id)
    link = f'href="/werkplek/zaak/{report.case}/"'
    assert link in signed_in(officer).get(alarm_url()).content.decode()
    assert link not in signed_in(caller).get(alarm_url()).content.decode()
