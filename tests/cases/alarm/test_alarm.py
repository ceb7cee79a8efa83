"""What cannot wait: who is called and who never, how it repeats and stops, and that mail and webhook say the same of every case."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.desk.agreement import disagreements
from cases.models import Case
from cases.people.barring import end_parts
from jobs.models import Job
from jobs.runner import run_due
from jobs.sending import webhook
from organisations.access.bars import Suspended, suspend
from organisations.models import Assignment, DutyShift, Person
from reporting.dialogue.alarm import raise_alarm
from reporting.form.submission import submit
from reporting.models import Alarm, AlarmCall, Report
from tests.support.build import a_draft, a_report, signed_in, who
from tests.support.duty import EVENING, HOUR, a_contact
from tests.support.full_case import a_complaint
from tests.support.pages import in_one_line
from tests.support.reporter import act, come_back, send, to_summary, words_of
from vault.compartments import Compartment, readers
from vault.ledger import entries

pytestmark = pytest.mark.django_db
WORKLIST = "/werkplek/"


def _shift(place, person: Person, begins: int = 18 * HOUR, ends: int = 32 * HOUR) -> DutyShift:
    return DutyShift.objects.create(organisation=place.organisation, person=person, begins=begins, ends=ends)


def _alarms() -> list[str]:
    """The addresses of the mails of an alarm that go out now; empties the box."""
    run_due()
    run_due()
    sent = [address for message in mail.outbox if message.subject == "Alarm in Weerbaar" for address in message.to]
    mail.outbox.clear()
    return sent


def _later(minutes: int) -> list[str]:
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
        return _alarms()


def _url(alarm: Alarm) -> str:
    return reverse("cases:alarm", args=[alarm.occasion])


@time_machine.travel(EVENING, tick=False)
def test_danger_calls_whose_shift_it_is_and_nobody_else(place):
    on_duty = place.people["officer"][0]
    _shift(place, on_duty)
    _shift(place, place.people["officer"][1], 32 * HOUR, 42 * HOUR)
    a_report(place, danger="unsafe")
    assert _alarms() == [on_duty.email]
    a_report(place, danger="safe")
    assert _alarms() == []


@pytest.mark.both
@time_machine.travel(EVENING, tick=False)
def test_the_alarm_repeats_with_one_more_each_time_until_somebody_calls(place):
    first, second = place.people["officer"][:2]
    _shift(place, first)
    _shift(place, second, 32 * HOUR, 42 * HOUR)
    a_contact(
        place.organisation, place["administrator"], place["registrar"], "Robin Achtervang", "robin@elders.example"
    )
    report, receipt = a_report(place, danger="unsafe", call_number="06 12 34 56 78")
    assert _alarms() == [first.email]
    assert _later(14) == []
    assert sorted(_later(16)) == sorted([first.email, second.email])
    assert sorted(_later(32)) == sorted([first.email, second.email, "robin@elders.example"])
    assert "belt u" not in words_of(come_back(Client(), receipt))
    alarm, client = Alarm.objects.get(), signed_in(first)
    page = in_one_line(client.get(WORKLIST).content.decode())
    assert "Alarm: iemand is niet veilig. Zeg of u belt" in page
    assert _url(alarm) in page
    answer = client.post(_url(alarm), follow=True)
    assert "u belt nu" in words_of(answer)
    assert "Wie dienst heeft, belt u." in words_of(come_back(Client(), receipt))
    assert _later(48) == []
    assert first.email in _later(62), "nobody said what the call came to"
    client.post(_url(alarm))
    client.post(_url(alarm), {"came_of": "reached"})
    assert _later(600) == []
    assert "alarm.answered" in [entry.action for entry in entries(report.case)]
    assert "Alarm: iemand is niet veilig" not in in_one_line(client.get(WORKLIST).content.decode())


@pytest.mark.both
@time_machine.travel(EVENING, tick=False)
def test_who_comes_second_reads_that_somebody_calls(place):
    first, second = place.people["officer"][:2]
    _shift(place, first)
    _shift(place, second)
    a_report(place, danger="unsafe")
    _alarms()
    _later(16)
    alarm = Alarm.objects.get()
    assert signed_in(first).post(_url(alarm)).status_code == 302
    late = signed_in(second).post(_url(alarm))
    assert late.status_code == 422
    assert "Iemand anders belt al." in words_of(late)
    assert signed_in(first).post(_url(alarm)).status_code == 302
    assert Alarm.objects.get().answered_by == first


@time_machine.travel(EVENING, tick=False)
@pytest.mark.parametrize("how", ["chosen", "typed"])
def test_who_is_or_may_be_concerned_is_never_called(place, how):
    accused, other = place["alderman"], place.people["officer"][1]
    _shift(place, accused)
    _shift(place, other)
    DutyShift.objects.filter(person=other).update(begins=17 * HOUR)
    about = (
        {"kind": "integrity", "subject": f"alderman:{accused.id}"}
        if how == "chosen"
        else {"account": f"Dat zei {accused.name} tegen mij, en nu ben ik bang."}
    )
    report, _receipt = a_report(place, danger="unsafe", **about)
    if how == "chosen":  # there is no question of danger in reports of this kind, but retaliation can be told
        raise_alarm(report, report.id)
    rounds = [*_alarms(), *_later(16), *_later(32), *_later(48)]
    assert other.email in rounds
    assert accused.email not in rounds
    alarm = Alarm.objects.get()
    assert not AlarmCall.objects.filter(person=accused).exists()
    assert signed_in(accused).get(_url(alarm)).status_code == 404
    assert signed_in(accused).post(_url(alarm)).status_code == 404
    assert "Alarm" not in in_one_line(signed_in(accused).get(WORKLIST).content.decode())


@pytest.mark.both
@time_machine.travel(EVENING, tick=False)
def test_revenge_that_was_told_apart_calls_nobody_who_has_the_case(place):
    complaint, receipt = a_complaint(place, "retaliation")
    handler = Person.objects.get(
        id__in=[
            row.person_id
            for row in Assignment.objects.filter(case=complaint.report.case, ended=False)
            if row.relation == "handler"
        ]
    )
    free = place["archivist"]
    _shift(place, handler)
    _shift(place, free)
    rounds = [*_alarms(), *_later(16), *_later(32)]
    assert set(rounds) == {free.email}
    alarm = Alarm.objects.get(complaint=complaint)
    assert signed_in(handler).get(_url(alarm)).status_code == 404
    before = [entry.action for entry in entries(complaint.report.case)]
    assert signed_in(free).post(_url(alarm)).status_code == 302
    assert [entry.action for entry in entries(complaint.report.case)] == before
    assert "zag uw alarm en kan u niet bellen" in words_of(come_back(Client(), receipt))
    assert not complaint.report.told.filter(code__startswith="duty_").exists()


@time_machine.travel(EVENING, tick=False)
def test_revenge_by_somebody_else_calls_too(place):
    _shift(place, place["archivist"])
    _report, receipt = a_report(place)
    browser = Client()
    run_due()
    page = come_back(browser, receipt)
    act(browser, page, "retaliation", text="Mijn rooster is veranderd.", by_whom="other")
    assert _alarms() == [place["archivist"].email]


@time_machine.travel(EVENING, tick=False)
def test_an_anonymous_report_calls_nobody_before_the_next_slot(place):
    officer = place.people["officer"][0]
    _shift(place, officer, 0, 7 * 24 * HOUR)
    a_report(place, danger="unsafe", known_as="anonymous")
    assert _alarms() == []
    assert _later(12 * HOUR) == []
    assert _later(13 * HOUR + 1) == [officer.email]


@time_machine.travel(EVENING, tick=False)
def test_mail_and_webhook_are_the_same_bytes_for_two_cases(place, settings, monkeypatch):
    settings.ALARM_WEBHOOK = "https://sms.example/alarm"
    posted: list[tuple[str, bytes]] = []

    class Answer:
        def __enter__(self):
            return self

        def __exit__(self, *_given):
            return None

    class Opener:
        def open(self, request, timeout):
            posted.append((request.full_url, request.data))
            return Answer()

    monkeypatch.setattr(webhook, "build_opener", lambda *_handlers: Opener())
    _shift(place, place.people["officer"][0])
    bodies = []
    for answers in ({}, {"kind": "pressure", "account": "Heel iets anders, van een andere melder."}):
        a_report(place, danger="unsafe", **answers)
        run_due()
        run_due()
        found = [message for message in mail.outbox if message.subject == "Alarm in Weerbaar"]
        bodies.append([(message.subject, message.body, message.to) for message in found])
        mail.outbox.clear()
        Alarm.objects.update(answered_by=place["archivist"], answered_on=timezone.localdate())
    assert len(bodies[0]) == 1
    assert bodies[0] == bodies[1]
    assert posted == [("https://sms.example/alarm", webhook.BODY)] * 2


@time_machine.travel(EVENING, tick=False)
def test_the_webhook_is_silent_where_somebody_of_the_roster_may_not_know(place, settings):
    settings.ALARM_WEBHOOK = "https://sms.example/alarm"
    accused = place["alderman"]
    _shift(place, accused)
    _shift(place, place.people["officer"][1])
    a_report(place, danger="unsafe", account=f"Dat zei {accused.name} tegen mij, en nu ben ik bang.")
    run_due()
    assert Job.objects.filter(kind="cases.ring").exists()
    assert not Job.objects.filter(kind="cases.alarm_webhook").exists()


def test_a_webhook_without_https_gets_nothing():
    with pytest.raises(ValueError, match="https"):
        webhook.post_alarm("http://sms.example/alarm")


@time_machine.travel(EVENING, tick=False)
@pytest.mark.parametrize("somebody", [True, False])
def test_the_page_after_sending_says_whether_anybody_is_on_duty(place, somebody):
    if somebody:
        _shift(place, place["alderman"])  # also where it is the one whom the report is about
    browser = Client()
    words = words_of(send(browser, to_summary(browser, danger="unsafe", account=f"Het was {place['alderman'].name}.")))
    assert ("Er heeft nu iemand dienst" in words) == somebody
    assert ("Er heeft hier nu niemand dienst." in words) != somebody
    assert ("0900-8844" in words) != somebody


@pytest.mark.both
@time_machine.travel(EVENING, tick=False)
def test_who_is_named_after_the_call_finds_the_alarm_no_more(place):
    accused, other = place["alderman"], place.people["officer"][1]
    _shift(place, accused)
    _shift(place, other)
    _report, receipt = a_report(place, danger="unsafe")
    assert len([*_alarms(), *_later(16)]) == 3
    browser = Client()
    page = come_back(browser, receipt)
    assert signed_in(accused).get(_url(Alarm.objects.get())).status_code == 200
    act(browser, page, "message", text=f"Het was {accused.name} die mij bedreigde.")
    assert _later(32) == [other.email]
    assert signed_in(accused).get(_url(Alarm.objects.get())).status_code == 404


def test_the_page_of_an_alarm_that_is_not_there_is_not_there(place):
    assert place.client("officer").get(reverse("cases:alarm", args=[uuid4()])).status_code == 404


@pytest.mark.both
@time_machine.travel(EVENING, tick=False)
def test_the_number_opens_for_who_calls_without_the_case_and_for_nobody_else(place):
    caller, other = place["archivist"], place.people["officer"][1]
    _shift(place, caller)
    _shift(place, other)
    report, _receipt = a_report(place, danger="unsafe", call_number="06 12 34 56 78", voicemail="unsafe")
    _alarms()
    _later(16)
    url = _url(Alarm.objects.get())
    assert not readers(report.case, Compartment.CALL)
    assert "06 12" not in words_of(signed_in(caller).get(url))
    page = words_of(signed_in(caller).post(url, follow=True))
    assert "06 12 34 56 78" in page
    assert "Nee, dat is niet veilig" in page
    assert readers(report.case, Compartment.CALL) == {caller.id}
    assert "06 12" not in words_of(signed_in(other).get(url))
    assert signed_in(caller).get(reverse("cases:report", args=[report.case])).status_code == 404
    handler = signed_in(who(report.case, "handler").person)
    assert "06 12" not in words_of(handler.get(reverse("cases:report", args=[report.case])))
    assert "alarm.number_opened" in [entry.action for entry in entries(report.case)]
    assert not disagreements()


@time_machine.travel(EVENING, tick=False)
def test_who_calls_and_turns_out_to_be_meant_loses_the_number(place):
    caller = place["archivist"]
    _shift(place, caller)
    report, _receipt = a_report(place, danger="unsafe", call_number="06 12 34 56 78")
    _alarms()
    url = _url(Alarm.objects.get())
    signed_in(caller).post(url)
    suspend(report.case, place.organisation, [Suspended(str(caller.id))])
    end_parts(Case.objects.get(id=report.case))
    assert not readers(report.case, Compartment.CALL)
    assert signed_in(caller).get(url).status_code == 404


@time_machine.travel(EVENING, tick=False)
@pytest.mark.parametrize(("choice", "called"), [("now", True), ("wait", False), (None, False)])
def test_an_anonymous_reporter_chooses_whether_an_alarm_may_show_the_moment(place, choice, called):
    officer = place.people["officer"][0]
    _shift(place, officer)
    more = {"alarm_now": choice} if choice else {}
    a_report(place, danger="unsafe", known_as="anonymous", **more)
    assert _alarms() == ([officer.email] if called else [])


def test_the_choice_is_asked_of_anonymous_reporters_in_danger_only(place):
    for danger, known_as, asked in (
        ("unsafe", "anonymous", True),
        ("unsafe", "named", False),
        ("safe", "anonymous", False),
    ):
        browser = Client()
        page = to_summary(browser, danger=danger, known_as=known_as)
        assert ("Moet wie dienst heeft nu een alarm krijgen?" in words_of(page)) == asked


@time_machine.travel(EVENING, tick=False)
def test_the_summary_says_that_who_is_on_duty_sees_the_number_only(place):
    browser = Client()
    assert "Alleen uw nummer" in words_of(to_summary(browser, danger="unsafe"))
    assert "Alleen uw nummer" not in words_of(to_summary(browser, danger="safe"))


@pytest.mark.both
@time_machine.travel(EVENING, tick=False)
def test_where_nobody_of_the_roster_is_free_two_others_hear_that_something_is_new(place):
    accused = place["alderman"]
    _shift(place, accused)
    a_report(place, danger="unsafe", account=f"Dat zei {accused.name} tegen mij, en nu ben ik bang.")
    run_due()
    assert Job.objects.filter(kind="reporting.alarm").count() == 1
    assert _alarms() == []


@time_machine.travel(EVENING, tick=False)
def test_an_empty_roster_promises_nothing(place):
    a_report(place, danger="unsafe")
    assert _alarms() == []
    assert Job.objects.filter(kind="cases.ring").count() == 1
    assert not Job.objects.filter(kind="reporting.alarm").exists()


@time_machine.travel(EVENING, tick=False)
def test_a_stand_in_of_another_organisation_finds_the_alarm_at_work(place):
    person = place.others["province"]["officer"]
    DutyShift.objects.create(organisation=place.organisation, person=person)
    report, _receipt = a_report(place, danger="unsafe", call_number="06 12 34 56 78")
    assert _alarms() == [person.email]
    client = signed_in(person)
    assert "Alarm: zeg of u belt" in in_one_line(client.get(WORKLIST).content.decode())
    assert "06 12 34 56 78" in words_of(client.post(_url(Alarm.objects.get()), follow=True))
    assert client.get(reverse("cases:report", args=[report.case])).status_code == 404


@pytest.mark.both
@time_machine.travel(EVENING, tick=False)
def test_a_flood_of_reports_to_check_rings_once(place):
    _shift(place, place["archivist"])
    for _ in range(3):
        submission = a_draft(place, danger="unsafe").submission()
        submit(submission, lane=Report.Lane.QUARANTINE)
    assert _alarms() == [place["archivist"].email]
