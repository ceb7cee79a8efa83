"""Relations that people declare: a report about the other never comes to them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from organisations.access.recusal import related_to
from organisations.models import Assignment, DeclaredRelation, Function
from organisations.people.appointments import declare_relation, take_office
from organisations.people.relations import declared_by
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


def test_the_database_says_neither_to_whom_nor_what(place):
    row = declare_relation(place["officer"], place.organisation, place["alderman"], "family")
    other = place["alderman"].id
    stored = " ".join(str(value) for value in DeclaredRelation.objects.values_list().get())
    as_bytes = bytes(row.sealed) + bytes(row.mark)
    assert str(other) not in stored
    assert other.hex not in stored
    assert not any(clear in as_bytes for clear in (str(other).encode(), other.bytes, b"family"))


def test_a_relation_is_declared_once_and_can_be_another_one(place):
    for code in ("family", "partner"):
        declare_relation(place["officer"], place.organisation, place["alderman"], code)
    [relation] = declared_by(place["officer"])
    assert (relation.other, relation.code) == (place["alderman"], "partner")


def test_a_declaration_that_cannot_be_opened_keeps_its_declarer_out(place):
    row = declare_relation(place["officer"], place.organisation, place["registrar"], "friend")
    concerned = {place["alderman"].id}
    assert related_to(concerned) == set()
    DeclaredRelation.objects.filter(id=row.id).update(sealed=bytes(row.sealed)[:-1] + b"x")
    assert related_to(concerned) == {place["officer"].id}


def test_a_declaration_moved_to_another_person_opens_for_nobody(place):
    """Whoever can write in the database cannot make somebody related to whom they choose."""
    row = declare_relation(place["officer"], place.organisation, place["alderman"], "friend")
    DeclaredRelation.objects.filter(id=row.id).update(person=place["coordinator"])
    assert declared_by(place["coordinator"]) == []


def test_a_relation_counts_wherever_the_other_works_later(place):
    declare_relation(place["officer"], place.organisation, place["alderman"], "friend")
    Function.objects.filter(person=place["alderman"]).update(held_to=timezone.localdate() - timedelta(days=1))
    elsewhere = place.others["province"].organisation
    take_office(place["alderman"], elsewhere, "alderman", since=timezone.localdate())
    assert related_to({place["alderman"].id}) == {place["officer"].id}
