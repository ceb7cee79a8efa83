"""Whether somebody was heard about a measure and knows of it: computed from what was recorded, and said in the letter."""

import pytest
import time_machine
from django.urls import reverse

from cases.measures.measures import measure_files, measures_in
from cases.models import CaseRecord
from cases.parties.told import who_knows
from cases.protocol.kinds.forms import record_forms
from tests.cases.measures.test_measures import _letter, _officer, _page, _sent
from tests.support.build import who
from tests.support.measures import (
    ACUTE,
    BAN,
    DECIDE,
    HEAR,
    SEND,
    a_measure,
    a_weighed_case,
    done,
)
from tests.support.places import a_place
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db


def test_a_hearing_to_which_nobody_came_says_so():
    case = a_weighed_case(a_place())
    a_measure(case, ACUTE, **BAN)
    refused = _sent(case, HEAR, **{"record-1-result": "spoke", "record-1-words": ""})
    assert refused.status_code == 422
    done(case, HEAR, result="not_come", words="")
    page = _page(case)
    assert "Uitgenodigd, en niet gekomen" in page
    assert "Achteraf gehoord" not in page
    assert "worden gehoord, en is niet gehoord" in page


def _knows_of_the_case(case) -> bool:
    return bool(who_knows(case))


@pytest.mark.parametrize(
    ("result", "is_told"), [("spoke", True), ("wrote", True), ("not_come", False), ("refused", False)]
)
def test_who_was_invited_and_did_not_come_was_neither_heard_nor_told(result, is_told):
    case = a_weighed_case(a_place())
    measure = a_measure(case, ACUTE, **BAN)
    done(case, HEAR, result=result, words="Het speet hem." if is_told else "")
    assert _knows_of_the_case(case) == is_told
    [one] = measures_in(CaseRecord.objects.filter(id=measure.id))
    assert (one.heard_on is not None) == is_told
    assert not one.waits_for_hearing  # they could have come
    assert bool(measure_files(case, who(case.id, "case_officer"))[0].conduct) == is_told
    done(case, SEND)
    assert _knows_of_the_case(case)


@pytest.mark.parametrize(
    ("how", "is_heard"), [("spoke", True), ("wrote", True), ("not_come", False), ("refused", False)]
)
def test_an_invitation_before_a_measure_is_no_hearing_either(how, is_heard):
    case = a_weighed_case(a_place())
    measure = a_measure(case, DECIDE, **BAN, heard_how=how)
    assert measure.attended == is_heard
    assert bool(measure_files(case, who(case.id, "case_officer"))[0].conduct) == is_heard
    asked = record_forms()["outsider_measure"].fields["heard_how"]
    assert asked.tells[how].dutch in _letter(case)
    assert set(asked.tells) == set(asked.choices)


def test_who_could_be_heard_too_late_was_not_heard_too_late():
    with time_machine.travel("2026-03-04T10:00:00+01:00", tick=False) as clock:
        case = a_weighed_case(a_place())
        a_measure(case, ACUTE, **BAN)
        clock.move_to("2026-03-13T12:00:00+01:00")
        done(case, HEAR, result="not_come", words="")
        page = _page(case, "overview")
        assert "is te laat gehoord" not in page
        assert "kon te laat worden gehoord: op 13 maart 2026" in page


@pytest.mark.parametrize(
    ("result", "says"),
    [
        ("spoke", "spraken wij met u"),
        ("wrote", "kwam uw reactie op deze maatregel"),
        ("not_come", "Wij nodigden u uit, en u kwam niet."),
        ("refused", "Wij nodigden u uit, en u wilde dat niet."),
    ],
)
def test_the_letter_says_how_somebody_was_heard_and_nothing_that_was_meant_for_the_desk(result, says):
    case = a_weighed_case(a_place())
    a_measure(case, ACUTE, **BAN)
    words = "Hij bood zijn excuses aan." if result in {"spoke", "wrote"} else ""
    done(case, HEAR, result=result, words=words, follows="changes", why="De melder is er nog bang voor.")
    letter = _letter(case)
    assert says in letter
    assert ("zei of schreef u: Hij bood zijn excuses aan." in letter) == bool(words)
    assert "Daarna besloten wij dat de maatregel anders wordt." in letter
    assert "hebben wij u gehoord" not in letter
    assert "leg een nieuwe vast" not in letter
    assert "Uitgenodigd" not in letter
    assert "nog bang" not in letter
    for asked in ("result", "follows"):  # each answer has words for the letter
        field = record_forms()["outsider_hearing"].fields[asked]
        assert set(field.tells) == set(field.choices)


