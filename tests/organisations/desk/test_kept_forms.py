"""The session ends while somebody types: the words are still there after signing in, for that browser only (story S18)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from cases.models import Note
from jobs.runner import run_due
from organisations.models import KeptForm
from tests.support.build import BACKEND, a_case, a_place, signed_in, who
from tests.support.pages import fields_of

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


def _sent_too_late(case, officer) -> tuple[Client, str]:
    """A note that was sent after the session had ended, and where the sign-in leads back to."""
    client = signed_in(officer)
    client.get(_url(case))
    client.cookies.pop("session")
    answer = client.post(_url(case), {"what": "note", "kind": "contact", "text": TEXT, "token": str(uuid4())})
    assert answer["Location"].startswith("/inloggen/?next=")
    return client, answer.wsgi_request.path + f"?bewaard={KeptForm.objects.get().id}"


def test_a_note_that_was_sent_too_late_is_shown_after_signing_in_and_can_be_sent(case, officer):
    client, back = _sent_too_late(case, officer)
    client.force_login(officer, backend=BACKEND)
    page = client.get(back)
    assert TEXT.strip() in page.content.decode()
    assert not Note.objects.exists()
    assert client.post(_url(case), fields_of(page)).status_code == 302
    assert Note.objects.count() == 1


def test_it_is_shown_once(case, officer):
    client, back = _sent_too_late(case, officer)
    client.force_login(officer, backend=BACKEND)
    client.get(back)
    assert TEXT.strip() not in client.get(back).content.decode()
    assert not KeptForm.objects.exists()


def test_another_browser_and_another_page_do_not_get_it(case, officer):
    client, back = _sent_too_late(case, officer)
    elsewhere = signed_in(officer)
    assert TEXT.strip() not in elsewhere.get(back).content.decode()
    elsewhere.cookies["kept"] = "x"
    assert TEXT.strip() not in elsewhere.get(back).content.decode()
    client.force_login(officer, backend=BACKEND)
    assert TEXT.strip() not in client.get(back.replace("notities", "besluiten")).content.decode()
    assert TEXT.strip() in client.get(back).content.decode()


def test_what_is_kept_is_sealed_and_goes_after_two_days(case, officer):
    _sent_too_late(case, officer)
    row = KeptForm.objects.get()
    assert "wijkagent" not in row.sealed
    KeptForm.objects.update(until=timezone.now() - timedelta(minutes=2))
    from jobs.models import Job

    Job.objects.filter(kind="organisations.drop_kept").update(due=timezone.now() - timedelta(minutes=1))
    run_due()
    assert not KeptForm.objects.exists()


def test_a_flood_keeps_the_newest(case, officer, monkeypatch):
    monkeypatch.setattr("organisations.desk.kept.MOST_FORMS", 2)
    for number in range(4):
        Client().post(_url(case), {"text": f"nummer {number}"})
    assert KeptForm.objects.count() == 2


def test_a_page_that_was_only_read_leads_back_to_itself(case):
    answer = Client().get(_url(case))
    assert answer["Location"] == f"/inloggen/?next={_url(case).replace('/', '%2F')}"
    assert not KeptForm.objects.exists()
