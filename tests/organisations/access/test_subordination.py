"""Nobody works a case about their own head."""

import pytest
from django.utils import timezone

from organisations.access.routing import rules
from organisations.access.subordination import staff_of
from organisations.models import Assignment, Function
from reporting.form.submission import plan
from tests.support.build import a_case, a_draft, signed_in, who
from tests.support.places import a_place
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
READS = ("handler", "case_officer", "co_reader")


def _readers(case) -> dict[str, str]:
    rows = Assignment.objects.filter(case=case.id, ended=False, relation__in=READS)
    return {row.relation: row.capacity for row in rows}


@pytest.mark.parametrize("kind", ["municipality", "province", "water_authority"])
def test_officers_do_not_work_a_case_about_the_secretary(kind):
    place = a_place(kind)
    case = a_case(place, "integrity", subject=f"general_secretary:{place['general_secretary'].id}")
    assert not {"officer", "coordinator"} & set(_readers(case).values())
    for role in ("officer", "coordinator"):
        client = place.client(role)
        assert client.get(f"/werkplek/zaak/{case.id}/").status_code == 404
        assert case.number not in words_of(client.get("/werkplek/"))
    assert signed_in(who(case.id, "handler").person).get(f"/werkplek/zaak/{case.id}/melding/").status_code == 200


def test_also_where_only_the_function_was_chosen_or_the_whole_name_was_typed(place):
    assert set(_readers(a_case(place, "integrity", subject="general_secretary:")).values()) == {"mayor"}
    secretary = place["general_secretary"]
    typed = a_case(place, "integrity", subject="unknown:", subject_name=secretary.name)
    own = Assignment.objects.filter(case=typed.id, organisation=place.organisation, relation__in=READS)
    assert not own.exists()
    assert typed.organisation != place.organisation


def test_who_works_for_another_one_may_work_it(place):
    officer = place["officer"]
    Function.objects.create(
        person=officer, organisation=place.organisation, code="external_adviser", held_from=timezone.localdate()
    )
    case = a_case(place, "integrity", subject="general_secretary:")
    assert who(case.id, "case_officer").person == officer


def test_of_the_registrar_who_is_known_as_staff_of_the_secretary_works_it(place):
    case = a_case(place, "integrity", subject="registrar:")
    assert "officer" not in _readers(case).values(), "whether they are staff of the registrar is not known"
    for officer in place.people["officer"]:
        Function.objects.create(
            person=officer, organisation=place.organisation, code="employee", held_from=timezone.localdate()
        )
    assert "officer" in _readers(a_case(place, "integrity", subject="registrar:")).values()


def test_a_case_about_somebody_else_keeps_its_officers(place):
    assert "officer" in _readers(a_case(place, "integrity", subject="alderman:")).values()
    assert "officer" in _readers(a_case(place, "aggression")).values()


@pytest.mark.parametrize("head", ["general_secretary", "registrar"])
@pytest.mark.parametrize("kind", ["municipality", "province", "water_authority"])
def test_no_chain_is_emptied(kind, head):
    assert set(staff_of()) <= set(rules().by_subject)
    draft = a_draft(a_place(kind), "integrity", subject=f"{head}:")
    assert plan(draft.submission()).route is not None
