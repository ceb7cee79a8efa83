"""How long somebody at work stays signed in: from signing in, or from the last act that changes the session."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from tests.support.build import a_place, signed_in

pytestmark = pytest.mark.django_db


def test_a_session_ends_after_a_working_day():
    client = signed_in(a_place()["officer"])
    start = timezone.now()
    lifetime = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    assert lifetime == timedelta(hours=8)
    with time_machine.travel(start + lifetime - timedelta(minutes=1)):
        assert client.get("/werkplek/").status_code == 200
    with time_machine.travel(start + lifetime + timedelta(minutes=1)):
        assert client.get("/werkplek/")["Location"].startswith("/inloggen/")


def test_switching_to_an_organisation_starts_the_time_anew():
    place = a_place()
    client = signed_in(place["officer"])
    start = timezone.now()
    lifetime = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    with time_machine.travel(start + lifetime - timedelta(hours=1)):
        assert client.post("/organisatie/", {"organisation": place.organisation.slug}).status_code == 302
    with time_machine.travel(start + lifetime + timedelta(hours=1)):
        assert client.get("/werkplek/").status_code == 200
    with time_machine.travel(start + 2 * lifetime):
        assert client.get("/werkplek/")["Location"].startswith("/inloggen/")


NAMELESS = {
    settings.SESSION_COOKIE_NAME,
    settings.CSRF_COOKIE_NAME,
    "typist",
}  # the last one is sealed: test_kept_forms


def test_signing_in_and_out_leaves_no_name_in_a_cookie(client):
    """allauth would keep "you are signed in as …" in a cookie of Django's messages, which no page shows."""
    place = a_place()
    person = place.people["officer"][0]
    person.set_password("een-lang-wachtwoord")
    person.save()
    client.post("/inloggen/", {"login": person.email, "password": "een-lang-wachtwoord"})
    assert client.get("/werkplek/").status_code == 200
    assert set(client.cookies) <= NAMELESS
    client.post("/uitloggen/")
    assert set(client.cookies) <= NAMELESS
