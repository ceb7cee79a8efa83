"""Searching words inside one's own cases."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.file.search import MOST_HITS, plain
from tests.cases.file.test_notes import _note
from tests.support.build import a_case, a_place, signed_in, walk, who
from vault import ledger
from vault.models import LedgerEvent

pytestmark = [pytest.mark.django_db, pytest.mark.both]
URL = "/werkplek/zoeken/"


@pytest.fixture
def place():
    return a_place()


def _found(client, sought: str) -> str:
    return client.post(URL, {"sought": sought}).content.decode()


def _officer(case):
    return signed_in(who(case.id, "case_officer").person)


def test_words_of_the_report_are_found_whatever_their_accents_and_capitals(place):
    case = a_case(place, account="Hij riep na de PRÉMIÈRE dat hij mij weet te vinden.")
    text = _found(_officer(case), "premiere vinden")
    assert case.number in text
    assert "<mark>PRÉMIÈRE</mark>" in text


def test_notes_reasons_and_the_perpetrator_are_found_on_their_own_page(place):
    case = walk(a_case(place, perpetrator_name="Boze Bever 1987"), "acknowledge")
    client = _officer(case)
    _note(client, case, text="De wijkagent belde over het schuurtje.")
    for sought, part in (("schuurtje", "notities/"), ("tweede lezer", "besluiten/"), ("boze bever", "melding/")):
        assert f"/werkplek/zaak/{case.id}/{part}" in _found(client, sought), sought


def test_the_name_of_the_reporter_is_never_found(place):
    case = a_case(place, name="Robin Vermelder")
    assert case.number not in _found(_officer(case), "Vermelder")


def test_somebody_chosen_from_a_list_is_found_by_name(place):
    person = place["alderman"]
    case = a_case(place, "integrity", subject=f"alderman:{person.id}")
    assert case.number in _found(_officer(case), person.name)


def test_who_cannot_read_a_case_does_not_find_its_words(place):
    case = a_case(place, account="Een heel bijzonder woord: kwartelkoning.")
    for person in (who(case.id, "support").person, place["administrator"], place["alderman"]):
        assert case.number not in _found(signed_in(person), "kwartelkoning")


def test_whoever_lost_access_finds_nothing_any_more(place):
    from cases.desk.access import take_away

    case = a_case(place, account="Een heel bijzonder woord: kwartelkoning.")
    officer = who(case.id, "case_officer").person
    take_away(case, officer)
    assert case.number not in _found(signed_in(officer), "kwartelkoning")


def test_a_number_leads_to_the_case_however_it_is_typed(place):
    case = a_case(place)
    for typed in (case.number, case.number.lower().replace("-", " "), case.number.replace("-", "")):
        answer = _officer(case).post(URL, {"sought": typed})
        assert answer["Location"] == f"/werkplek/zaak/{case.id}/"


def test_that_a_text_was_shown_is_in_the_log_without_the_words(place):
    case = a_case(place, account="Een heel bijzonder woord: kwartelkoning.")
    _found(_officer(case), "kwartelkoning")
    assert [entry.action for entry in ledger.entries(case.id)][-1] == "case.found"
    assert not any(b"kwartel" in bytes(event.body) for event in LedgerEvent.objects.all())


@pytest.mark.parametrize(("sought", "words"), [("", "Schrijf wat u zoekt"), ("ab", "ten minste drie letters")])
def test_too_little_to_search_is_said(place, sought, words):
    answer = place.client("coordinator").post(URL, {"sought": sought})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_more_cases_cost_no_more_questions_to_the_database(place):
    client = place.client("coordinator")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            _found(client, "ditwoordstaaterniet")
        return len(captured)

    a_case(place)
    queries()
    few = queries()
    for _ in range(4):
        a_case(place)
    assert queries() == few


def test_many_hits_are_cut_and_said(place, monkeypatch):
    monkeypatch.setattr("cases.file.search.MOST_HITS", 2)
    for _ in range(3):
        a_case(place)
    text = _found(place.client("coordinator"), "vergadering")
    assert "Er is meer" in text
    assert text.count("<mark>") == 2
    assert MOST_HITS > 2


def test_a_name_is_found_without_its_own_letters(place):
    case = a_case(place, account="Het was Søren Łuczak die dat riep.")
    assert case.number in _found(_officer(case), "soren luczak")


@pytest.mark.parametrize("text", ["Straße", "ﬁets", "İstanbul", "e\u0301e\u0301n", "ŉ", "日本", "Æsøp"])
def test_plain_letters_keep_their_places(text):
    import unicodedata

    assert len(plain(text)) == len(unicodedata.normalize("NFC", text))
