"""A letter, a mail or words in the corridor are written down by an officer, and read over by who sent them."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.deciding.opening import open_case
from cases.models import Deadline
from reporting.evidence.custody import content, evidence_of
from reporting.models import Report
from tests.support.build import signed_in, who
from tests.support.evidence import evidence_store
from tests.support.reporter import (
    SENDS,
    URL,
    act,
    answer_page,
    come_back,
    fill_in,
    press,
    receipt_of,
    state_of,
    step_of,
    words_of,
)
from vault import ledger
from vault.compartments import Compartment, open_compartment

pytestmark = pytest.mark.django_db
PHONE = "/werkplek/telefoon/"
ANSWERS = {
    "aggression_form": "threat",
    "account": "Hij schreef dat hij mij wel zal vinden.",
    "danger": "safe",
    "known_as": "named",
    "name": "Sanne Balie",
}
LETTER = b"Geachte griffie, hij schreef dat hij mij wel zal vinden. Sanne Balie"
CODE = re.compile(r"(?:[2-9A-HJKMNP-Z]{4}-){5}[2-9A-HJKMNP-Z]{4}")


@pytest.fixture(autouse=True)
def _store(tmp_path, settings):
    evidence_store(tmp_path, settings)


def begin(officer: Client, came_by: str, came_on: date):
    doors = officer.post(PHONE, {"came_by": came_by, "came_on": came_on.isoformat()})
    assert doors.status_code == 200, words_of(doors)
    return officer.post(URL, {"state": state_of(doors), "kind": "aggression"})


def to_evidence(officer: Client, page, **answers):
    """From the first step to the page that takes what came, or, where nothing came in writing, to the one that sends."""
    left = {**ANSWERS, **answers}
    while step_of(page) not in {"evidence", SENDS}:
        page = answer_page(officer, page, URL, left)
        assert page.status_code == 200, words_of(page)
    return page


def evidence(officer: Client, page, **fields):
    return officer.post(
        URL, {"state": state_of(page), "step": "evidence", "kind": "aggression", "action": "next", **fields}
    )


def written(officer: Client, came_by: str = "letter", days_ago: int = 0, **answers):
    """The page that says that it has arrived."""
    page = to_evidence(officer, begin(officer, came_by, date.today() - timedelta(days=days_ago)), **answers)
    files = {} if came_by == "corridor" else {"files": SimpleUploadedFile("brief.txt", LETTER)}
    summary = page if step_of(page) == SENDS else evidence(officer, page, **files)
    assert summary.status_code == 200, words_of(summary)
    return press(officer, summary, "send")


def test_a_letter_is_written_down_with_its_original_and_read_over_by_the_sender(place):
    officer = place.client("officer")
    page = to_evidence(officer, begin(officer, "letter", date.today()))
    assert "een scan van de brief" in words_of(page)
    refused = evidence(officer, page)
    assert refused.status_code == 422
    assert "zodat iedereen het later kan vergelijken" in words_of(refused)
    summary = evidence(officer, refused, files=SimpleUploadedFile("brief.txt", LETTER))
    done = press(officer, summary, "send")
    assert not receipt_of(done), "nobody stands there to hear the code"
    assert "Stuur de code naar de afzender" in words_of(done)
    letter = press(officer, done, "receipt_text").content.decode()
    code = CODE.search(letter)[0]
    assert "Sanne" not in letter
    report = Report.objects.get()
    assert (report.came_by, report.entered_by, report.written_at) == ("letter", place["officer"], None)
    case = open_case(report)
    reader = who(case.id, "case_officer")
    key = open_compartment(case.id, Compartment.CONTENT, reader.organisation.id, reader.person.id)
    (kept,) = evidence_of(report, key)
    assert b"".join(content(kept.row, key, original=True)) == LETTER
    desk = signed_in(reader.person)
    head = words_of(desk.get(f"/werkplek/zaak/{case.id}/"))
    assert "Per brief" in head
    assert "Nog niet nagelezen door de melder." in head
    sender = Client()
    own_page = come_back(sender, code)
    own = receipt_of(own_page)
    act(sender, own_page, "confirm", account="Hij schreef dat hij mij wel weet te vinden.", last_group=own[-4:])
    assert "Wij kennen deze code niet" in words_of(come_back(sender, code))
    head = words_of(desk.get(f"/werkplek/zaak/{case.id}/"))
    assert "Nog niet nagelezen" not in head
    assert "wel weet te vinden" in words_of(desk.get(f"/werkplek/zaak/{case.id}/melding/"))


def test_the_code_is_mailed_in_constant_words_and_neither_address_nor_code_is_kept(place):
    officer = place.client("officer")
    done = written(officer, "mail")
    wrong = press(officer, done, "code_mail", send_to="geen adres")
    assert wrong.status_code == 422
    assert not mail.outbox
    sent = press(officer, done, "code_mail", send_to="sanne@example.org")
    assert "De e-mail met de code is verstuurd." in words_of(sent)
    (message,) = mail.outbox
    assert message.to == ["sanne@example.org"]
    assert CODE.search(message.body)
    for word in ("Sanne", "bedreig", "Voorbeeldstad", "melding"):
        assert word.casefold() not in f"{message.subject} {message.body}".casefold(), word
    kept = press(officer, done, "kept")
    assert "code_mail" not in kept.content.decode()
    press(officer, done, "code_mail", send_to="later@example.org")
    assert len(mail.outbox) == 1, "once it is on its way nothing gives it again"
    report = Report.objects.get()
    assert not hasattr(report, "ping_address")


def test_the_code_goes_to_no_more_than_three_addresses_and_the_ledger_says_that_it_went(place):
    officer = place.client("officer")
    done = written(officer, "mail")
    for number in range(3):
        assert press(officer, done, "code_mail", send_to=f"adres{number}@example.org").status_code == 200
    refused = press(officer, done, "code_mail", send_to="adres4@example.org")
    assert refused.status_code == 422
    assert "al 3 keer gemaild" in words_of(refused)
    assert len(mail.outbox) == 3
    report = Report.objects.get()
    mailed = [entry for entry in ledger.entries(report.case) if entry.action == "report.code_mailed"]
    assert [entry.actor for entry in mailed] == [report.entered_by_id] * 3
    assert "example.org" not in str(mailed)


def test_a_mail_server_that_is_away_is_said_and_the_report_stands(place, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    officer = place.client("officer")
    failed = press(officer, written(officer, "mail"), "code_mail", send_to="sanne@example.org")
    assert failed.status_code == 422
    assert "Druk de brief af" in words_of(failed)
    assert Report.objects.count() == 1


def test_days_count_from_the_receipt_and_hours_from_the_writing_down(place):
    officer = place.client("officer")
    with time_machine.travel("2026-11-26T10:00:00+01:00", tick=False):
        written(officer, "letter", days_ago=6)
        report = Report.objects.get()
        case = open_case(report)
    assert report.received_on == date(2026, 11, 20)
    assert case.started_on == date(2026, 11, 20)
    due = {row.code: row.due for row in Deadline.objects.filter(case=case)}
    assert due["FEEDBACK_3M"].date() == date(2027, 2, 27), "three months from day 7 after 20 November"
    hours = [row for row in Deadline.objects.filter(case=case) if row.kind.unit == "hours"]
    assert hours
    for row in hours:
        assert row.due > report.written_at, row.code
    desk = signed_in(who(case.id, "case_officer").person)
    assert "20 november 2026" in words_of(desk.get(f"/werkplek/zaak/{case.id}/tijdlijn/"))


def test_an_anonymous_letter_keeps_the_week_in_which_it_came(place):
    officer = place.client("officer")
    with time_machine.travel("2026-11-26T10:00:00+01:00", tick=False):
        written(officer, "letter", days_ago=6, known_as="anonymous")
    report = Report.objects.get()
    assert report.received_on == date(2026, 11, 16)
    assert (report.received_at, report.written_at) == (None, None)


def test_a_day_in_the_future_or_long_ago_and_no_way_are_refused(place):
    officer = place.client("officer")
    for day in (date.today() + timedelta(days=1), date.today() - timedelta(days=366)):
        page = officer.post(PHONE, {"came_by": "letter", "came_on": day.isoformat()})
        assert page.status_code == 422
        assert "hooguit een jaar geleden" in words_of(page)
    assert "Kies hoe het binnenkwam" in words_of(officer.post(PHONE, {"came_on": date.today().isoformat()}))
    assert officer.post(PHONE, {"came_by": "spoken", "came_on": date.today().isoformat()}).status_code == 422


def test_the_original_of_a_confidential_sender_is_not_asked(place):
    officer = place.client("officer")
    page = to_evidence(officer, begin(officer, "letter", date.today()), known_as="confidential")
    assert evidence(officer, page).status_code == 200


def test_words_in_the_corridor_have_no_original_and_whom_they_name_reads_nothing(place):
    officer = place.client("officer")
    accused = place["officer"]
    written(officer, "corridor", perpetrator_name=accused.name)
    report = Report.objects.get()
    case = open_case(report)
    assert officer.get(f"/werkplek/zaak/{case.id}/").status_code == 404


def test_spoken_reports_go_as_before(place):
    officer = place.client("officer")
    page = officer.get(PHONE)
    summary = fill_in(officer, officer.post(URL, {"state": state_of(page), "kind": "aggression"}), **ANSWERS)
    assert receipt_of(press(officer, summary, "send"))
    assert Report.objects.get().came_by == "spoken"