def test_a_letter_offers_no_day_that_has_passed_and_says_that_nobody_was_heard():
    with time_machine.travel("2026-03-04T10:00:00+01:00", tick=False) as clock:
        case = a_weighed_case(a_place())
        a_measure(case, ACUTE, **BAN, review="2026-04-20", until="2026-05-01")
        clock.move_to("2026-03-11T10:00:00+01:00")
        letter = _letter(case)
        assert "U kunt uiterlijk op 11 maart 2026 alsnog reageren." in letter
        assert "Dat is niet gebeurd" not in letter
        clock.move_to("2026-03-12T10:00:00+01:00")
        letter = _letter(case)
        assert "U kunt uiterlijk" not in letter
        assert "uiterlijk op 11 maart 2026 moeten horen. Dat is niet gebeurd. U kunt alsnog reageren." in letter


def test_a_talk_before_a_measure_is_no_hearing_after_it():
    with time_machine.travel("2026-03-04T10:00:00+01:00", tick=False) as clock:
        case = a_weighed_case(a_place())
        clock.move_to("2026-03-06T10:00:00+01:00")
        a_measure(case, ACUTE, **BAN, review="2026-03-20", until="2026-04-01")
        early = {"record-1-invited_on": "2026-03-04", "record-1-at_0": "2026-03-06", "record-1-at_1": "09:59"}
        refused = _sent(case, HEAR, **early, **{"record-1-at": "2026-03-06T09:59"})
        assert refused.status_code == 422
        assert "Dit ligt vóór waar het over gaat" in words_of(refused)
        done(case, HEAR, at="2026-03-06T10:00", invited_on="2026-03-04")


def test_a_decision_about_somebody_tells_them_nothing_before_the_letter_went_out():
    case = a_weighed_case(a_place())
    for code in (DECIDE, ACUTE):
        a_measure(case, code, **BAN)
        assert not _knows_of_the_case(case), code
    done(case, SEND)
    assert _knows_of_the_case(case)


def test_whoever_is_heard_after_the_letter_gets_a_new_one_that_says_what_they_said():
    with time_machine.travel("2026-03-04T10:00:00+01:00", tick=False) as clock:
        case = a_weighed_case(a_place())
        a_measure(case, ACUTE, **BAN)
        done(case, SEND)
        old = case.documents.get().number
        clock.move_to("2026-03-05T10:00:00+01:00")
        asked = "is gehoord nadat de brief was verstuurd"
        assert asked not in _page(case, "overview")
        done(
            case,
            HEAR,
            result="spoke",
            words="Hij bood zijn excuses aan.",
            at="2026-03-05T09:00",
            invited_on="2026-03-04",
        )
        for part in ("overview", "case_measures"):
            assert asked in _page(case, part)
        page = _officer(case).get(reverse("cases:overview", args=[case.id])).content.decode()
        warned = page.split("utrecht-alert__message")[1].split("</div>")[0]
        assert f'href="{reverse("cases:case_measures", args=[case.id])}"' in warned, "it leads to where it is mended"
        clock.move_to("2026-03-05T10:05:00+01:00")
        refused = _sent(case, SEND, document=old)
        assert refused.status_code == 422
        assert "Deze persoon is na deze brief gehoord. Maak eerst een nieuwe brief" in words_of(refused)
        done(case, SEND)
        for part in ("overview", "case_measures"):
            assert asked not in _page(case, part)
