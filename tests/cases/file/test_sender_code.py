"""Whoever wrote a letter down and turns out to be named in it gets no code of it: who works the case sends the sender one."""

from datetime import date
from uuid import uuid4

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.deciding.opening import open_case
from cases.desk.agreement import disagreements
from cases.invariants import broken_invariants
from cases.models import Case
from organisations.access import bars
from organisations.models import Person
from reporting.models import Report
from tests.reporting.form.test_came_another_way import CODE, begin, evidence, to_evidence
from tests.support.barred import called, run_due
from tests.support.build import signed_in, who
from tests.support.evidence import evidence_store
from tests.support.reporter import act, come_back, press, receipt_of, words_of
from vault import ledger

pytestmark = pytest.mark.django_db
WAITS = "Stuur de code naar de afzender van een melding"


@pytest.fixture(autouse=True)
def _store(tmp_path, settings):
    evidence_store(tmp_path, settings)


def _letter(place, **answers) -> tuple[Case, Person, str]:
    """The case of a letter, who wrote it down, and the code that their last page showed, if any."""
    taker = called(place["officer"], "Kees", "Bos")
    officer = signed_in(taker)
    page = to_evidence(officer, begin(officer, "letter", date.today()), **answers)
    summary = evidence(officer, page, files=SimpleUploadedFile("brief.txt", b"Hij schreef dat hij mij zal vinden."))
    done = press(officer, summary, "send")
    shown = (
        CODE.search(press(officer, done, "receipt_text").content.decode()) if b"receipt_text" in done.content else None
    )
    case = open_case(Report.objects.get())
    run_due()
    return case, taker, shown[0] if shown else ""


@pytest.fixture
def about_taker(place) -> tuple[Case, Person, str]:
    named = {"perpetrator": "official", "perpetrator_name": "Kees Bos", "about_reader": "unknown"}
    return _letter(place, **named)


def _url(case: Case) -> str:
    return f"/werkplek/zaak/{case.id}/berichten/code/"


def test_it_waits_for_who_works_the_case_and_the_sender_reads_with_the_code(about_taker):
    case, taker, shown = about_taker
    assert bars.is_barred(case.id, taker.id)
    assert not shown
    giver = who(case.id, "case_officer").person
    desk = signed_in(giver)
    mail.outbox.clear()
    assert WAITS in words_of(desk.get("/werkplek/wacht/"))
    assert "de afzender een nieuwe code sturen" in words_of(desk.get(f"/werkplek/zaak/{case.id}/berichten/"))
    assert desk.post(_url(case), {"what": "mail", "send_to": "geen adres"}).status_code == 422
    assert not mail.outbox
    assert desk.post(_url(case), {"what": "mail", "send_to": "sanne@example.org"}).status_code == 302
    (message,) = mail.outbox
    assert message.to == ["sanne@example.org"]
    assert "Bos" not in message.subject + message.body
    code = CODE.search(message.body)[0]
    assert WAITS not in words_of(desk.get("/werkplek/wacht/"))
    sender = Client()
    own_page = come_back(sender, code)
    own = receipt_of(own_page)
    page = act(sender, own_page, "confirm", account="Hij schreef dat hij mij zal vinden, in mei.", last_group=own[-4:])
    assert "kennen deze code niet" not in words_of(page)
    assert "in mei" in words_of(desk.get(f"/werkplek/zaak/{case.id}/melding/"))
    assert desk.get(_url(case)).status_code == 404, "the sender has a code of their own"
    events = [entry.action for entry in ledger.entries(case.id)]
    assert events.count("report.code_made") == 1
    assert not broken_invariants()
    assert not disagreements()


def test_the_letter_has_a_code_and_the_one_before_opens_nothing(about_taker):
    case, _taker, _shown = about_taker
    desk = signed_in(who(case.id, "handler").person)
    first, second = (CODE.search(desk.post(_url(case), {"what": "text"}).content.decode())[0] for _time in range(2))
    assert "kennen deze code niet" in words_of(come_back(Client(), first))
    assert receipt_of(come_back(Client(), second))


