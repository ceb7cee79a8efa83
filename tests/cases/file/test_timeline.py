"""The timeline of a case."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import Deadline
from tests.cases.file.test_notes import _note
from tests.support.build import a_case, a_place, signed_in, walk, who

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return a_place()


def _page(case, relation: str = "case_officer", query: str = "") -> str:
    answer = signed_in(who(case.id, relation).person).get(f"/werkplek/zaak/{case.id}/tijdlijn/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_everything_stands_in_one_order_the_newest_first(place):
    case = walk(a_case(place), "acknowledge")
    _note(signed_in(who(case.id, "handler").person), case, kind="note")
    text = _page(case)
    assert (
        text.index("Notitie geschreven")
        < text.index("Bevestig de ontvangst aan de melder")
        < text.index("Melding binnen")
    )


def test_one_kind_can_be_chosen_and_nonsense_shows_everything(place):
    case = walk(a_case(place), "acknowledge")
    assert "Melding binnen" not in _page(case, query="?soort=decision")
    assert "Melding binnen" in _page(case, query="?soort=roddel")


def test_a_missed_deadline_is_in_it(place):
    case = a_case(place)
    Deadline.objects.filter(case=case, code="PERP_RESPONSE_48H").update(due=timezone.now() - timedelta(hours=1))
    assert "Termijn gemist: Reageer op de veroorzaker" in _page(case, query="?soort=deadline")


def test_an_anonymous_reporter_has_weeks_and_no_moments(place):
    case = a_case(place, known_as="anonymous")
    assert "in de week van" in _page(case)


def test_it_is_for_who_reads_the_file(place):
    case = a_case(place)
    for person in (who(case.id, "support").person, place["administrator"]):
        assert signed_in(person).get(f"/werkplek/zaak/{case.id}/tijdlijn/").status_code == 404


def test_it_asks_the_database_as_often_for_much_as_for_little(place):
    case = walk(a_case(place), "acknowledge")
    client = signed_in(who(case.id, "case_officer").person)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/werkplek/zaak/{case.id}/tijdlijn/")
        return len(captured)

    _note(client, case)
    few = queries()
    for _ in range(3):
        _note(client, case)
    assert queries() == few
