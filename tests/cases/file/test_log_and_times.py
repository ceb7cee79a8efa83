"""The log says which page was looked at; the timeline stands in the order in which things happened."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from cases.file.seen_pages import PAGES
from cases.file.timeline import timeline
from reporting.models import Alarm
from tests.support.build import a_case, a_place, signed_in, walk, who

pytestmark = pytest.mark.django_db


def test_every_page_that_leaves_a_view_has_words():
    source = "".join(path.read_text() for path in Path(settings.BASE_DIR, "cases").rglob("*.py"))
    parts = set(re.findall(r'@case_page\([^)]*shows="(\w+)"', source, re.DOTALL))
    assert {"timeline", "messages"} <= parts
    assert parts <= set(PAGES)


def test_the_log_names_the_page():
    case = a_case(a_place())
    client = signed_in(who(case.id, "case_officer").person)
    client.get(f"/werkplek/zaak/{case.id}/tijdlijn/")
    assert "Bekeken: de tijdlijn" in client.get(f"/werkplek/zaak/{case.id}/logboek/").content.decode()


def test_a_message_stands_after_the_report_and_with_its_hour():
    case = walk(a_case(a_place()), "acknowledge")
    events = timeline(case, who(case.id, "case_officer"))
    titles = [event.title for event in events]
    assert titles.index("Bericht aan de melder") < titles.index("Melding binnen")
    assert next(event for event in events if event.title == "Bericht aan de melder").has_moment


def test_an_alarm_for_which_nobody_was_called_is_in_it():
    case = a_case(a_place())
    Alarm.objects.create(report=case.report, occasion=case.report.id)
    titles = [event.title for event in timeline(case, who(case.id, "case_officer"))]
    assert "Alarm: niemand van het dienstrooster kon worden gebeld" in titles
