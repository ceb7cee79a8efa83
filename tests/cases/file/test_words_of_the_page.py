"""The words of the case page follow what happened: how bad it is, how each step ended, what a closed case says of itself."""

import pytest
from django.urls import reverse
from lxml import html

from cases.models import Case
from tests.support.build import a_case, signed_in, walk, who
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
HURT = {"reporter_role": "self", "own_function": "alderman", "perpetrator": "resident", "danger": "unsafe"}


def _page(case: Case, relation: str = "case_officer", name: str = "overview"):
    answer = signed_in(who(case.id, relation).person).get(reverse(f"cases:{name}", args=[case.id]))
    assert answer.status_code == 200
    return answer


def _found(case: Case):
    return html.fromstring(_page(case).content)


def _words(node) -> str:
    return " ".join(node.text_content().split())


def _how_bad(page) -> str:
    [found] = page.xpath("//dl[contains(@class, 'wb-facts')]/div[dt[normalize-space()='Hoe erg']]/dd")
    return _words(found)


SAFETY = {  # what was reported, what was decided: whether the page warns, and the words beside it
    "reported as not safe": ("unsafe", ["acknowledge"], True, "Veilig bij het melden: Nee"),
    "cared for until safe": ("unsafe", ["acknowledge", "care_first", "safe"], False, "Vastgelegd als veilig op"),
    "registered as safe": ("unsafe", ["acknowledge", "assess"], False, "Vastgelegd als veilig op"),
    "safe, and then not": ("safe", ["acknowledge", "care_first"], True, "Vastgelegd als niet veilig op"),
    "reported as safe": ("safe", ["acknowledge"], False, "Veilig bij het melden: Ja"),
}


@pytest.mark.parametrize("name", SAFETY)
def test_the_warning_follows_the_last_word_about_safety(place, name):
    danger, decisions, warns, words = SAFETY[name]
    case = walk(a_case(place, **HURT | {"danger": danger}), *decisions)
    page = _found(case)
    assert bool(page.xpath("//*[contains(@class, 'wb-status') and contains(., 'Niet veilig')]")) == warns
    assert words in _how_bad(page)


def test_a_case_that_opened_again_says_that_nobody_weighed_and_nobody_knows(place):
    case = walk(a_case(place, **HURT), "acknowledge", "assess", "high", "withdraw_by_letter=withdrawn", "reopen")
    found = _how_bad(_found(case))
    assert "Nog niet gewogen" in found
    assert "niemand vastgelegd of het veilig is" in found
    assert "Gewogen op" not in found
    walk(case, "care_first")
    assert "Niet veilig" in _how_bad(_found(case))


def test_a_closed_case_says_what_was_recorded_and_not_that_nobody_looked_or_that_a_name_is_shown(place):
    case = a_case(place, **HURT)
    _page(case)
    walk(case, "acknowledge", "withdraw_by_letter=withdrawn")
    officer = who(case.id, "case_officer")
    words = words_of(_page(case, "co_reader"))
    assert "Sinds het sluiten legde niemand vast of er nog iets loopt." in words
    assert "keek er niemand" not in words
    assert f"De zaakpagina toonde {officer.person.name} wie er meldde, tot de zaak werd gesloten." in words
    assert "De zaakpagina toont" not in words
    name = words_of(_page(case, "co_reader", "identity"))
    assert "De naam blijft ook gesloten." in name
    for only_while_it_runs in ("gaat die meteen open", "sluit de naam"):
        assert only_while_it_runs not in name
    walk(case, "look_again")
    assert "is voor het laatst vastgelegd of er nog iets loopt." in words_of(_page(case))


def test_a_step_that_is_over_says_how_it_ended_and_never_that_all_of_it_was_done(place):
    case = walk(a_case(place), "acknowledge", "assess", "low", "respond_none=response_none", "not_filed", "no_damage")
    walk(case, "give_feedback", "no_more_care", "close")
    steps = [_words(one) for one in _found(case).xpath("//section[@aria-labelledby='where']//ol[@class='wb-list']/li")]
    assert "Nazorg: eindigde met “Wie het overkwam wil geen nazorg meer”" in steps
    assert "Schade: eindigde met “Er is geen schade”" in steps
    assert "Eerste opvang: overgeslagen" in steps
    assert not [step for step in steps if "gedaan" in step]
