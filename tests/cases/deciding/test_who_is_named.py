"""Judging a decision writes nothing: who is new in it is written down only when it is taken or proposed."""

from dataclasses import replace

import pytest
from django.utils import timezone

from cases.deciding.decisions import Choice, judge_choice
from cases.deciding.deeds import NEW_PERSON
from cases.desk.refusals import Refused
from tests.support.build import REASON, a_case, a_place, take, walk, who
from vault import ledger
from weerbaar.demo.deeds import a_deed

pytestmark = pytest.mark.django_db
NAME = "Mevrouw A. Nieuwlander"


def _hearing():
    """A case, and a decision with somebody new of whom it records something."""
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept")
    rules = dict(case.protocol.every_decision())
    code = next(code for code in ("take_interim_measure", "hear") if code in rules and rules[code].done_by.person)
    deed = replace(a_deed(case, rules[code], timezone.now()), party=NEW_PERSON, person=NAME, part="person_concerned")
    return case, code, deed


def test_judging_a_decision_writes_nobody_down():
    case, code, deed = _hearing()
    lines = len(ledger.entries(case.id))
    judged = judge_choice(case, Choice(code, REASON, deed=deed), maker=who(case.id, "case_officer"), revision=None)
    assert judged.choice.deed.party == NEW_PERSON
    assert not case.parties.exists()
    assert len(ledger.entries(case.id)) == lines


def test_taking_it_writes_them_down_once_and_its_records_name_them():
    case, code, deed = _hearing()
    take(case, code, who(case.id, "case_officer"), deed=deed)
    party = case.parties.get()
    assert case.decisions.get(code=code).party == party
    assert all(record.party == party for record in case.records.filter(decision__code=code))


@pytest.mark.parametrize(("wrong", "field"), [({"person": "A"}, "person_name"), ({"part": "counsel"}, "person_part")])
def test_what_is_wrong_with_somebody_new_is_said_at_its_field(wrong, field):
    case, code, deed = _hearing()
    with pytest.raises(Refused) as refused:
        take(case, code, who(case.id, "case_officer"), deed=replace(deed, **wrong))
    assert refused.value.field == field
