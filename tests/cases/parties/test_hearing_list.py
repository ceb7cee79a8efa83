"""The hearing list of a case says who was to be heard, invited when, heard when, or not and why: made of what was recorded."""

from dataclasses import replace
from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cases.parties.hearings import hearing_list
from cases.parties.parties import end_party, parties_of
from cases.parties.told import who_knows
from cases.protocol.kinds.parts import Part, parts
from tests.support.build import a_case, a_place, take, walk, who
from tests.support.measures import ACUTE, BAN, HEAR, NAME, a_measure, a_weighed_case, done
from tests.support.papers_page import a_page, a_party, officer_of
from tests.support.reporter import words_of
from weerbaar.demo.deeds import a_deed

pytestmark = pytest.mark.django_db
TO_HEARING = (
    "acknowledge",
    "register",
    "accept",
    "preliminary_inquiry",
    "plausible",
    "internal",
    "inform_subject",
    "signed",
)


def _list(case) -> dict:
    officer = who(case.id, "case_officer")
    return {one.person.words.name: one for one in hearing_list(case, officer, parties_of(case, officer))}


def _hear(case, party, **answers) -> None:
    rule = dict(case.protocol.every_decision())["hear"]
    deed = a_deed(case, rule, timezone.now())
    row = {**deed.rows[0], **answers}
    deed = replace(deed, rows=(row,), party=str(party.id), person="", part="")
    take(case, "hear", who(case.id, "case_officer"), deed=deed)
    case.refresh_from_db()


@pytest.fixture
def case():
    return walk(a_case(a_place(), "integrity"), *TO_HEARING)


def _knows_of_the_case(case) -> bool:
    return bool(who_knows(case))


def test_everybody_who_is_to_be_heard_stands_there_from_the_start():
    case = a_case(a_place(), "integrity")
    for part in parts():
        more = {"speaks_for": a_party(case, name="Mevrouw V. Oor").id} if parts()[part].speaks_for else {}
        a_party(case, part, f"De heer {part}", **more)
    listed = _list(case)
    assert set(listed) == {f"De heer {part}" for part, rule in parts().items() if rule.is_heard}
    assert not any(one.is_heard for one in listed.values())
    page = words_of(officer_of(case).get(reverse("cases:parties", args=[case.id])))
    assert page.count("Er is niets vastgelegd") == len(listed)


def test_a_hearing_stands_there_with_its_days_and_a_refusal_is_no_hearing(case):
    heard, refused = a_party(case, "witness", "Mevrouw G. Tuige"), a_party(case, "person_heard", "De heer W. Eigeraar")
    _hear(case, heard)
    _hear(case, refused, minutes="refused")
    listed = _list(case)
    [one] = listed["Mevrouw G. Tuige"].hearings
    assert one.is_heard
    assert one.invited_on is not None
    assert one.invited_on <= one.on
    assert not listed["De heer W. Eigeraar"].is_heard
    assert "wilde niet worden gehoord" in listed["De heer W. Eigeraar"].hearings[0].how
    end_party(case, refused.id, "Hoort niet bij deze zaak.", actor=who(case.id, "case_officer"))
    assert "De heer W. Eigeraar" not in _list(case)


def test_a_witness_who_was_heard_tells_the_person_concerned_nothing():
    case = walk(a_case(a_place(), "integrity"), *TO_HEARING)
    case.decisions.filter(code="inform_subject").update(code="renamed")  # as if nobody had told them
    assert not _knows_of_the_case(case)
    _hear(case, a_party(case, "witness", "Mevrouw G. Tuige"))
    assert not _knows_of_the_case(case)
    _hear(case, a_party(case, "person_concerned", "De heer W. Onbekend"), minutes="refused")
    assert not _knows_of_the_case(case)
    _hear(case, a_party(case, "person_concerned", "De heer V. Onbekend"))
    assert _knows_of_the_case(case)


def test_a_measure_that_could_not_wait_says_why_and_until_when_and_what_came_of_it():
    with time_machine.travel("2026-03-04T10:00:00+01:00", tick=False) as clock:
        case = a_weighed_case(a_place())
        a_measure(case, ACUTE, **BAN, acute="Hij stond voor de deur.")
        [one] = _list(case).values()
        assert (one.person.words.name, one.hear_by) == (NAME, date(2026, 3, 11))
        assert (one.hearings[0].is_heard, one.hearings[0].on, one.hearings[0].why) == (
            False,
            None,
            "Hij stond voor de deur.",
        )
        clock.move_to("2026-03-06T10:00:00+01:00")
        done(case, HEAR, result="not_come", words="")
        [one] = _list(case).values()
        assert one.hear_by is None
        assert not one.is_heard
        page = words_of(officer_of(case).get(reverse("cases:case_measures", args=[case.id])))
        assert "kon op 6 maart 2026 worden gehoord, en is niet gehoord" in page
        done(case, HEAR, result="spoke", words="Het speet hem.")
        assert _list(case)[NAME].is_heard
        assert "gehoord op 6 maart 2026" in words_of(officer_of(case).get(reverse("cases:parties", args=[case.id])))


def test_who_asks_to_be_heard_stands_there_until_they_got_an_answer():
    case = a_case(a_place(), "integrity")
    _bundle, page = a_page(case, a_party(case))
    assert _list(case) == {}
    page.send("be_heard", text="Ik wil praten.")
    [one] = _list(case).values()
    assert one.asked_on == timezone.localdate()


def test_whom_a_case_is_about_is_always_heard():
    with pytest.raises(ValueError, match="is heard"):
        Part.model_validate({**parts()["person_concerned"].model_dump(), "is_heard": False})
