"""Measures against people from outside, for tests: taken, told, heard and looked at by the product's own functions."""

from dataclasses import replace
from typing import Any

from django.utils import timezone

from cases.deciding.deeds import NEW_PERSON
from cases.models import Case, CaseRecord
from tests.support.build import a_case, take, walk, who
from tests.support.places import Place
from weerbaar.demo.deeds import a_deed

DECIDE, ACUTE, HEAR = "decide_outsider_measure", "decide_acute_measure", "hear_outsider"
SEND, GO_ON = "send_outsider_measure", "continue_outsider_measure"
BAN = {"what": "ban", "places": "Het stadhuis en het gemeentehuis", "ground": "owner"}
NAME = "Teun Buitenman"


def a_weighed_case(place: Place) -> Case:
    """A case in which the threat is low, so that somebody may answer the perpetrator."""
    return walk(a_case(place), "acknowledge", "assess", "low")


def a_pressure_case(place: Place) -> Case:
    """A case of improper pressure that was accepted."""
    return walk(a_case(place, "pressure"), "acknowledge", "register", "accept")


def a_measure(case: Case, code: str = DECIDE, *, name: str = NAME, **answers: Any) -> CaseRecord:
    """A measure that two people took against somebody with this name."""
    rule, now = dict(case.protocol.every_decision())[code], timezone.now()
    deed = a_deed(case, rule, now)
    row = {**deed.rows[0], **answers}
    deed = replace(deed, rows=(row,), person=name, party=NEW_PERSON, part="person_concerned")
    take(case, code, who(case.id, "case_officer"), deed=deed)
    case.refresh_from_db()
    return case.records.filter(form="outsider_measure").latest("decision__sequence")


def done(case: Case, code: str, **answers: Any) -> CaseRecord:
    """What is done of the measure that was taken last: heard, told or looked at again."""
    rule = dict(case.protocol.every_decision())[code]
    deed = a_deed(case, rule, timezone.now())
    row = {**deed.rows[0], **answers}
    take(case, code, who(case.id, "case_officer"), deed=replace(deed, rows=(row,)))
    case.refresh_from_db()
    return case.records.filter(form=rule.done_by.record).latest("decision__sequence")
