"""Where recusal itself breaks, a page of the workplace shows nothing of the case, and what to do."""

import pytest
from django.test import Client

from cases.models import Note
from organisations.models import Assignment
from tests.support.barred import about_nobody, url_of
from tests.support.build import a_place, who
from tests.support.pages import in_one_line
from tests.support.places import BACKEND

pytestmark = pytest.mark.django_db
TYPED = "Gisteren belde ik met Kees Bos over het terrein."


def _broken(*_args, **_kwargs):
    raise ZeroDivisionError


@pytest.fixture
def case():
    return about_nobody(a_place())[0]


@pytest.mark.parametrize(
    ("what", "part"),
    [
        ("organisations.access.bars.token_of", ""),
        ("organisations.access.bars.token_of", "melding/"),
        ("reporting.form.persons.weighing.keep_out", "toegang/overdragen/"),
    ],
)
def test_a_page_shows_nothing_where_nobody_can_know_who_may_see_it(case, monkeypatch, what, part):
    handler, client = who(case.id, "handler").person, Client(raise_request_exception=False)
    client.force_login(handler, backend=BACKEND)
    if part.startswith("toegang/"):
        part = f"toegang/{_task(case)}/overdragen/"
    address = url_of(case, part)
    assert client.get(address).status_code == 200
    monkeypatch.setattr(what, _broken)
    answer = client.get(address)
    page = in_one_line(answer.content.decode())
    assert answer.status_code == 503
    assert "Er is nu niets vastgelegd of veranderd" in page
    assert "Probeer het over een uur opnieuw." in page
    assert case.number not in page


def test_a_note_that_cannot_be_compared_is_not_kept_and_given_back(case, monkeypatch):
    client = Client(raise_request_exception=False)
    client.force_login(who(case.id, "handler").person, backend=BACKEND)
    monkeypatch.setattr("cases.people.hearing.mention", _broken)
    sent = {"what": "note", "kind": "note", "text": TYPED, "token": "00000000-0000-4000-8000-000000000001"}
    answer = client.post(url_of(case, "notities/"), sent)
    assert answer.status_code == 503
    assert TYPED in answer.content.decode()
    assert not Note.objects.exists()


def _task(case):
    return Assignment.objects.running().get(case=case.id, relation="case_officer").id
