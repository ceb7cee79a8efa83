"""A conflict that shows later, a colleague who takes over, a case that goes outside (story S5)."""

import pytest
from django.test import Client

from cases.deciding.opening import open_case
from cases.desk.access import visible_cases
from cases.desk.agreement import disagreements
from cases.desk.refusals import Refused
from cases.models import HandOver
from cases.people.colleague import hand_over
from cases.people.concerned import say_concerned
from cases.people.handover import colleagues
from cases.people.not_free import declare_conflict
from jobs.models import Job
from organisations.access.bars import is_barred
from organisations.access.policy import Actor
from organisations.models import Assignment, Person, Role, Suspension
from organisations.people.appointments import appoint
from tests.support.barred import about_nobody, compare_now
from tests.support.build import a_case, a_place, a_report, signed_in, walk, who
from tests.support.reporter import words_of
from vault.compartments import Compartment, readers
from vault.ledger import entries

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
REASON = "Zit in hetzelfde koorbestuur als de betrokkene."


@pytest.fixture
def place():
    return a_place()


def _task(case, relation: str) -> Assignment:
    return Assignment.objects.filter(case=case.id, relation=relation, ended=False).order_by("person__name")[0]


def _conflict(case, relation: str, by: str = "case_officer", **changed):
    return declare_conflict(
        case, _task(case, relation).id, actor=who(case.id, by), **{"grounds": ["interest"], "reason": REASON, **changed}
    )


def _confirm(case, by: str = "co_reader") -> None:
    """A second person agrees that who was stopped is not free."""
    say_concerned(case, Suspension.objects.get(case=case.id, state="open").id, actor=who(case.id, by))


def test_a_handler_who_turns_out_not_to_be_free_loses_the_case_at_once_and_the_next_gets_keys(place):
    """Story S5: halfway, with a page still open. The next comes when a second person agreed."""
    case = walk(a_case(place, "integrity"), "register", "accept")
    before = _task(case, "handler").person
    page = signed_in(before)
    assert page.get(f"/werkplek/zaak/{case.id}/").status_code == 200
    officer = signed_in(who(case.id, "case_officer").person)
    answer = officer.post(
        f"/werkplek/zaak/{case.id}/toegang/{_task(case, 'handler').id}/niet-vrij/",
        {"grounds": ["interest"], "reason": REASON},
    )
    assert answer.status_code == 302
    paths = ("", "melding/", "besluiten/", "toegang/", "logboek/", "protocol/", "besluit/talk/")
    shown = [page.get(f"/werkplek/zaak/{case.id}/{path}") for path in paths]
    assert {answer.status_code for answer in shown} == {410}
    assert case.number not in shown[0].content.decode()
    assert before.id not in readers(case.id)
    _confirm(case)
    after = _task(case, "handler").person
    assert after != before
    assert is_barred(case.id, before.id)
    for compartment in (Compartment.CONTENT, Compartment.FILE):
        assert before.id not in readers(case.id, compartment)
        assert after.id in readers(case.id, compartment)
    actions = [entry.action for entry in entries(case.id)]
    assert {"access.ended", "access.given", "hand_over.conflict"} <= set(actions)
    assert not disagreements()


def test_the_next_handler_reads_and_decides(place):
    case = walk(a_case(place, "integrity"), "register", "accept")
    _conflict(case, "handler")
    _confirm(case)
    case.refresh_from_db()
    handler = who(case.id, "handler")
    assert signed_in(handler.person).get(f"/werkplek/zaak/{case.id}/melding/").status_code == 200
    walk(case, "investigate", actor=handler)


def test_why_somebody_left_is_read_by_who_reads_the_file_and_by_nobody_else(place):
    case = a_case(place, "integrity")
    _conflict(case, "co_reader")
    _confirm(case, "handler")
    path = f"/werkplek/zaak/{case.id}/toegang/"
    page = signed_in(who(case.id, "case_officer").person).get(path).content.decode()
    assert REASON in page
    assert "Een eigen belang" in page
    support = signed_in(who(case.id, "support").person).get(path).content.decode()
    assert REASON not in support


