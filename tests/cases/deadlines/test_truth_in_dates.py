"""One day for everybody: what the officer must do, what the reporter is told, and what is signed."""

import base64
import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from dateutil.relativedelta import relativedelta
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from icalendar import Calendar

from cases.administration.adoption import publish, save
from cases.deadlines.receipt import asked_at_opening, due_of_receipt
from cases.deciding.opening import open_case
from cases.protocol.composition import ProtocolChanges
from cases.protocol.installed import defaults
from cases.protocol.kinds.deadline_kinds import deadline_kinds
from jobs.models import Job
from jobs.outbox import next_mail_slot
from organisations.access.policy import Actor
from reporting.dialogue.progress import lines, progress_words
from reporting.form.acknowledgement import acknowledgement, check_acknowledgement, key_text
from reporting.models import Report
from tests.support.build import a_case, a_place, a_report, signed_in, walk, who
from tests.support.reporter import come_back, words_of

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
# Every tenth day of a leap year; all of the days whose three months end in February; and the nights in which the clock changes.
DAYS = sorted(
    {date(2027, 3, 1) + timedelta(days=10 * step) for step in range(37)}
    | {date(2027, 11, day) for day in range(22, 31)}
    | {date(2027, 3, 27), date(2027, 3, 28), date(2027, 10, 30), date(2027, 10, 31), date(2028, 2, 29)}
)


def _promised(report: Report, code: str) -> date | None:
    return next((line.before for line in lines(report) if line.text == str(progress_words()[code])), None)


def _officers_day(case, code: str) -> date:
    return timezone.localdate(case.deadlines.get(code=code).due)


@pytest.fixture
def place():
    return a_place()


def test_officer_reporter_and_signed_paper_say_the_same_day_all_year(place):
    public = base64.b64decode(key_text(place.organisation.id))
    for number, day in enumerate(DAYS):
        kind, ack = [("integrity", "ACK_7D"), ("aggression", "ACK_24H")][number % 2]
        known_as = "anonymous" if number % 3 == 0 else "named"
        with time_machine.travel(datetime.combine(day, time(23, 30), AMSTERDAM), tick=False):
            report, _receipt = a_report(place, kind, known_as=known_as)
            at_receipt = {code: _promised(report, code) for code in ("will_be_read", "you_will_hear")}
            case = open_case(report)
            signed = check_acknowledgement(acknowledgement(report), public)
            assert signed.is_authentic
            since = day - timedelta(days=day.weekday()) if report.is_anonymous else day
            latest = since + timedelta(days=7) + relativedelta(months=3)
            assert _officers_day(case, "FEEDBACK_3M") == latest, day
            assert _promised(report, "you_will_hear") == at_receipt["you_will_hear"] == latest, day
            assert signed.hears == latest.isoformat(), day
            assert "Deze dag wordt eerder als wij de ontvangst snel bevestigen" in acknowledgement(report)
            assert _promised(report, "will_be_read") == at_receipt["will_be_read"] == _officers_day(case, ack), day


@pytest.mark.parametrize("kind", ["integrity", "aggression"])
@pytest.mark.parametrize("known_as", ["named", "anonymous"])
def test_every_day_of_a_year_has_one_latest_day(kind, known_as):
    protocol = next(rules for rules in defaults().values() if kind in rules.kinds)
    assert "FEEDBACK_3M" in asked_at_opening(protocol, {})
    for step in range(366):
        day = date(2027, 6, 1) + timedelta(days=step)
        moment = datetime.combine(day, time(0, 30), AMSTERDAM)
        anonymous = known_as == "anonymous"
        monday = day - timedelta(days=day.weekday())
        report = Report(received_on=monday if anonymous else day, received_at=None if anonymous else moment)
        due = due_of_receipt(report, "FEEDBACK_3M", protocol, moment).astimezone(AMSTERDAM)
        start = monday if anonymous else day
        assert due.date() == start + timedelta(days=7) + relativedelta(months=3)
        assert due.time() == time(23, 59, 59)


