"""One person alone neither expels a colleague for good nor lets one in."""

from uuid import uuid4

import pytest

from cases.deciding.opening import open_case
from cases.file.notes import write_note
from cases.people.barring import compare
from cases.people.hearing import CONCERNED, MENTIONED, answer_about
from cases.related.connections import add_name
from cases.related.joining import join
from organisations.access.bars import is_barred, token_of
from organisations.models import Assignment, Recusal, Suspension
from organisations.people.appointments import appoint, declare_relation
from tests.cases.people.test_rows_of_one import _follow
from tests.support.barred import (
    CLEAR,
    about_nobody,
    called,
    compare_now,
    question_of,
    run_due,
    say_not_free,
    url_of,
)
from tests.support.build import a_report, signed_in, walk, who

pytestmark = pytest.mark.django_db


def _note(case, words, actor, about):
    write_note(case, words, kind="note", actor=actor, token=uuid4(), about=about)


def _mention(case, words, actor, person):
    _note(case, words, actor, answer_about(case, MENTIONED, [person.id], writer=actor.person.id))


def _is_out_for_good(case, person):
    return Recusal.objects.filter(case=case.id, token=token_of(case.id, person.id)).exists()


def _says_it_concerns_all(case, actor):
    for row in Suspension.objects.filter(case=case.id, state="open"):
        signed_in(actor.person).post(url_of(case, f"toegang/betrokken/{row.id}/"), {"what": "concerned"})


def _somebody_wrote_about_a_relative(place):
    """(case, its co-reader, who wrote that it is about the mayor): the co-reader is related to the mayor."""
    case, _receipt = about_nobody(place)
    chair, colleague = called(place["mayor"], "Xerxes", "Zoutkamp"), who(case.id, "co_reader").person
    declare_relation(colleague, place.organisation, chair, "partner")
    compare_now()
    writer = who(case.id, "case_officer")
    _note(case, "Het gaat over Xerxes Zoutkamp.", writer, CONCERNED)
    return case, colleague, writer


def test_nobody_expels_a_relative_of_whom_they_wrote_about(place):
    case, colleague, writer = _somebody_wrote_about_a_relative(place)
    assert is_barred(case.id, colleague.id)
    _says_it_concerns_all(case, writer)
    assert not _is_out_for_good(case, colleague), "the writer alone expelled a colleague for good"


def test_nobody_expels_a_colleague_from_a_report_that_belongs_to_it(place):
    first, _receipt = a_report(place, "aggression", account=CLEAR)
    case, second = open_case(first), _follow(place, first, account=CLEAR)
    writer = who(case.id, "case_officer")
    colleague = called(who(second.id, "co_reader").person, "Kees", "Bos")
    assert who(second.id, "case_officer").person == writer.person
    _note(case, "Kees Bos nam het aan.", writer, CONCERNED)
    run_due()
    assert is_barred(second.id, colleague.id)
    _says_it_concerns_all(second, writer)
    assert not _is_out_for_good(second, colleague), "the writer alone expelled a colleague for good"


def test_a_relative_who_was_once_mentioned_in_a_note_is_kept_out_as_any_relative(place):
    case, _receipt = about_nobody(place)
    chair, colleague = called(place["mayor"], "Xerxes", "Zoutkamp"), who(case.id, "co_reader").person
    called(colleague, "Esra", "Kraaienlaar")
    declare_relation(colleague, place.organisation, chair, "partner")
    compare_now()
    _mention(case, "Met Esra Kraaienlaar overlegd.", who(case.id, "case_officer"), colleague)
    _note(case, "Het gaat over Xerxes Zoutkamp.", who(case.id, "case_officer"), CONCERNED)
    run_due()
    assert is_barred(case.id, chair.id)
    assert is_barred(case.id, colleague.id), "the partner of whom the case is about reads it"


def test_a_relation_counts_from_now_on_also_for_who_was_once_mentioned_in_a_note(place):
    case, _receipt = about_nobody(place)
    chair, colleague = called(place["mayor"], "Xerxes", "Zoutkamp"), who(case.id, "co_reader").person
    called(colleague, "Esra", "Kraaienlaar")
    _note(case, "Het gaat over Xerxes Zoutkamp.", who(case.id, "case_officer"), CONCERNED)
    _mention(case, "Met Esra Kraaienlaar overlegd.", who(case.id, "case_officer"), colleague)
    page = signed_in(colleague).post("/werkplek/relaties/", {"other": str(chair.id), "code": "partner"})
    assert page.status_code == 302  # "Vastgelegd. Het telt voor elke melding vanaf nu."
    compare_now()
    run_due()
    assert is_barred(case.id, colleague.id), "the partner of whom the case is about reads it"


def test_a_mention_lets_nobody_back_whose_whole_name_is_that_of_the_perpetrator(place):
    """Only two people let somebody back whose whole name was written down."""
    case, _receipt = about_nobody(place)
    colleague = called(who(case.id, "co_reader").person, "Esra", "Smit")
    _mention(case, "Met Esra Smit overlegd.", who(case.id, "case_officer"), colleague)
    add_name(case, "Esra Zoutkamp", actor=who(case.id, "case_officer"))
    assert not is_barred(case.id, colleague.id)
    called(colleague, "Esra", "Zoutkamp")
    run_due()
    assert is_barred(case.id, colleague.id), "who is called as the perpetrator reads the case"


