"""Whoever judges the person concerned gets the ways on and the outcomes that are theirs: an employer those of staff, a body
those of politicians."""

import pytest

from cases.deciding.decisions import Choice, judge_choice
from cases.deciding.judging import options_of
from cases.protocol.engine import Situation, options
from cases.protocol.installed import defaults
from cases.protocol.kinds.decision_questions import decision_questions, powers_for
from cases.protocol.regimes import judges_of
from organisations.desk.forms import Refused
from tests.support.build import a_case, a_place, signed_in, walk, who

pytestmark = pytest.mark.django_db
TO_JUDGEMENT = (
    "register", "acknowledge", "accept", "investigate", "internal", "inform_subject", "signed", "draft_ready", "replies_in",
    "accept_report",
)  # fmt: skip
OF_BODY = {"to_body", "by_chair"}
POLITICAL = {"motion", "group_measure", "statutory_power"}


def _about(subject: str, *more: str):
    case = a_case(a_place(), "integrity", subject=subject)
    return walk(case, *TO_JUDGEMENT, *more)


def _codes(case) -> set[str]:
    return {option.code for option in options_of(case)}


def _outcomes(case) -> set[str]:
    return next(set(option.decision.outcome) for option in options_of(case) if option.code == "dispose")


def test_a_case_about_an_official_is_judged_by_the_employer():
    case = _about("employee:")
    assert "by_employer" in _codes(case)
    assert not _codes(case) & {*OF_BODY, "ask_advice"}
    page = signed_in(who(case.id, "handler").person).get(f"/werkplek/zaak/{case.id}/").content.decode()
    assert "De werkgever doet het af" in page
    assert "bevoegde orgaan" not in page.partition("<main")[2].replace("Het bevoegde orgaan oordeelt", "")

    walk(case, "by_employer")
    assert "hr_sanction" in _outcomes(case)
    assert not _outcomes(case) & POLITICAL
    form = signed_in(who(case.id, "handler").person).get(f"/werkplek/zaak/{case.id}/besluit/dispose/").content.decode()
    assert "Motie" not in form
    assert "burgemeester" not in form.partition("<form")[2]


def test_a_case_about_a_politician_is_judged_by_the_body():
    case = _about("alderman:")
    assert _codes(case) >= OF_BODY | {"ask_advice"}
    assert "by_employer" not in _codes(case)
    walk(case, "to_body")
    assert _outcomes(case) >= POLITICAL
    assert "hr_sanction" not in _outcomes(case)


def test_no_power_against_somebody_else_is_used():
    case = _about("alderman:", "to_body")
    details = {"power": "recommend_dismissal"}  # of the mayor
    choice = Choice("dispose", reason="Zo besloten.", outcome="statutory_power", details=details)
    with pytest.raises(Refused):
        judge_choice(case, choice, maker=who(case.id, "handler"), revision=case.revision)
    form = signed_in(who(case.id, "handler").person).get(f"/werkplek/zaak/{case.id}/besluit/dispose/").content.decode()
    assert "Opzeggen van vertrouwen en ontslag van een bestuurder" in form
    assert "Aanbeveling tot ontslag van de burgemeester" not in form


def test_where_nobody_knows_who_it_is_about_everything_is_offered():
    assert not judges_of({"kind": "integrity", "row": "unknown"})
    now = options(defaults()["integrity"], Situation("assessment", has_subject=True))
    assert {"by_employer", *OF_BODY} <= {option.code for option in now}
    layer = "municipality"
    assert set(powers_for(layer, "unknown")) == {
        code for code, power in decision_questions().powers.items() if layer in power.layers
    }


@pytest.mark.parametrize(
    ("layer", "row", "powers"),
    [
        ("municipality", "mayor", {"recommend_dismissal"}),
        ("municipality", "employee", set()),
        ("water_authority", "general_secretary", {"secretary_suspended"}),
        ("water_authority", "water_executive", {"no_confidence"}),
        ("municipality", "council_member", {"suspend_member", "requirement", "secret_information", "meeting_order"}),
    ],
)
def test_each_function_knows_the_powers_against_it(layer, row, powers):
    assert set(powers_for(layer, row)) == powers