def test_a_report_that_waits_for_its_case_keeps_the_day_that_its_reporter_was_promised(place):
    """A slot of the mail goes by before a worker opens the case."""
    with time_machine.travel(datetime(2027, 3, 5, 13, 50, tzinfo=AMSTERDAM), tick=False) as clock:
        report, receipt = a_report(place, "aggression", known_as="anonymous")
        assert _promised(report, "will_be_read") == date(2027, 3, 6)
        clock.move_to(datetime(2027, 3, 5, 14, 10, tzinfo=AMSTERDAM))
        case = open_case(report)
        assert _officers_day(case, "ACK_24H") == date(2027, 3, 6)
        assert "Iemand leest uw melding. uiterlijk zaterdag 6 maart 2027" in words_of(come_back(Client(), receipt))


@pytest.mark.parametrize(
    ("kind", "known_as", "words"),
    [
        ("aggression", "named", "Agressie of intimidatie: binnen 24 uur"),
        ("aggression", "anonymous", "of binnen 2 dagen als u anoniem blijft."),
        ("integrity", "anonymous", "Vermoeden van een integriteitsschending, Oneigenlijke druk: binnen 7 dagen."),
    ],
)
def test_the_page_on_which_somebody_begins_promises_what_the_latest_receipt_does(place, kind, known_as, words):
    assert words in words_of(Client().get(f"/{place.organisation.slug}/melden/"))
    protocol = next(rules for rules in defaults().values() if kind in rules.kinds)
    code, monday, latest = {"aggression": "ACK_24H", "integrity": "ACK_7D"}[kind], date(2027, 3, 1), 0
    for minutes in range(0, 7 * 24 * 60, 20):
        moment = datetime.combine(monday, time(), AMSTERDAM) + timedelta(minutes=minutes)
        received = (
            {"received_on": monday}
            if known_as == "anonymous"
            else {"received_on": moment.date(), "received_at": moment}
        )
        due = due_of_receipt(Report(known_as=known_as, **received), code, protocol, moment)
        latest = max(latest, (due.astimezone(AMSTERDAM).date() - moment.date()).days)
    assert latest == {"24 uur": 1, "2 dagen": 2, "7 dagen": 7}[re.search(r"binnen (\d+ \w+)", words)[1]]


def test_whoever_acknowledges_earlier_makes_both_days_earlier_and_whoever_forgets_stops_no_clock(place):
    with time_machine.travel(datetime(2027, 11, 24, 10, tzinfo=AMSTERDAM), tick=False) as clock:
        report, _receipt = a_report(place, "integrity")
        case = open_case(report)
        clock.move_to(datetime(2027, 11, 25, 10, tzinfo=AMSTERDAM))
        walk(case, "acknowledge")
        assert _officers_day(case, "FEEDBACK_3M") == _promised(report, "you_will_hear") == date(2028, 2, 25)
        jobs = Job.objects.filter(kind="cases.remind", target=case.deadlines.get(code="FEEDBACK_3M").id, state="open")
        assert [timezone.localdate(job.due) for job in jobs] == [date(2028, 2, 18)]  # one reminder, of the new day
        clock.move_to(datetime(2027, 11, 24, 10, tzinfo=AMSTERDAM))
        late, _receipt = a_report(place, "integrity")
        forgotten = open_case(late)
        clock.move_to(datetime(2027, 12, 20, 10, tzinfo=AMSTERDAM))
        walk(forgotten, "acknowledge")
        assert _officers_day(forgotten, "FEEDBACK_3M") == _promised(late, "you_will_hear") == date(2028, 3, 1)
        assert forgotten.deadlines.filter(code="FEEDBACK_3M").count() == 1


def test_a_shorter_term_of_the_organisation_counts_for_both(place):
    administrator = Actor.at(place["administrator"], place.organisation)
    save(administrator, "integrity", ProtocolChanges(deadline_lengths={"FEEDBACK_3M": 2, "ACK_7D": 3}), revision=0)
    publish(administrator, "integrity", revision=1, effective_on=timezone.localdate())
    with time_machine.travel(timezone.now(), tick=False):
        report, _receipt = a_report(place, "integrity")
        today = timezone.localdate()
        assert _promised(report, "will_be_read") == today + timedelta(days=3)
        assert _promised(report, "you_will_hear") == today + timedelta(days=7) + relativedelta(months=2)
        case = open_case(report)
        assert _promised(report, "will_be_read") == _officers_day(case, "ACK_7D")
        assert _promised(report, "you_will_hear") == _officers_day(case, "FEEDBACK_3M")


