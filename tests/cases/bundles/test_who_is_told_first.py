"""Whoever a case is about reads nothing on a papers page before they were told, in whatever part they were written down."""

import pytest

from cases.desk.refusals import Refused
from cases.parties.bundles import renew_code
from cases.parties.entries import EntryWords, put
from cases.related.connections import add_name
from tests.support.barred import about_nobody, called
from tests.support.build import a_case, who
from tests.support.papers_page import PapersPage, a_page, a_party, code_on, open_page
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
NAME = "Xerxes Zoutkamp"


def _case(place, known: str):
    """A case that is about somebody of this name, and where that stands."""
    if known == "report":
        return a_case(place, perpetrator_name=NAME)
    if known == "chosen":
        called(place["alderman"], *NAME.split())
        return a_case(place, "integrity", subject=f"alderman:{place['alderman'].id}")
    case, _receipt = about_nobody(place)
    if known == "party":
        a_party(case, "person_concerned", NAME)
    else:
        add_name(case, NAME, actor=who(case.id, "case_officer"))
    return case


@pytest.mark.parametrize("name", [NAME, "Zoutkamp, Xerxes", "X. Zoutkamp", "meneer Zoutkamp"])
@pytest.mark.parametrize("known", ["report", "chosen", "party", "added"])
def test_whom_a_case_is_about_gets_no_page_under_another_part(place, known, name):
    case = _case(place, known)
    answer = open_page(case, a_party(case, "victim", name))
    assert not code_on(answer.content.decode())
    assert "over iemand met deze naam" in words_of(answer)


@pytest.mark.parametrize("part", ["victim", "investigator"])
@pytest.mark.parametrize("name", ["Anna Zoutkamp", "Robin Vreemd"])
def test_somebody_else_gets_a_page(place, part, name):
    case = _case(place, "party")
    assert code_on(open_page(case, a_party(case, part, name)).content.decode())


def test_counsel_who_may_be_whom_it_is_about_gets_no_page(place):
    case = _case(place, "party")
    victim = a_party(case, "victim", "Robin Vreemd")
    assert not code_on(open_page(case, a_party(case, "counsel", NAME, speaks_for=victim.id)).content.decode())


def test_a_page_of_who_turns_out_to_be_the_one_takes_nothing_and_opens_no_more(place):
    case, _receipt = about_nobody(place)
    bundle, page = a_page(case, a_party(case, "victim", NAME))
    officer = who(case.id, "case_officer")
    put(bundle, EntryWords("U hoort donderdag meer."), actor=officer, token=b"y" * 32)
    assert "U hoort donderdag meer" in PapersPage(page.own).words
    a_party(case, "person_concerned", NAME)
    for write in (
        lambda: put(bundle, EntryWords("Wij horen uw collega."), actor=officer, token=b"z" * 32),
        lambda: renew_code(bundle, actor=officer),
    ):
        with pytest.raises(Refused):
            write()
    assert "U hoort donderdag meer" not in PapersPage(page.own).words
