"""The chair's page says nothing of one or two cases, and of more what follows from rounded numbers."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from care.overview import Point, overview
from cases.models import Deadline
from tests.support.build import a_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def early():
    with time_machine.travel(datetime(2026, 3, 24, 10, tzinfo=UTC), tick=False) as deadline:
        yield deadline


def _points(place) -> dict[str, Point]:
    found = overview(place.actor("mayor"), 2026)
    return {point.label: point for point in found.points}


def _page(place) -> str:
    """Without the day and form tokens."""
    page = place.client("mayor").get("/zorgplicht/").content.decode()
    return re.sub(r'tot en met \d+ \w+|name="csrfmiddlewaretoken"\s+value="[^"]+"', "", page)


@pytest.mark.parametrize("cases", [1, 2])
def test_of_one_or_two_cases_the_chair_reads_neither_missed_nor_at_risk(early, place, cases):
    for _ in range(cases):
        a_case(place, "integrity")
    before = _page(place)
    early.shift(timedelta(days=6, hours=12))  # the acknowledgement is due within a day
    at_risk = _page(place)
    early.shift(timedelta(days=10))  # and now it was missed
    page = _page(place)
    assert {point.verdict for point in _points(place).values()} == {"few"}
    assert "Er zijn te weinig zaken om dat te zeggen." in page
    assert "Niet gehaald" not in page
    assert "In gevaar" not in page
    assert before == at_risk == page


def test_without_any_case_the_page_is_as_with_one(early, place):
    nothing = _page(place)
    a_case(place, "integrity")
    assert _page(place) == nothing


def test_of_more_cases_the_verdict_follows_rounded_numbers(early, place):
    for _ in range(12):
        a_case(place, "integrity")
    early.shift(timedelta(days=6, hours=12))
    assert _points(place)["Ontvangst op tijd bevestigd"].verdict == "warn"
    early.shift(timedelta(days=2))
    missed = _points(place)["Ontvangst op tijd bevestigd"]
    assert (missed.verdict, missed.missed % 5, missed.due % 5) == ("bad", 0, 0)
    assert 12 - 6 <= missed.missed <= 12 + 6
    assert f"Ongeveer {missed.missed} van de {missed.due} keer gemist" in _page(place)


@pytest.mark.parametrize(("late", "verdicts"), [(0, {"ok"}), (1, {"few", "bad"}), (2, {"few", "bad"})])
def test_one_or_two_that_were_missed_are_told_only_as_a_rounded_number(early, place, late, verdicts):
    for _ in range(8):
        a_case(place, "integrity")
    deadlines = list(Deadline.objects.filter(code="ACK_7D").order_by("id"))
    for number, deadline in enumerate(deadlines):
        deadline.met_at = deadline.due + timedelta(hours=1 if number < late else -1)
        deadline.save()
    early.shift(timedelta(days=9))
    point = _points(place)["Ontvangst op tijd bevestigd"]
    assert point.verdict in verdicts
    assert (point.verdict == "bad") == (point.missed > 0)
    page = _page(place)
    assert ("In alle zaken." in page) == (not late)
    if point.verdict == "few":
        assert f"Van ongeveer {point.due} keer is het bijna nooit of nooit gemist" in page


def test_a_year_without_an_overview_is_said_and_not_shown_as_this_one(early, place):
    client = place.client("mayor")
    said = "Er is alleen een overzicht van dit jaar en van vorig jaar. U ziet 2026."
    for asked in ("2019", "volgend", ""):
        assert said in client.get(f"/zorgplicht/?jaar={asked}").content.decode()
    for asked in ("?jaar=2026", "?jaar=2025", ""):
        assert said not in client.get(f"/zorgplicht/{asked}").content.decode()
