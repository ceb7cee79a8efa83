"""Signing somebody out everywhere."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from organisations.models import Person


def end_sessions(person: Person) -> None:
    """Whoever is signed in as this person is so no longer, in every browser. Each live session is opened for it: who a
    session belongs to stands inside."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(person.id):
            session.delete()