def test_where_nobody_inside_is_free_the_case_goes_outside_with_its_keys(place):
    """The mayor is the only handler of a case about an alderman: the cabinet takes over, the registrar keeps the process."""
    report, receipt = a_report(place, "integrity", subject=f"alderman:{place['alderman'].id}")
    case = open_case(report)
    inside = {
        task.person_id for task in Assignment.objects.filter(case=case.id, relation__in=["case_officer", "co_reader"])
    }
    _conflict(case, "handler")
    _confirm(case)
    case.refresh_from_db()
    province = place.others["province"]
    assert case.organisation == province.organisation
    assert who(case.id, "handler").person in province.people["kc_cabinet"]
    assert not inside & readers(case.id)
    left = Assignment.objects.filter(case=case.id, organisation=place.organisation, ended=False)
    assert {task.relation for task in left} == {"support"}
    handler = who(case.id, "handler")
    assert signed_in(handler.person).get(f"/werkplek/zaak/{case.id}/melding/").status_code == 200
    walk(case, "register", "accept")
    mailbox = Client().post("/terug/", {"receipt": receipt}).content.decode()
    assert "Uw melding wordt vanaf nu buiten uw organisatie behandeld" in mailbox
    assert not disagreements()


def test_who_is_concerned_never_comes_in_as_the_next(place):
    """Every officer says in turn not to be free; the person concerned, an officer too, is passed by."""
    concerned = place.people["officer"][0]
    case = a_case(place, "integrity", subject=f"officer:{concerned.id}")
    rounds = 0
    while assignment := Assignment.objects.filter(case=case.id, relation="case_officer", ended=False).first():
        rounds += 1
        by = Actor.at(assignment.person, assignment.organisation)
        declare_conflict(case, assignment.id, actor=by, grounds=["relative"], reason=REASON)
        assert concerned.id not in readers(case.id)
        assert not Assignment.objects.filter(case=case.id, person=concerned).exists()
    assert rounds == len(place.people["officer"]) - 1, "all officers but the person concerned were asked"


def test_somebody_whom_the_reporter_named_in_words_never_comes_in(place):
    named = place.people["officer"][2]
    case = a_case(place, "integrity", subject="unknown:", subject_name=named.name)
    assert named.id not in {colleague.person.id for colleague in colleagues(case)}


def test_when_nobody_in_the_whole_chain_is_left_access_ends_all_the_same_with_an_alarm(place):
    case = a_case(place, "integrity", subject=f"alderman:{place['alderman'].id}")
    inside = [person.id for people in place.people.values() for person in people]
    outside = [person.id for other in ("province", "ministry") for people in place.others[other].people.values()
               for person in people]  # fmt: skip
    working = list(Assignment.objects.filter(case=case.id, relation__in=["case_officer", "co_reader", "handler"]))
    others = {*inside, *outside} - {assignment.person_id for assignment in working}
    Person.objects.filter(id__in=others).update(is_active=False)
    for assignment in working:
        by = Actor.at(assignment.person, assignment.organisation)
        declare_conflict(case, assignment.id, actor=by, grounds=["interest"], reason=REASON)
        assert assignment.person_id not in readers(case.id)
    assert Job.objects.filter(kind="reporting.alarm", target=case.report_id).exists()


@pytest.mark.parametrize("changed", [{"grounds": []}, {"reason": "kort"}, {"grounds": ["gossip"]}])
def test_without_ground_or_reason_nothing_changes(place, changed):
    case = a_case(place, "integrity")
    with pytest.raises(Refused):
        _conflict(case, "co_reader", **changed)
    assert not HandOver.objects.exists()


def test_a_colleague_takes_over_from_an_officer(place):
    case = a_case(place, "integrity")
    to = colleagues(case)[0].person
    task = _task(case, "case_officer")
    hand_over(case, task.id, to.id, actor=who(case.id, "case_officer"), reason="Met verlof tot na de zomer.")
    assert _task(case, "case_officer").person == to
    assert task.person_id not in readers(case.id)
    assert not is_barred(case.id, task.person_id), "handing over is no conflict"
    walk(case, "register")


