"""Who reported: asked with a motive, agreed by a second person, opened for a few days, and told to the reporter."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cases.deciding.opening import open_case
from cases.desk.access import take_away
from cases.models import IdentityRelease, IdentityRequest
from jobs.runner import run_due
from tests.support.build import a_case, a_place, a_report, signed_in, walk, who
from tests.support.reporter import come_back, words_of
from vault.compartments import Compartment, readers
from vault.ledger import entries
from vault.models import SealedText

pytestmark = pytest.mark.django_db
NAME = "Robin Geheimnaam"
WHY = "Zij moet vanavond nog gebeld worden over haar kinderen."


@pytest.fixture
def place():
    return a_place()


def _url(case, part: str = "melder/") -> str:
    return f"/werkplek/zaak/{case.id}/{part}"


def _ask(client: Client, case, motive: str = "care", **changed):
    return client.post(_url(case), {"what": "ask", "motive": motive, "words": WHY, "token": uuid4(), **changed})


def _asked_by_people():
    """Without what the case page asks by itself for who looks at it."""
    return IdentityRequest.objects.exclude(motive="case_page")


def _answer(client: Client, case, what: str):
    return client.post(_url(case), {"what": what, "which": _asked_by_people().latest("asked_at").id})


def _name(client: Client, case) -> str:
    """What somebody sees on the page with the name of the newest request."""
    newest = _asked_by_people().latest("asked_at").id
    return client.get(_url(case, f"melder/{newest}/"), follow=True).content.decode()


def _of(case, relation: str) -> Client:
    return signed_in(who(case.id, relation).person)


def _actions(case) -> list[str]:
    return [entry.action for entry in entries(case.id)]


def test_where_care_cannot_wait_the_name_opens_after_a_motive_and_somebody_looks_afterwards(place):
    case = a_case(place, name=NAME)
    officer, second = _of(case, "case_officer"), _of(case, "handler")
    assert NAME not in officer.get(_url(case, "melding/")).content.decode()
    assert _ask(officer, case).status_code == 302
    assert NAME in _name(officer, case)
    assert NAME not in _name(second, case)
    assert f"{who(case.id, 'case_officer').person.name} mag zien wie heeft gemeld" in words_of(
        second.get(_url(case, ""))
    )
    assert WHY in second.get(_url(case)).content.decode()
    assert _answer(second, case, "agree").status_code == 302
    assert [action for action in _actions(case) if action.startswith("identity")] == [
        "identity.asked",
        "identity.opened",
        "identity.shown",  # to the second person, whose case page shows the name too
        "identity.looked",
    ]
    assert not any(b"kinderen" in bytes(row.ciphertext) for row in SealedText.objects.all())


def test_whoever_looks_afterwards_can_object_and_the_name_closes(place):
    case = a_case(place, name=NAME)
    officer = _of(case, "case_officer")
    _ask(officer, case)
    _answer(_of(case, "co_reader"), case, "refuse")
    assert NAME not in _name(officer, case)
    assert "maakte bezwaar" in officer.get(_url(case)).content.decode()


def test_after_an_objection_a_second_person_agrees_first(place):
    case = a_case(place, name=NAME)
    officer, second = _of(case, "case_officer"), _of(case, "handler")
    _ask(officer, case)
    _answer(second, case, "refuse")
    assert _ask(officer, case).status_code == 302
    assert NAME not in _name(officer, case)
    _answer(second, case, "agree")
    assert NAME in _name(officer, case)


def test_in_an_integrity_case_a_second_person_agrees_first_and_nobody_agrees_with_themselves(place):
    case = a_case(place, "integrity", name=NAME)
    asker = _of(case, "handler")
    _ask(asker, case, "contact")
    assert NAME not in _name(asker, case)
    refused = _answer(asker, case, "agree")
    assert refused.status_code == 422
    assert "Iemand anders van deze zaak moet antwoorden" in refused.content.decode()
    assert NAME not in _name(asker, case)
    _answer(_of(case, "case_officer"), case, "agree")
    assert NAME in _name(asker, case)


def test_after_seven_days_the_name_is_closed_and_can_be_asked_again(place):
    case = a_case(place, name=NAME)
    officer = _of(case, "case_officer")
    _ask(officer, case)
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
        officer = _of(case, "case_officer")  # the session of a week ago has ended
        assert NAME not in _name(officer, case)
        assert _ask(officer, case).status_code == 302
        assert NAME in _name(officer, case)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"motive": ""}, "Kies waarom u de naam wilt zien."),
        ({"motive": "curious"}, "Kies waarom u de naam wilt zien."),
        ({"words": "kort"}, "Zeg waarom, in ten minste 10 tekens."),
    ],
)
def test_without_a_motive_nothing_opens_and_what_was_typed_stays(place, fields, says):
    case = a_case(place, name=NAME)
    page = _ask(_of(case, "case_officer"), case, **fields)
    assert page.status_code == 422
    assert says in words_of(page)
    assert fields.get("words", WHY) in page.content.decode()
    assert not IdentityRequest.objects.exists()


def test_one_page_asks_once_and_a_waiting_request_is_not_asked_twice(place):
    case = a_case(place, "integrity", name=NAME)
    asker, token = _of(case, "handler"), uuid4()
    for _ in range(2):
        assert _ask(asker, case, token=token).status_code == 302
    assert "U hebt dit al gevraagd" in _ask(asker, case).content.decode()
    assert IdentityRequest.objects.count() == 1
    _answer(asker, case, "withdraw")
    assert IdentityRequest.objects.get().state == "withdrawn"


def test_process_support_and_strangers_cannot_ask_and_a_closed_case_keeps_the_name_closed(place):
    case = a_case(place, "integrity", name=NAME)
    for client in (_of(case, "support"), signed_in(place["council_member"])):
        assert _ask(client, case).status_code == 404
    walk(case, "acknowledge", "register", "accept", "no_follow_up=unfounded", "complete", "close")
    page = _ask(_of(case, "handler"), case)
    assert (page.status_code, IdentityRequest.objects.count()) == (422, 0)
    assert "De naam blijft ook gesloten" in words_of(page)


def test_an_anonymous_report_has_no_name_to_ask(place):
    case = a_case(place, known_as="anonymous")
    officer = _of(case, "case_officer")
    assert "Er is hier geen naam" in words_of(officer.get(_url(case)))
    assert _ask(officer, case).status_code == 422


def _confidential(place, kind: str = "integrity"):
    report, receipt = a_report(place, kind, known_as="confidential", name=NAME)
    return open_case(report), receipt


@pytest.mark.both
def test_a_confidential_name_opens_with_the_consent_that_the_adviser_recorded(place):
    case, _receipt = _confidential(place)
    asker, adviser = _of(case, "handler"), _of(case, "adviser")
    assert readers(case.id, Compartment.IDENTITY) == {person.id for person in place.people["confidential_adviser"]}
    _ask(asker, case, "contact")
    for other in (asker, _of(case, "case_officer")):  # of this name only the adviser decides
        assert _answer(other, case, "agree").status_code == 422
    assert NAME not in _name(asker, case)
    url = _url(case, f"melder/{IdentityRequest.objects.get().id}/toestemming/")
    assert asker.get(url).status_code == 404
    assert WHY in adviser.get(url).content.decode()
    assert "Zeg hoe de melder toestemming gaf" in words_of(adviser.post(url, {"outcome": "consent"}))
    assert adviser.post(url, {"outcome": "law"}).status_code == 422  # not for this motive
    assert adviser.post(url, {"outcome": "consent", "consent_by": "phone"}).status_code == 302
    assert NAME in _name(asker, case)
    person = who(case.id, "handler").person
    assert person.id in readers(case.id, Compartment.IDENTITY)
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
        while run_due():
            pass
        assert person.id not in readers(case.id, Compartment.IDENTITY)
        assert NAME not in _name(_of(case, "handler"), case)
    assert "identity.taken_back" in _actions(case)


def test_when_the_reporter_says_no_the_name_stays_closed(place):
    case, _receipt = _confidential(place)
    _ask(_of(case, "handler"), case, "contact")
    url = _url(case, f"melder/{IdentityRequest.objects.get().id}/toestemming/")
    _of(case, "adviser").post(url, {"outcome": "refuse"})
    assert NAME not in _name(_of(case, "handler"), case)
    assert readers(case.id, Compartment.IDENTITY) == {person.id for person in place.people["confidential_adviser"]}
    assert "identity.no_consent" in _actions(case)


def test_where_the_law_demands_a_name_the_reporter_knows_it_first(place):
    case, receipt = _confidential(place)
    asker = _of(case, "handler")
    _ask(asker, case, "legal_duty")
    url = _url(case, f"melder/{IdentityRequest.objects.get().id}/toestemming/")
    adviser = _of(case, "adviser")
    reasons = "De rechter-commissaris vordert uw naam op grond van artikel 181 Wetboek van Strafvordering."
    assert "Schrijf de melder waarom" in words_of(
        adviser.post(url, {"outcome": "law", "legal_source": "Sv 181 en 182"})
    )
    answer = adviser.post(url, {"outcome": "law", "legal_source": "Sv 181 en 182", "reasons": reasons})
    assert answer.status_code == 302
    assert NAME not in _name(asker, case)  # two days for the reporter
    mailbox = words_of(come_back(Client(), receipt))
    assert reasons in mailbox
    assert "De wet verplicht ons uw naam te laten zien" in mailbox
    with time_machine.travel(timezone.now() + timedelta(days=2, minutes=1), tick=False):
        assert NAME in _name(_of(case, "handler"), case)
    assert "Wie uw melding behandelt, heeft uw naam gezien" in words_of(come_back(Client(), receipt))


@pytest.mark.both
def test_what_the_reporter_may_not_know_yet_is_recorded_and_told_later(place):
    case, receipt = _confidential(place)
    asker = _of(case, "handler")
    _ask(asker, case, "legal_duty")
    request = IdentityRequest.objects.get().id
    secret = "De verdachte leest mee in haar postvak."
    adviser = _of(case, "adviser")
    adviser.post(
        _url(case, f"melder/{request}/toestemming/"),
        {"outcome": "law", "legal_source": "Sv 181 en 182", "not_told_because": secret},
    )
    assert NAME in _name(asker, case)
    assert "heeft uw naam gezien" not in words_of(come_back(Client(), receipt))
    assert IdentityRelease.objects.get().told_on is None
    tell = _url(case, f"melder/{request}/vertellen/")
    assert asker.get(tell).status_code == 404
    assert secret in adviser.get(tell).content.decode()
    assert adviser.post(tell, {"reasons": "Uw naam is aan justitie gegeven, omdat de wet dat eist."}).status_code == 302
    mailbox = words_of(come_back(Client(), receipt))
    assert "Uw naam is aan justitie gegeven" in mailbox
    assert "heeft uw naam gezien" in mailbox


def test_whoever_lost_the_case_between_asking_and_agreeing_gets_nothing(place):
    case = a_case(place, "integrity", name=NAME)
    asker = who(case.id, "case_officer")
    _ask(signed_in(asker.person), case, "contact")

    take_away(case, asker.person, recused=True)
    answer = _answer(_of(case, "handler"), case, "agree")
    assert "werkt niet meer aan de zaak" in words_of(answer)
    newest = IdentityRequest.objects.get().id
    assert signed_in(asker.person).get(_url(case, f"melder/{newest}/")).status_code == 410


def _says(client: Client, case, part: str) -> str:
    return words_of(client.get(_url(case, part), follow=True))


def test_the_report_says_of_the_name_what_the_case_page_does(place):
    """Where the case page shows it, the report never says that it is closed, before the first view and after it."""
    case = a_case(place, name=NAME)
    officer, second = _of(case, "case_officer"), _of(case, "co_reader")
    for _ in range(2):
        for part in ("melding/", "melder/"):
            page = _says(officer, case, part)
            assert "U ziet" in page
            assert "op de zaakpagina" in page
            assert not any(words in page for words in ("De naam is gesloten", "Vraag wie dit is", "7 dagen"))
        assert NAME in _says(officer, case, "")
    assert "De naam is gesloten" in _says(second, case, "melding/")
    assert "Vraag wie dit is" not in _says(second, case, "melding/")
    _answer_newest(second, case, "refuse")
    assert NAME not in _says(officer, case, "")
    for words in ("De naam is gesloten", "Vraag wie dit is"):
        assert words in _says(officer, case, "melding/")
    assert "7 dagen" in _says(officer, case, "melder/")


def _answer_newest(client: Client, case, what: str) -> None:
    which = IdentityRequest.objects.latest("asked_at").id
    assert client.post(_url(case), {"what": what, "which": which}).status_code == 302


def test_the_report_leads_to_a_name_that_opened_and_says_that_one_waits(place):
    case = a_case(place, "integrity", name=NAME)
    asker = _of(case, "handler")
    assert "Vraag wie dit is" in _says(asker, case, "melding/")
    _ask(asker, case, "contact")
    assert "U vroeg wie dit is" in _says(asker, case, "melding/")
    _answer(_of(case, "case_officer"), case, "agree")
    page = asker.get(_url(case, "melding/")).content.decode()
    assert "U kunt de naam openen" in words_of(asker.get(_url(case, "melding/")))
    assert f"/melder/{IdentityRequest.objects.get().id}/" in page
    assert "Vraag wie dit is" in _says(_of(case, "case_officer"), case, "melding/")  # open for who asked alone


def test_the_report_leads_the_adviser_to_the_name_that_was_given_to_them(place):
    case, _receipt = _confidential(place)
    page = _says(_of(case, "adviser"), case, "melding/")
    assert "U kunt de naam openen" in page
    assert "De naam is gesloten" not in page
    assert "De naam is gesloten" in _says(_of(case, "handler"), case, "melding/")


def test_after_closing_no_page_says_that_it_shows_a_name(place):
    case = a_case(place, name=NAME)
    officer, second = _of(case, "case_officer"), _of(case, "co_reader")
    assert NAME in _says(officer, case, "")
    case.closed_on = timezone.localdate()
    case.save(update_fields=["closed_on"])
    assert NAME not in _says(officer, case, "")
    assert "U ziet" not in _says(officer, case, "melding/")
    assert f"toont {who(case.id, 'case_officer').person.name}" not in _says(second, case, "")
