"""A question about whom words name is a question and no error; who answered it is not asked again, and reads who can."""

from uuid import uuid4

import pytest
from django.test import Client

from organisations.access.bars import is_barred
from organisations.models import Person
from tests.support.barred import about_nobody, answer_on, called, question_of, url_of
from tests.support.build import REASON, signed_in, who
from tests.support.pages import in_one_line
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
LOOK = "Kijk of die persoon buiten de zaak moet blijven"


@pytest.fixture
def case(place):
    case, _receipt = about_nobody(place)
    called(who(case.id, "co_reader").person, "Kees", "Bos")
    return case


def _browser(case, relation: str = "handler") -> Client:
    return signed_in(who(case.id, relation).person)


def _note(case, browser: Client, **fields):
    note = {"what": "note", "kind": "note", "text": "Kees Bos nam geld aan.", "token": str(uuid4())}
    return browser.post(url_of(case, "notities/"), note | fields)


def _said_of_somebody(case, browser: Client):
    about = answer_on(_note(case, browser), "concerned")
    assert _note(case, browser, about=about).status_code == 302
    return question_of(case)


def test_the_page_asks_and_says_of_no_error(case):
    page = _note(case, _browser(case))
    assert page.status_code == 422
    shown = words_of(page)
    assert "Fout:" not in shown
    assert "Vraag: Notities en taken" in shown
    assert "Eerst een vraag aan u" in shown
    assert "utrecht-alert--error" not in page.content.decode()
    assert "utrecht-form-field--invalid" not in page.content.decode()


def test_what_is_wrong_beside_it_is_still_an_error(case):
    browser = _browser(case)
    url = url_of(case, f"toegang/betrokken/{_said_of_somebody(case, browser)}/")
    page = _browser(case, "case_officer").post(url, {"what": "else", "reason": "kort"})
    assert page.status_code == 422
    assert "utrecht-alert--error" in page.content.decode()
    page = _note(case, browser, text="Kees Bos nam geld aan.", about="zomaar:0123456789abcdef")
    assert "Fout:" in words_of(page)


def test_the_answer_says_what_follows_and_no_more(case):
    """A second person can let them back: they do not lose for good what they have."""
    browser = _browser(case)
    shown = words_of(_note(case, browser))
    assert "kan vanaf nu niet meer bij deze zaak, tot een tweede persoon zegt of dat klopt" in shown
    assert "verliest nu wat die in de zaak heeft" not in shown
    _said_of_somebody(case, browser)
    assert is_barred(case.id, Person.objects.get(name="Kees Bos").id)
    other = _browser(case, "case_officer")
    url = url_of(case, f"toegang/betrokken/{question_of(case)}/")
    assert other.post(url, {"what": "else", "reason": REASON}).status_code == 302, "nobody lost anything for good"


def test_who_wrote_it_is_led_to_who_can_answer_and_asked_no_second_time(case):
    writer, other = _browser(case), _browser(case, "case_officer")
    _said_of_somebody(case, writer)
    assert LOOK not in words_of(writer.get(url_of(case)))
    assert LOOK in words_of(other.get(url_of(case)))
    shown = in_one_line(writer.get(url_of(case, "toegang/")).content.decode())
    assert "U zei dit zelf, dus iemand anders antwoordt hierop." in shown
    assert "Bekijk wie kan antwoorden" in shown
    assert "Bekijk wie kan antwoorden" not in words_of(other.get(url_of(case, "toegang/")))
    page = words_of(writer.get(url_of(case, f"toegang/betrokken/{question_of(case)}/")))
    assert f"De tweede persoon kan zijn: {who(case.id, 'case_officer').person.name}" in page


def test_after_a_first_answer_the_page_waits_for_the_second(case):
    writer, other = _browser(case), _browser(case, "case_officer")
    url = url_of(case, f"toegang/betrokken/{_said_of_somebody(case, writer)}/")
    assert "Antwoordt niemand vóór" in words_of(other.get(url_of(case, "toegang/")))
    assert other.post(url, {"what": "else", "reason": REASON}).status_code == 302
    shown = words_of(other.get(url_of(case, "toegang/")))
    assert "Antwoordt niemand" not in shown
    assert "geen tweede persoon? Dan neemt de volgende in de keten hun taak over" in shown
