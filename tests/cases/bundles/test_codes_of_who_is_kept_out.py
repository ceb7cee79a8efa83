"""A code of a papers page that its person has not taken opens nothing once whoever of the workplace saw it is kept out of the case."""

from uuid import uuid4

import pytest

from organisations.access import bars
from organisations.access.bars import is_barred
from reporting.mailbox.mailbox import open_mailbox, send_message
from tests.support.barred import about_nobody, called, run_due
from tests.support.build import signed_in, who
from tests.support.papers_page import PURPOSE, PapersPage, a_page, a_party, code_on, open_page, page_url
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
SECRET = "We onderzoeken nu het telefoonnummer van de verdachte."
WAITS = "Maak een andere code voor iemand in de zaak"


def test_who_made_a_papers_page_reads_nothing_of_it_once_they_are_named(place):
    case, receipt = about_nobody(place)
    accused = called(who(case.id, "case_officer").person, "Kees", "Bos")
    party = a_party(case)
    code = code_on(open_page(case, party).content.decode())  # the page shows it to the accused, for the letter
    handler = signed_in(who(case.id, "handler").person)
    assert WAITS not in words_of(handler.get("/werkplek/wacht/"))
    send_message(open_mailbox(receipt), "Het was Kees Bos zelf.", "unknown", pieces=[], token=b"y" * 32)
    run_due()
    assert is_barred(case.id, accused.id)
    written = handler.post(page_url(case, party), {"what": "write", "text": SECRET, "token": uuid4()})
    assert written.status_code == 302
    page = PapersPage(code)
    assert "last_group" not in page.text
    assert "Deze code opent niets" in page.words
    assert WAITS in words_of(handler.get("/werkplek/wacht/"))
    assert "opent niets meer" in words_of(handler.get(page_url(case, party)))
    another = PapersPage(code_on(handler.post(page_url(case, party), {"what": "code"}).content.decode()))
    another.take()
    assert SECRET in another.words
    assert WAITS not in words_of(handler.get("/werkplek/wacht/"))


def test_who_renewed_the_code_saw_it_and_who_made_the_one_before_did_not(place):
    case, _receipt = about_nobody(place)
    maker, renews = who(case.id, "case_officer").person, who(case.id, "handler").person
    party = a_party(case)
    open_page(case, party)
    code = code_on(signed_in(renews).post(page_url(case, party), {"what": "code"}).content.decode())
    bars.recuse(case.id, [maker.id])
    assert "last_group" in PapersPage(code).text
    bars.recuse(case.id, [renews.id])
    assert "last_group" not in PapersPage(code).text


def test_a_code_of_ones_own_stays(place):
    case, _receipt = about_nobody(place)
    _bundle, page = a_page(case, a_party(case))
    bars.recuse(case.id, [who(case.id, "case_officer").person.id])
    assert PURPOSE in PapersPage(page.own).words
