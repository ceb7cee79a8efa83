"""How the work is divided: counted in one's own cases only, and given to a colleague by what they have."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.desk.access import take_away
from cases.file.notes import write_todo
from cases.models import Case, Deadline
from organisations.models import Assignment
from tests.support.build import REASON, a_case, a_place, signed_in, who
from tests.support.pages import in_one_line

pytestmark = pytest.mark.django_db
URL = "/werkplek/verdeling/"


@pytest.fixture
def place():
    return a_place()


@pytest.fixture
def client(place):
    return place.client("coordinator")


def _row(client, name: str) -> list[int]:
    """What the page says of a colleague: cases, late deadlines, to-dos."""
    page = in_one_line(client.get(URL).content.decode())
    row = next(row for row in page.split("<tr>") if f"{name}<" in row and 'scope="row"' in row)
    return [int(cell.split(">", 1)[1].split("<")[0]) for cell in row.split("<td ")[1:4]]


def test_cases_late_deadlines_and_todos_of_each_colleague_are_counted(place, client):
    case = a_case(place)
    officer = who(case.id, "case_officer")
    assert _row(client, officer.person.name) == [1, 0, 0]
    late = case.deadlines.filter(code__in=["ACK_24H", "PERP_RESPONSE_48H"])
    late.update(due=timezone.now() - timedelta(hours=1))
    write_todo(case, "Bel terug.", due=None, whom=officer.person.id, actor=officer, token=uuid4())
    write_todo(case, "Voor wie eerst komt.", due=None, whom=None, actor=officer, token=uuid4())
    assert _row(client, officer.person.name) == [1, 2, 1]
    Case.objects.filter(id=case.id).update(closed_on=timezone.localdate())
    assert _row(client, officer.person.name) == [0, 0, 0]


def test_a_case_that_the_coordinator_may_not_see_changes_no_byte(place, client):
    a_case(place)
    before = _without_token(client.get(URL).content.decode())
    hidden = a_case(place)
    officer = who(hidden.id, "case_officer")
    take_away(hidden, place["coordinator"], recused=True)
    Deadline.objects.filter(case=hidden).update(due=timezone.now() - timedelta(days=1))
    write_todo(hidden, "Geheim.", due=None, whom=officer.person.id, actor=officer, token=uuid4())
    assert _without_token(client.get(URL).content.decode()) == before


def _without_token(page: str) -> str:
    return "".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)


def test_an_assignment_is_given_with_the_load_of_each_colleague_beside_the_name(place, client):
    case = a_case(place)
    leaving = Assignment.objects.get(case=case.id, relation="case_officer", ended=False)
    page = client.get(URL).content.decode()
    addresses = [part.split('"')[0] for part in page.split('href="') if str(leaving.id) in part.split('"')[0]]
    assert addresses
    give = addresses[0]
    form = client.get(give).content.decode()
    assert "open zaken 0, te late termijnen 0, taken 0" in form
    assert "alleen de open zaken die u zelf mag zien" in form
    comes = form.split('name="to"')[1].split('value="')[1].split('"')[0]
    assert client.post(give, {"to": comes, "reason": REASON}).status_code == 302
    assert str(Assignment.objects.get(case=case.id, relation="case_officer", ended=False).person_id) == comes


def test_who_does_not_coordinate_sees_neither_the_page_nor_a_load(place):
    case = a_case(place)
    officer = signed_in(who(case.id, "case_officer").person)
    assert officer.get(URL).status_code == 403
    assert URL not in officer.get("/werkplek/").content.decode()
    assignment = Assignment.objects.get(case=case.id, relation="case_officer", ended=False)
    page = officer.get(f"/werkplek/zaak/{case.id}/")
    assert page.status_code == 200
    assert assignment.person.name not in place.client("administrator").get(URL).content.decode()


def test_many_cases_cost_no_more_questions(place, client):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(URL).status_code == 200
        return len(captured)

    a_case(place)
    queries()
    few = queries()
    for _number in range(3):
        a_case(place)
    assert queries() == few
