"""Relations that people declare: a report about the other never comes to them."""

import pytest

from organisations.models import Assignment, DeclaredRelation
from organisations.people.appointments import declare_relation
from tests.support.build import a_case, a_place, signed_in
from vault.ledger import entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return a_place()


def _with_a_task(case) -> set:
    return set(Assignment.objects.filter(case=case.id).values_list("person", flat=True))


def test_an_officer_who_declared_a_relation_gets_no_case_about_the_other(place):
    alderman = place["alderman"]
    for officer in place.people["officer"]:
        declare_relation(officer, place.organisation, alderman, "friend")
    case = a_case(place, "integrity", subject=f"alderman:{alderman.id}")
    assert not _with_a_task(case) & {officer.id for officer in place.people["officer"]}


def test_the_mayor_who_is_family_of_the_alderman_is_passed_by(place):
    declare_relation(place["mayor"], place.organisation, place["alderman"], "family")
    case = a_case(place, "integrity", subject=f"alderman:{place['alderman'].id}")
    assert case.organisation == place.others["province"].organisation


def test_who_is_concerned_cannot_choose_a_handler_by_declaring(place):
    declare_relation(place["alderman"], place.organisation, place["mayor"], "conflict")
    case = a_case(place, "integrity", subject=f"alderman:{place['alderman'].id}")
    assert place["mayor"].id in _with_a_task(case)


def test_the_page_declares_and_takes_back(place):
    client = place.client("officer")
    other = place["alderman"]
    assert client.post("/werkplek/relaties/", {"other": str(other.id), "code": "family"}).status_code == 302
    assert other.name in client.get("/werkplek/relaties/").content.decode()
    row = DeclaredRelation.objects.get()
    client.post("/werkplek/relaties/", {"withdraw": str(row.id)})
    assert not DeclaredRelation.objects.exists()
    actions = [entry.action for entry in entries(place.organisation.id)]
    assert {"relation.declared", "relation.withdrawn"} <= set(actions)


def test_nobody_else_sees_or_takes_back_a_declaration(place):
    row = declare_relation(place["officer"], place.organisation, place["alderman"], "partner")
    other = signed_in(place["coordinator"])
    assert "wb-todo" not in other.get("/werkplek/relaties/").content.decode()
    other.post("/werkplek/relaties/", {"withdraw": str(row.id)})
    assert DeclaredRelation.objects.exists()


@pytest.mark.parametrize("data", [{}, {"other": "x", "code": "family"}, {"withdraw": "x"}])
def test_nonsense_changes_nothing(place, data):
    answer = place.client("officer").post("/werkplek/relaties/", data)
    assert answer.status_code in {302, 422}
    assert not DeclaredRelation.objects.exists()