def test_the_officers_page_and_the_mailbox_name_the_same_day(place):
    """Case 09: what is on the two pages, also after the acknowledgement."""
    with time_machine.travel(datetime(2027, 11, 24, 10, tzinfo=AMSTERDAM), tick=False):
        report, receipt = a_report(place, "aggression")
        case = open_case(report)
        officer = who(case.id, "case_officer").person
        for acknowledged in (False, True):
            if acknowledged:
                walk(case, "acknowledge")
            page = " ".join(signed_in(officer).get(f"/werkplek/zaak/{case.id}/").content.decode().split())
            day = re.search(r"Vertel de melder over het vervolg, uiterlijk (\d+ \w+ \d{4})", page)[1]
            mailbox = " ".join(come_back(Client(), receipt).content.decode().split())
            told = re.search(r"U hoort wat wij doen.*?uiterlijk \w+ (\d+ \w+ \d{4})", mailbox)[1]
            assert day == told


def test_a_reminder_that_is_overdue_at_the_opening_waits_for_the_slot_where_the_reporter_is_anonymous(place):
    with time_machine.travel(
        datetime(2027, 11, 28, 20, tzinfo=AMSTERDAM), tick=False
    ):  # a Sunday: the week is nearly over
        case = a_case(place, "integrity", known_as="anonymous")
        job = Job.objects.get(kind="cases.remind", target=case.deadlines.get(code="ACK_7D").id)
        assert job.due == next_mail_slot()


def test_the_term_of_a_complaint_ends_no_later_than_from_the_first_day_on_which_the_victim_can_know_of_the_fact(place):
    case = a_case(place, aggression_form=["stalking"])
    client = signed_in(who(case.id, "case_officer").person)
    url = f"/werkplek/zaak/{case.id}/termijnen/"
    page = client.get(url).content.decode()
    assert "uiterlijk tot" in page.lower()
    assert "eerder als het feit vóór de melding was" in page
    assert "ook als niet bekend is wie het deed" in page
    assert "De aangifte van de werkgever is geen klacht" in page
    assert "of eerder: vul de dag van het feit in" in client.get(f"/werkplek/zaak/{case.id}/").content.decode()
    deadline = case.deadlines.get(code="COMPLAINT_3M")
    change = f"{url}date/?termijn={deadline.id}"
    assert "op welke dag het feit was" in client.get(change).content.decode()
    knows = timezone.localdate() - timedelta(days=40)
    reason = "Het slachtoffer herkende de stem op een opname."
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert client.post(change, {"day": f"{tomorrow:%Y-%m-%d}", "reason": reason, "revision": 0}).status_code == 422
    assert client.post(change, {"day": f"{knows:%Y-%m-%d}", "reason": reason, "revision": 0}).status_code == 302
    assert _officers_day(case, "COMPLAINT_3M") == knows + relativedelta(months=3)
    assert "eerder als het feit" not in client.get(url).content.decode()


def test_a_day_after_the_report_does_not_make_the_term_of_a_complaint_longer(place):
    with time_machine.travel(timezone.now() - timedelta(days=30), tick=False):
        case = a_case(place, aggression_form=["stalking"])
    safe = _officers_day(case, "COMPLAINT_3M")
    deadline = case.deadlines.get(code="COMPLAINT_3M")
    url = f"/werkplek/zaak/{case.id}/termijnen/date/?termijn={deadline.id}"
    sent = {"day": f"{timezone.localdate():%Y-%m-%d}", "reason": "Toen herkende zij de stem.", "revision": 0}
    assert signed_in(who(case.id, "case_officer").person).post(url, sent).status_code == 302
    assert _officers_day(case, "COMPLAINT_3M") == safe


