"""A code that somebody saw when they had the case opens it for them after they are kept out of it."""

from uuid import uuid4

import pytest
from django.test import Client

from organisations.access.bars import is_barred
from reporting.mailbox.mailbox import open_mailbox, send_message
from tests.cases.file.test_sender_code import _letter
from tests.support.barred import about_nobody, called, run_due
from tests.support.build import signed_in, who
from tests.support.evidence import evidence_store
from tests.support.papers_page import PURPOSE, PapersPage, a_party, code_on, open_page, page_url
from tests.support.reporter import act, come_back, receipt_of, words_of

pytestmark = pytest.mark.django_db
SECRET = "We onderzoeken nu het telefoonnummer van de verdachte."


def test_who_made_a_papers_page_reads_nothing_of_it_once_they_are_named(place):
    case, receipt = about_nobody(place)
    accused = called(who(case.id, "case_officer").person, "Kees", "Bos")
    party = a_party(case)
    code = code_on(open_page(case, party).content.decode())  # the page shows it to the accused, for the letter
    send_message(open_mailbox(receipt), "Het was Kees Bos zelf.", "unknown", pieces=[], token=b"y" * 32)
    run_due()
    assert is_barred(case.id, accused.id)
    handler = signed_in(who(case.id, "handler").person)
    written = handler.post(page_url(case, party), {"what": "write", "text": SECRET, "token": uuid4()})
    assert written.status_code == 302
    page = PapersPage(code)
    if "last_group" in page.text:
        page.take()
    assert PURPOSE not in page.words
    assert SECRET not in page.words, "the accused reads what was written to a victim after they were kept out"


@pytest.fixture
def _store(tmp_path, settings):
    evidence_store(tmp_path, settings)


def test_who_wrote_a_letter_down_reads_nothing_of_it_once_they_are_named(place, _store):
    case, accused, code = _letter(place)
    assert code
    handler = signed_in(who(case.id, "handler").person)
    note = {"what": "note", "kind": "note", "text": "Kees Bos nam het aan.", "token": uuid4(), "about": "concerned"}
    assert handler.post(f"/werkplek/zaak/{case.id}/notities/", note).status_code == 302
    run_due()
    assert is_barred(case.id, accused.id)
    handler.post(f"/werkplek/zaak/{case.id}/berichten/", {"text": SECRET, "token": uuid4()})
    page = come_back(Client(), code)
    if own := receipt_of(page):
        page = act(Client(), page, "confirm", account="Hij schreef dat hij mij zal vinden.", last_group=own[-4:])
    assert SECRET not in words_of(page), (
        "the accused reads what is written to the sender, and is the sender from now on"
    )
