"""The session ends while somebody types: the words are still there after signing in, for who typed them only (story S18)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from cases.desk.access import take_away
from cases.models import Note
from jobs.runner import run_due
from organisations.models import KeptForm
from tests.support.build import BACKEND, a_case, a_place, signed_in, who
from tests.support.pages import fields_of
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
TEXT = "Gebeld met de wijkagent over de brievenbus.\n" * 40


@pytest.fixture
def case():
    return a_case(a_place(), "aggression")


@pytest.fixture
def officer(case):
    return who(case.id, "case_officer").person


def _url(case) -> str:
    return f"/werkplek/zaak/{case.id}/notities/"


def _sent_too_late(case, officer) -> Client:
    """The browser from which a note was sent after the session had ended."""
    client = signed_in(officer)
    client.get(_url(case))
    client.cookies.pop("session")
    answer = client.post(_url(case), {"what": "note", "kind": "contact", "text": TEXT, "token": str(uuid4())})
    assert answer["Location"] == _sign_in(case)
    return client


def _sign_in(case) -> str:
    return f"/inloggen/?next={_url(case).replace('/', '%2F')}"


def _next_at(client: Client, person) -> Client:
    client.cookies.pop("session", None)
    client.force_login(person, backend=BACKEND)
    return client


def _shows_it(client: Client, address: str) -> bool:
    return TEXT.strip() in client.get(address).content.decode()


def test_a_note_that_was_sent_too_late_is_shown_after_signing_in_and_can_be_sent(case, officer):
    client = _next_at(_sent_too_late(case, officer), officer)
    page = client.get(_url(case))
    assert TEXT.strip() in page.content.decode()
    assert not Note.objects.exists()
    assert client.post(_url(case), fields_of(page)).status_code == 302
    assert Note.objects.count() == 1


def test_it_is_shown_once(case, officer):
    client = _next_at(_sent_too_late(case, officer), officer)
    assert _shows_it(client, _url(case))
    assert not _shows_it(client, _url(case))
    assert not KeptForm.objects.exists()


def test_another_browser_and_another_page_do_not_get_it(case, officer):
    client = _sent_too_late(case, officer)
    elsewhere = signed_in(officer)
    assert not _shows_it(elsewhere, _url(case))
    elsewhere.cookies["typist"] = "x"
    assert not _shows_it(elsewhere, _url(case))
    _next_at(client, officer)
    assert not _shows_it(client, _url(case).replace("notities", "besluiten"))
    assert _shows_it(client, _url(case))


def test_a_colleague_who_signs_in_next_at_the_same_browser_is_not_shown_it(case, officer):
    """The colleague may be whom it is about. They handle the case too here, so that only the typist can be the reason."""
    client = _sent_too_late(case, officer)
    colleague = who(case.id, "handler").person
    assert colleague != officer
    in_a_world_without = signed_in(colleague).get(_url(case))
    page = _next_at(client, colleague).get(_url(case))
    assert words_of(page) == words_of(in_a_world_without)
    assert client.cookies["typist"].value
    assert KeptForm.objects.count() == 1  # it goes by itself: that it goes now would tell something


def test_what_leads_to_the_sign_in_page_and_the_cookie_look_alike_whether_something_is_kept_or_not(case, officer):
    client = signed_in(officer)
    client.get(_url(case))
    before = client.cookies["typist"].value
    client.cookies.pop("session")
    assert client.get(_url(case))["Location"] == _sign_in(case)
    assert client.post(_url(case), {"text": TEXT})["Location"] == _sign_in(case)
    assert len(client.cookies["typist"].value) == len(before)
    assert str(officer.id) not in before


def test_who_lost_the_case_meanwhile_is_answered_as_by_any_page_of_it(case, officer):
    client = _sent_too_late(case, officer)
    with transaction.atomic():
        take_away(case, officer)
    answer = _next_at(client, officer).get(_url(case))
    assert answer.status_code == 410
    assert "brievenbus" not in answer.content.decode()


def test_where_nobody_knows_who_typed_it_it_is_shown_at_once_and_not_kept(case):
    answer = Client().post(_url(case), {"what": "note", "text": TEXT, "token": str(uuid4())})
    assert answer.status_code == 403
    assert TEXT.strip() in answer.content.decode()
    assert _sign_in(case) in answer.content.decode()
    assert not KeptForm.objects.exists()


def test_what_is_too_long_to_keep_is_shown_at_once(case, officer):
    client = signed_in(officer)
    client.get(_url(case))
    client.cookies.pop("session")
    answer = client.post(_url(case), {"text": "woord " * 40_000})
    assert answer.status_code == 403
    assert "woord woord" in answer.content.decode()


def test_what_is_kept_is_sealed_and_goes_after_two_days(case, officer):
    _sent_too_late(case, officer)
    row = KeptForm.objects.get()
    assert b"wijkagent" not in bytes(row.sealed)
    assert officer.id.bytes not in bytes(row.sealed) + bytes(row.mark)
    KeptForm.objects.update(until=timezone.now() - timedelta(minutes=2))
    from jobs.models import Job

    Job.objects.filter(kind="organisations.drop_kept").update(due=timezone.now() - timedelta(minutes=1))
    run_due()
    assert not KeptForm.objects.exists()


def test_a_flood_keeps_the_newest(case, officer, monkeypatch):
    monkeypatch.setattr("organisations.desk.kept.MOST_FORMS", 2)
    client = signed_in(officer)
    client.get(_url(case))
    client.cookies.pop("session")
    for number in range(4):
        client.post(_url(case), {"text": f"nummer {number}"})
    assert KeptForm.objects.count() == 2


def test_a_page_that_was_only_read_leads_back_to_itself(case):
    assert Client().get(_url(case))["Location"] == _sign_in(case)
    assert not KeptForm.objects.exists()
