"""A closed case still keeps people out; so people can still say whether it concerns them, and let them back."""

from dataclasses import replace

import pytest
from django.utils import timezone

from cases.deciding.decisions import Choice, decide
from cases.people.barring import silence
from cases.people.not_free import declare_conflict
from organisations.access.bars import is_barred, token_of
from organisations.models import Assignment, Suspension
from tests.support.barred import time_ahead
from tests.support.build import REASON, a_case, a_place, second, signed_in, walk, who
from tests.support.reporter import words_of
from weerbaar.demo.deeds import a_deed

pytestmark = pytest.mark.django_db
TO_THE_END = ("acknowledge", "register", "accept", "no_follow_up=unfounded", "complete")


def _page(case, part: str) -> str:
    return f"/werkplek/zaak/{case.id}/toegang/{part}"


def test_who_is_named_in_a_closed_case_is_let_back_by_two_others():
    case = walk(a_case(a_place(), "integrity"), *TO_THE_END, "close")
    officer = who(case.id, "case_officer")
    gone = second(case, officer).person
    deed = a_deed(case, case.protocol.rule_of("hear_fact"), timezone.now())
    row = {**deed.rows[0], "what": f"Het gaat over {gone.name} zelf."}
    choice = Choice("hear_fact", reason=REASON, deed=replace(deed, rows=(row,)))
    decide(case, choice, actor=officer, revision=case.revision, about="concerned")
    assert is_barred(case.id, gone.id)
    question = Suspension.objects.get(case=case.id, state="open", token=token_of(case.id, gone.id))
    third = next(row.person for row in _reading(case) if row.person != officer.person)
    asked = signed_in(third).get("/werkplek/wacht/").content.decode()
    assert _page(case, f"betrokken/{question.id}/") in asked
    for person in (third, officer.person):
        client = signed_in(person)
        assert _page(case, f"betrokken/{question.id}/") in client.get(_page(case, "")).content.decode()
        sent = {"what": "else", "reason": "Het gaat over iemand die net zo heet."}
        answer = client.post(_page(case, f"betrokken/{question.id}/"), sent)
        assert answer.status_code == 302, words_of(answer)
    assert not is_barred(case.id, gone.id)


def test_who_works_a_closed_case_says_not_to_be_free():
    case = walk(a_case(a_place(), "integrity"), *TO_THE_END, "close")
    officer = Assignment.objects.holding().get(case=case.id, relation="case_officer")
    client, address = signed_in(officer.person), _page(case, f"{officer.id}/niet-vrij/")
    assert address in client.get(_page(case, "")).content.decode()
    assert "niet vrij" in words_of(client.get(address)).lower()
    assert client.post(address, {"grounds": ["relative"], "reason": REASON}).status_code == 302
    assert is_barred(case.id, officer.person_id)


def test_closing_ends_no_question_whether_somebody_is_free():
    case = walk(a_case(a_place(), "integrity"), *TO_THE_END)
    officer = Assignment.objects.holding().get(case=case.id, relation="case_officer")
    support = who(case.id, "support")
    said = declare_conflict(case, officer.id, actor=support, grounds=["relative"], reason=REASON)
    assert said == "asked"
    walk(case, "close")
    row = Suspension.objects.get(case=case.id)
    before = row.due
    with time_ahead(days=2):
        silence(row)
    row.refresh_from_db()
    assert row.due != before, "people are waited for again"


def _reading(case):
    rows = Assignment.objects.holding().filter(case=case.id, relation__in=["handler", "co_reader"])
    return [row for row in rows.select_related("person") if not is_barred(case.id, row.person_id)]