def test_who_had_the_code_and_is_named_later_opens_nothing_with_it_also_before_another_is_made(place):
    case, taker, shown = _letter(place)
    assert shown
    before = receipt_of(come_back(Client(), shown))
    assert before
    desk = signed_in(who(case.id, "handler").person)
    assert desk.get(_url(case)).status_code == 404, "whoever wrote it down sends the code"
    note = {"what": "note", "kind": "note", "text": "Kees Bos nam het aan.", "token": uuid4(), "about": "concerned"}
    assert desk.post(f"/werkplek/zaak/{case.id}/notities/", note).status_code == 302
    assert bars.is_barred(case.id, taker.id)
    assert "kennen deze code niet" in words_of(come_back(Client(), shown))
    assert WAITS in words_of(desk.get("/werkplek/wacht/"))
    assert desk.post(_url(case), {"what": "mail", "send_to": "sanne@example.org"}).status_code == 302
    assert "kennen deze code niet" in words_of(come_back(Client(), shown))
    assert receipt_of(come_back(Client(), CODE.search(mail.outbox[-1].body)[0]))


def test_a_page_that_was_open_confirms_nothing_once_whoever_has_it_is_named(place):
    case, taker, shown = _letter(place)
    open_page, taker_again = come_back(Client(), shown), Client()
    bars.recuse(case.id, [taker.id])
    own = receipt_of(open_page)
    page = act(taker_again, open_page, "confirm", account="Er was niets.", last_group=own[-4:])
    assert "Er was niets." not in words_of(
        signed_in(who(case.id, "handler").person).get(f"/werkplek/zaak/{case.id}/melding/")
    )
    assert not Report.objects.exclude(confirmed_on=None).exists(), words_of(page)


def test_whoever_made_the_letter_with_another_code_opens_nothing_with_it_once_they_are_named(about_taker):
    case, _taker, _shown = about_taker
    maker, other = who(case.id, "case_officer").person, who(case.id, "handler").person
    code = CODE.search(signed_in(maker).post(_url(case), {"what": "text"}).content.decode())[0]
    assert receipt_of(come_back(Client(), code))
    bars.recuse(case.id, [maker.id])
    assert "kennen deze code niet" in words_of(come_back(Client(), code))
    assert WAITS in words_of(signed_in(other).get("/werkplek/wacht/"))


def test_of_what_was_told_by_telephone_another_code_can_be_made_too(place):
    case, taker, shown = _letter(place)
    Report.objects.update(came_by="spoken")
    bars.recuse(case.id, [taker.id])
    assert "kennen deze code niet" in words_of(come_back(Client(), shown))
    answer = signed_in(who(case.id, "handler").person).post(_url(case), {"what": "text"})
    assert receipt_of(come_back(Client(), CODE.search(answer.content.decode())[0]))


def test_a_mail_that_does_not_leave_changes_no_code(about_taker, settings):
    case, _taker, _shown = about_taker
    desk = signed_in(who(case.id, "handler").person)
    code = CODE.search(desk.post(_url(case), {"what": "text"}).content.decode())[0]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    failed = desk.post(_url(case), {"what": "mail", "send_to": "sanne@example.org"})
    assert failed.status_code == 422
    assert "sanne@example.org" in failed.content.decode()
    assert receipt_of(come_back(Client(), code))


def test_whoever_is_kept_out_or_only_reads_along_sends_no_code(about_taker, place):
    case, taker, _shown = about_taker
    for person in (taker, who(case.id, "co_reader").person, place["administrator"]):
        assert signed_in(person).get(_url(case)).status_code in {404, 410}
        assert signed_in(person).post(_url(case), {"what": "text"}).status_code in {404, 410}
        assert WAITS not in words_of(signed_in(person).get("/werkplek/wacht/"))


def test_the_code_of_a_confidential_sender_is_sent_by_the_adviser_who_knows_the_name(place):
    named = {"perpetrator": "official", "perpetrator_name": "Kees Bos", "about_reader": "unknown"}
    case, _taker, _shown = _letter(place, known_as="confidential", **named)
    adviser, handler = who(case.id, "adviser").person, who(case.id, "handler").person
    assert signed_in(handler).get(_url(case)).status_code == 404
    assert WAITS not in words_of(signed_in(handler).get("/werkplek/wacht/"))
    assert WAITS in words_of(signed_in(adviser).get("/werkplek/wacht/"))
    assert signed_in(adviser).post(_url(case), {"what": "mail", "send_to": "sanne@example.org"}).status_code == 302
    assert CODE.search(mail.outbox[-1].body)
