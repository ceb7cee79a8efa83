"""Another organisation handles a case because two people of it agree."""

import pytest
from django.test import Client

from cases.deciding.opening import open_case
from cases.desk.agreement import disagreements
from cases.desk.refusals import Refused
from cases.models import Transfer
from cases.people.transfer import ask_transfer, decide_transfer, destinations
from organisations.models import Assignment, Function, Role
from tests.support.build import a_place, a_report, signed_in, walk, who
from tests.support.reporter import words_of
from vault.compartments import readers

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
REASON = "De raad vroeg om een behandelaar van buiten."


@pytest.fixture
def place():
    return a_place()


@pytest.fixture
def sent(place):
    return a_report(place, "integrity", subject=f"alderman:{place['alderman'].id}")


@pytest.fixture
def case(sent):
    return walk(open_case(sent[0]), "register", "accept")


def test_two_people_agree_and_the_cabinet_has_the_case_with_its_keys(place, sent, case):
    province = place.others["province"].organisation
    officer, handler = (signed_in(who(case.id, relation).person) for relation in ("case_officer", "handler"))
    before = readers(case.id)
    url = f"/werkplek/zaak/{case.id}/elders/"
    assert officer.post(url, {"to": str(province.id), "reason": REASON}).status_code == 302
    asked = Transfer.objects.get()
    assert "Stem in" in handler.get(f"/werkplek/zaak/{case.id}/toegang/").content.decode()
    assert handler.post(f"{url}{asked.id}/", {"agree": "1"})["Location"].partition("?")[0] == "/werkplek/"
    case.refresh_from_db()
    assert case.organisation == province
    assert not before & readers(case.id)
    assert handler.get(f"/werkplek/zaak/{case.id}/").status_code == 410
    assert {
        task.relation for task in Assignment.objects.filter(case=case.id, organisation=place.organisation, ended=False)
    } == {"support"}
    new = signed_in(who(case.id, "handler").person)
    assert new.get(f"/werkplek/zaak/{case.id}/melding/").status_code == 200
    assert REASON in new.get(f"/werkplek/zaak/{case.id}/toegang/").content.decode()
    walk(case, "no_follow_up=unfounded")
    assert "buiten uw organisatie" in Client().post("/terug/", {"receipt": sent[1]}).content.decode()
    assert not disagreements()


def test_nobody_moves_a_case_alone(case):
    officer = who(case.id, "case_officer")
    asked = ask_transfer(case, destinations(case)[0].organisation.id, actor=officer, reason=REASON)
    with pytest.raises(Refused):
        decide_transfer(asked, actor=officer, agree=True)
    decide_transfer(asked, actor=officer, agree=False)
    asked.refresh_from_db()
    assert asked.state == "withdrawn"


def test_a_refusal_leaves_the_case_where_it_is_and_a_second_answer_changes_nothing(place, case):
    officer, reader = who(case.id, "case_officer"), who(case.id, "co_reader")
    asked = ask_transfer(case, destinations(case)[0].organisation.id, actor=officer, reason=REASON)
    with pytest.raises(Refused):
        ask_transfer(case, destinations(case)[0].organisation.id, actor=officer, reason=REASON)
    decide_transfer(asked, actor=reader, agree=False)
    with pytest.raises(Refused):
        decide_transfer(asked, actor=who(case.id, "handler"), agree=True)
    case.refresh_from_db()
    assert case.organisation == place.organisation


def test_only_an_organisation_of_the_chain_can_be_chosen(place, case):
    for to in (place.organisation, place.others["water_authority"].organisation):
        with pytest.raises(Refused):
            ask_transfer(case, to.id, actor=who(case.id, "handler"), reason=REASON)


@pytest.mark.parametrize("relation", ["support", "co_reader"])
def test_who_does_not_handle_does_not_ask(case, relation):
    client = signed_in(who(case.id, relation).person)
    assert client.get(f"/werkplek/zaak/{case.id}/elders/").status_code == 404


def test_support_cannot_agree(case):
    asked = ask_transfer(case, destinations(case)[0].organisation.id, actor=who(case.id, "handler"), reason=REASON)
    client = signed_in(who(case.id, "support").person)
    assert client.post(f"/werkplek/zaak/{case.id}/elders/{asked.id}/", {"agree": "1"}).status_code == 404
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_why_an_answer_does_not_stand_is_said_in_its_own_words(case):
    officer = who(case.id, "case_officer")
    asked = ask_transfer(case, destinations(case)[0].organisation.id, actor=officer, reason=REASON)
    Role.objects.filter(organisation=asked.to).delete()
    Function.objects.filter(organisation=asked.to).delete()
    handler = signed_in(who(case.id, "handler").person)
    url = f"/werkplek/zaak/{case.id}/elders/{asked.id}/"
    refused = handler.post(url, {"agree": "1"})
    assert refused.status_code == 422
    assert "Daar staat niemand meer vrij. Weiger dit en kies opnieuw." in words_of(refused)
    assert handler.post(url, {"refuse": "1"}).status_code == 302
    assert "Dit is al beantwoord of ingetrokken." in words_of(handler.post(url, {"agree": "1"}))
