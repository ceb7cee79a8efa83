"""Whose turn it is: that others may do the same is said, and what can be sooner than what is waited for."""

import pytest
from lxml import html

from tests.support.build import a_case, a_place, posted, signed_in, walk, who

pytestmark = pytest.mark.django_db


def _turn(case, relation: str) -> str:
    page = html.fromstring(signed_in(who(case.id, relation).person).get(f"/werkplek/zaak/{case.id}/").content)
    fact = page.xpath("//dl/div[dt[normalize-space()='Wie is aan zet']]/dd")[0]
    return " ".join(" ".join(node.text_content().split()) for node in fact)


def test_who_shares_a_step_reads_with_whom():
    case = walk(a_case(a_place()), "acknowledge")
    officer, handler = who(case.id, "case_officer").person, who(case.id, "handler").person
    assert _turn(case, "case_officer").startswith(f"U, of {handler.name}")
    assert _turn(case, "handler").startswith(f"U, of {officer.name}")


def test_who_decides_alone_shares_it_with_nobody():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept", "investigate")
    assert _turn(case, "handler").startswith("U Besluit")
    assert who(case.id, "handler").person.name not in _turn(case, "handler")


def test_a_way_that_need_not_wait_is_said_where_the_usual_one_waits():
    steps = ("acknowledge", "assess", "low", "respond_letter", "not_filed", "no_damage", "aftercare_24h")
    case = walk(a_case(a_place()), *steps)
    url = f"/werkplek/zaak/{case.id}/besluit/give_feedback/"
    done = signed_in(who(case.id, "case_officer").person).post(url, posted(case, "give_feedback"), follow=True)
    assert _turn(case, "case_officer").startswith("Wacht tot")
    words = " ".join(done.content.decode().split())
    assert "kan niemand verder" not in words
    assert (
        "Doe tot dan wat deze stap vraagt." in words
    )  # the step asks how it goes: nobody reads that there is nothing to do
    assert "hoeft niemand" not in words
    assert "Het kan eerder met “Wie het overkwam wil geen nazorg meer”" in words