def test_only_a_term_of_the_law_prints_a_law_and_our_own_says_so():
    for code, kind in deadline_kinds().items():
        is_law = bool(kind.source) and all(source.law for source in kind.source.root)
        assert is_law == kind.statutory, code
        assert kind.rests_on.startswith("eigen termijn") == all(s.own is not None for s in kind.source.root), code
        if kind.extend and not kind.statutory:
            assert kind.extend.rests_on.startswith("eigen termijn"), code
    assert deadline_kinds()["RETALIATION_48H"].rests_on.startswith("eigen termijn, bij artikel 17da")


def _everywhere(case, receipt: str, address: str, public: bytes) -> dict[str, tuple[date, bool]]:
    """Where the day of feedback stands, and whether it says there that the day becomes earlier."""
    officer = signed_in(who(case.id, "case_officer").person)
    said = {}
    for page in ("", "termijnen/"):
        words = words_of(officer.get(f"/werkplek/zaak/{case.id}/{page}"))
        about = re.search(r"Vertel de melder over het vervolg(.*?)(?=Vertel de melder|Nazorg|Rond|$)", words)[1]
        day = re.search(r"[Uu]iterlijk (\d+ \w+ \d{4})", about)[1]
        said[f"officer {page}"] = (day, "als de ontvangst vandaag wordt bevestigd" in about)
    mailbox = words_of(come_back(Client(), receipt))
    [(day, more)] = re.findall(r"U hoort wat wij doen, en waarom\. *uiterlijk \w+ (\d+ \w+ \d{4})(.{0,40})", mailbox)
    said["mailbox"] = (day, "Deze dag wordt eerder" in more)
    paper = acknowledgement(case.report)
    signed = check_acknowledgement(paper, public)
    assert signed.is_authentic
    said["paper"] = (date_format(date.fromisoformat(signed.hears), "j F Y"), "Deze dag wordt eerder" in paper)
    days = [event["dtstart"].dt for event in Calendar.from_ical(Client().get(address).content).walk("VEVENT")]
    due = timezone.localdate(case.deadlines.get(code="FEEDBACK_3M").due)
    assert due in days
    said["calendar"] = (date_format(due, "j F Y"), said["mailbox"][1])
    return said


@pytest.mark.parametrize("known_as", ["named", "confidential", "anonymous"])
@pytest.mark.parametrize("acknowledged", [None, *range(8)])
def test_no_two_places_say_different_days_at_any_moment(place, known_as, acknowledged):
    public = base64.b64decode(key_text(place.organisation.id))
    received = datetime(2027, 11, 22, 10, tzinfo=AMSTERDAM)  # a Monday, so that an anonymous report begins here too
    with time_machine.travel(received, tick=False) as clock:
        report, receipt = a_report(place, "integrity", known_as=known_as)
        case = open_case(report)
        person = who(case.id, "case_officer").person
        page = signed_in(person).post("/werkplek/agenda/", {"what": "make"}).content.decode()
        address = re.search(r'value="http://testserver(/agenda/[^"]+\.ics)"', page)[1]
        for day in sorted({0, acknowledged or 0, 7, 9}):
            clock.move_to(received + timedelta(days=day, hours=5))  # after the slot of the mail
            if day == acknowledged:
                walk(case, "acknowledge")
            done = acknowledged is not None and day >= acknowledged
            said = _everywhere(case, receipt, address, public)
            begun = received.date() + timedelta(days=acknowledged if done else 7)
            expected = (date_format(begun + relativedelta(months=3), "j F Y"), not done and day < 7)
            assert said == dict.fromkeys(said, expected), (day, acknowledged)


def test_the_text_with_which_an_officer_acknowledges_names_the_day_that_it_makes(place):
    with time_machine.travel(datetime(2027, 11, 24, 10, tzinfo=AMSTERDAM), tick=False):
        case = a_case(place, "integrity")
        officer = signed_in(who(case.id, "case_officer").person)
        page = words_of(officer.get(f"/werkplek/zaak/{case.id}/besluit/acknowledge/"))
        assert "U hoort uiterlijk op 24 februari 2028" in page
        walk(case, "acknowledge")
        assert _officers_day(case, "FEEDBACK_3M") == date(2028, 2, 24)