def test_a_mention_holds_for_the_words_of_which_it_was_said(place):
    """Also later, when everything is asked again: for these words, and for no others of the same writer."""
    case, _receipt = about_nobody(place)
    writer, colleague = who(case.id, "case_officer"), called(who(case.id, "co_reader").person, "Esra", "Smit")
    _note(case, "Zoutkamp nam het geld aan.", writer, "")
    _mention(case, "Met Esra Smit overlegd.", writer, colleague)
    compare(case, colleague)
    assert not is_barred(case.id, colleague.id)
    appoint(colleague, place.organisation, "coordinator")
    run_due()
    assert not is_barred(case.id, colleague.id)
    called(colleague, "Esra", "Zoutkamp")
    assert is_barred(case.id, colleague.id), "the other note names her by now, and nobody was asked"


def test_a_mention_is_no_second_voice_for_who_says_later_that_it_is_about_them(place):
    """The page says what one person does: out at once, until a second one looks."""
    case, _receipt = about_nobody(place)
    writer, colleague = who(case.id, "case_officer"), called(who(case.id, "co_reader").person, "Esra", "Smit")
    _mention(case, "Met Esra Smit overlegd.", writer, colleague)
    page, browser = url_of(case, f"toegang/betrokken/{question_of(case)}/"), signed_in(writer.person)
    shown = browser.get(page).content.decode()
    assert "Ja: het gaat over deze persoon" in shown
    assert "Ja: voorgoed erbuiten houden" not in shown
    assert browser.post(page, {"what": "concerned"}).status_code == 302
    assert is_barred(case.id, colleague.id)
    _says_it_concerns_all(case, writer)
    assert not _is_out_for_good(case, colleague)
    _says_it_concerns_all(case, who(case.id, "handler"))
    assert _is_out_for_good(case, colleague)


def test_a_no_of_the_reporter_holds_for_their_words_and_for_no_relation(place):
    colleague = called(place["officer"], "Esra", "Kraaienlaar")
    words = {"account": "Ik vroeg het aan Esra Kraaienlaar.", "about_reader": "no", "known_as": "anonymous"}
    report, _receipt = a_report(place, "integrity", subject="unknown:", **words)
    case = open_case(report)
    compare(case, colleague)
    assert not is_barred(case.id, colleague.id)
    chair = called(place["mayor"], "Xerxes", "Zoutkamp")
    _note(case, "Het gaat over Xerxes Zoutkamp.", who(case.id, "case_officer"), CONCERNED)
    declare_relation(colleague, place.organisation, chair, "partner")
    compare_now()
    assert is_barred(case.id, colleague.id), "the partner of whom the case is about reads it"


@pytest.mark.parametrize("first", ["note", "not_free"])
def test_nobody_expels_a_colleague_by_a_note_and_then_a_name(place, first):
    """Whoever is out until a second person looks has no part in the case any more, and counts as anybody then."""
    case, _receipt = about_nobody(place)
    writer, colleague = who(case.id, "case_officer"), who(case.id, "co_reader").person
    called(colleague, "Kees", "Bos")
    if first == "note":
        _note(case, "Kees Bos nam het aan.", writer, CONCERNED)
    else:
        assert say_not_free(case, "co_reader", writer.person).status_code == 302
    assert is_barred(case.id, colleague.id)
    assert not _is_out_for_good(case, colleague)
    page = signed_in(writer.person).post(url_of(case, "samenhang/"), {"what": "name", "name": "Kees Bos"})
    assert page.status_code == 302
    run_due()
    assert not _is_out_for_good(case, colleague), "the writer alone expelled a colleague for good"


@pytest.mark.parametrize("how", ["belongs", "together"])
def test_nobody_expels_a_colleague_by_a_name_in_another_case_in_which_they_have_no_part(place, how):
    if how == "belongs":
        report, _receipt = a_report(place, "aggression", account=CLEAR)
        case, other = open_case(report), _follow(place, report, account=CLEAR)
    else:
        case, other = (about_nobody(place)[0] for _number in range(2))
        for one in (case, other):
            walk(one, "register")
        join(case, other.id, actor=who(case.id, "handler"))
    colleague = called(who(other.id, "co_reader").person, "Kees", "Bos")
    Assignment.objects.filter(case=case.id, person=colleague).delete()
    add_name(case, "Kees Bos", actor=who(case.id, "case_officer"))
    assert is_barred(other.id, colleague.id)
    assert not _is_out_for_good(other, colleague), "the writer alone expelled a colleague for good"


def test_the_page_says_of_a_relative_no_word_that_nobody_said(place):
    """Nobody said that it is about the relative; who brought it about cannot be the second person."""
    case, colleague, writer = _somebody_wrote_about_a_relative(place)
    token = token_of(case.id, colleague.id)
    page = url_of(case, f"toegang/betrokken/{Suspension.objects.get(case=case.id, token=token).id}/")
    shown = {actor: signed_in(actor.person).get(page).content.decode() for actor in (writer, who(case.id, "handler"))}
    assert not any(f"zegt dat dit over {colleague.name} gaat" in words for words in shown.values())
    assert [("Iemand anders moet haar beantwoorden" in words) for words in shown.values()] == [True, False]
    assert [('value="concerned"' in words) for words in shown.values()] == [False, True]
