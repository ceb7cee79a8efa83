"""What an actor is in a case, as the database says it: one query for however many cases, and true at that moment."""

import pytest

from cases.desk.access import take_away
from cases.models import Case, CaseUserObjectPermission
from organisations.access.bars import recuse
from organisations.access.policy import Actor, may, standing_in, standing_of, standings_in
from tests.support.build import a_case, walk, who
from vault.compartments import Compartment, remove_reader

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_a_standing_holds_relations_permissions_keys_and_state(place):
    case = a_case(place)
    officer, support = who(case.id, "case_officer"), who(case.id, "support")
    standing = standing_in(officer, case)
    assert standing.relations == {"case_officer"}
    assert standing.permissions == {"cases.read_content", "cases.follow_process"}
    assert {Compartment.CONTENT, Compartment.FILE} <= standing.keys
    assert standing.is_open
    assert standing.reaches
    follows = standing_in(support, case)
    assert (follows.relations, follows.permissions, follows.keys) == ({"support"}, {"cases.follow_process"}, set())
    closed = walk(case, "withdraw=withdrawn")
    assert not standing_in(officer, closed).is_open


def test_many_standings_cost_as_many_queries_as_one(place, django_assert_num_queries):
    cases = [a_case(place) for _ in range(4)]
    officer = who(cases[0].id, "case_officer")
    for some in (cases[:1], cases):
        with django_assert_num_queries(1):
            standings = standings_in(officer, [case.id for case in some], Case)
        assert set(standings) == {case.id for case in some}


def test_judging_asks_the_database_nothing(place, django_assert_num_queries):
    case = a_case(place)
    standing = standing_in(who(case.id, "case_officer"), case)
    with django_assert_num_queries(0):
        assert standing.may("case.decide")
        assert not standing.may("identity.know")


def test_each_thing_that_is_taken_away_is_gone_from_the_next_standing(place):
    case = a_case(place)
    officer = who(case.id, "case_officer")
    assert may(officer, "case.decide", case)
    remove_reader(case.id, officer.person.id, Compartment.FILE)
    assert may(officer, "case.decide", case).why == "key"
    rows = CaseUserObjectPermission.objects.filter(content_object=case, user=officer.person)
    rows.filter(permission__codename="read_content").delete()
    assert may(officer, "case.decide", case).why == "permission"
    take_away(case, officer.person)
    assert may(officer, "case.decide", case).why == "relation"
    assert not standing_in(officer, case).reaches
    recuse(case.id, [officer.person.id])
    assert may(officer, "case.decide", case).why == "recused"


def test_for_another_organisation_the_same_person_has_no_part_in_the_case(place):
    case = a_case(place)
    person = who(case.id, "case_officer").person
    elsewhere = standing_in(Actor.at(person, place.others["province"].organisation), case)
    assert not elsewhere.relations
    assert not elsewhere.reaches


def test_nobody_and_a_case_that_does_not_exist(place):
    case = a_case(place)
    officer = who(case.id, "case_officer")
    case_id = case.report_id  # of something else
    assert not standings_in(officer, [case_id], Case)[case_id].reaches
    assert standing_of(None).may("work.list").why == "unknown"
    assert standing_in(None, case).may("case.read").why == "unknown"