def test_a_task_is_not_handed_to_who_is_not_free_or_works_elsewhere(place):
    case = a_case(place, "integrity", subject=f"officer:{place.people['officer'][0].id}")
    for to in (place.people["officer"][0], place.others["province"].people["officer"][0]):
        with pytest.raises(Refused):
            hand_over(case, _task(case, "case_officer").id, to.id, actor=who(case.id, "case_officer"), reason=REASON)


def test_a_case_officer_does_not_choose_alone_who_is_the_second_reader(place):
    case, _receipt = about_nobody(place)
    officer, second = who(case.id, "case_officer").person, who(case.id, "co_reader").person
    other = colleagues(case)[-1].person
    desk, base = signed_in(officer), f"/werkplek/zaak/{case.id}/toegang/"
    page = f"{base}{_task(case, 'co_reader').id}/overdragen/"
    assert f"{_task(case, 'case_officer').id}/overdragen/" in desk.get(base).content.decode()
    assert page not in desk.get(base).content.decode()
    assert desk.get(page).status_code == desk.post(page, {"to": str(other.id), "reason": REASON}).status_code == 404
    with pytest.raises(Refused):
        hand_over(case, _task(case, "co_reader").id, other.id, actor=who(case.id, "case_officer"), reason=REASON)
    assert who(case.id, "co_reader").person == second


@pytest.mark.parametrize("relation", ["case_officer", "co_reader"])
def test_one_hands_over_the_own_task(place, relation):
    case, _receipt = about_nobody(place)
    person, other = who(case.id, relation).person, colleagues(case)[0].person
    page = f"/werkplek/zaak/{case.id}/toegang/{_task(case, relation).id}/overdragen/"
    assert page in signed_in(person).get(f"/werkplek/zaak/{case.id}/toegang/").content.decode()
    assert signed_in(person).post(page, {"to": str(other.id), "reason": REASON}).status_code == 302
    assert who(case.id, relation).person == other
    assert person.id not in readers(case.id)


def test_a_handler_who_does_not_divide_the_work_hands_over_nothing_of_others(place):
    case, _receipt = about_nobody(place)
    Role.objects.filter(person=who(case.id, "handler").person, code="coordinator").delete()
    appoint(who(case.id, "handler").person, place.organisation, "officer")
    compare_now()
    other = colleagues(case)[0].person
    with pytest.raises(Refused):
        hand_over(case, _task(case, "case_officer").id, other.id, actor=who(case.id, "handler"), reason=REASON)


@pytest.mark.parametrize("relation", ["co_reader", "support"])
def test_who_does_not_handle_hands_nothing_over(place, relation):
    case = a_case(place, "integrity")
    client = signed_in(who(case.id, relation).person)
    assert (
        client.get(f"/werkplek/zaak/{case.id}/toegang/{_task(case, 'case_officer').id}/overdragen/").status_code == 404
    )


def test_saying_it_of_oneself_leads_away_from_the_case(place):
    case = a_case(place, "integrity")
    task = _task(case, "co_reader")
    client = signed_in(task.person)
    answer = client.post(
        f"/werkplek/zaak/{case.id}/toegang/{task.id}/niet-vrij/", {"grounds": ["other"], "reason": REASON}
    )
    assert answer["Location"].partition("?")[0] == "/werkplek/"
    assert not visible_cases(who_was(task)).filter(id=case.id).exists()


def test_a_second_click_finds_that_the_access_has_ended(place):
    case = a_case(place, "integrity")
    task = _task(case, "co_reader")
    client = signed_in(who(case.id, "case_officer").person)
    url = f"/werkplek/zaak/{case.id}/toegang/{task.id}/niet-vrij/"
    assert client.post(url, {"grounds": ["other"], "reason": REASON}).status_code == 302
    again = client.post(url, {"grounds": ["other"], "reason": REASON}, follow=True)
    assert "Dit was al veranderd" in words_of(again)
    assert Suspension.objects.count() == 1


def who_was(task: Assignment):
    return Actor.at(task.person, task.organisation)
