"""The administrator's browser: presses buttons on the list of questions and fills in its forms."""

import re

from django.test import Client

from reporting.own_questions.versions import questions_in_writing
from reporting.questions.own import questions_for

LIST = "/beheer/vragen/"
TEXT_OF = "/beheer/vragen/tekst/location/"
OWN = "/beheer/vragen/eigen/"
WORDS = {"label_nl": "Welke afdeling?", "label_en": "Which department?", "help_nl": "", "help_en": ""}
SHORT_TEXT = {**WORDS, "kinds": ["aggression"], "answer": "text", "choices_nl": "", "choices_en": ""}
CHOICE = {**SHORT_TEXT, "answer": "choice", "choices_nl": "Balie\nBuiten\n", "choices_en": "Desk\nOutdoors\n"}


def seen_of(page) -> str:
    return re.search(r'name="seen"\s+value="([^"]+)"', page.content.decode())[1]


def click(client: Client, action: str, page=None):
    """A button of the list, pressed on this page or on a fresh one; returns the page after it."""
    page = page or client.get(LIST)
    return client.post(LIST, {"action": action, "seen": seen_of(page)}, follow=True)


def write(client: Client, path: str, fields: dict, page=None):
    page = page or client.get(path)
    return client.post(path, {**fields, "seen": seen_of(page)}, follow=True)


def asked(place, kind: str = "aggression") -> list[str]:
    return [question.id for question in questions_for(place.organisation).asked(kind)]


def own_id(place) -> str:
    return questions_in_writing(place.organisation).changes.own[0].id
