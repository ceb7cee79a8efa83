"""What is said of a papers page, at both sides, is true: why it is there, when it ends, what is known of its code."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.formats import date_format

from cases.deciding.deeds import NEW_PERSON
from cases.desk.keys import file_key
from cases.models import Bundle, Case
from cases.parties.bundles import READABLE_AFTER, end_with_case
from cases.parties.parties import PartyWords, add_party
from cases.protocol.composition import national
from cases.protocol.kinds.forms import record_forms
from cases.protocol.kinds.parts import parts
from tests.support.build import a_case, a_place, take, walk, who
from tests.support.measures import SEND, a_measure, a_weighed_case, done
from tests.support.papers_page import (
    PURPOSE,
    PapersPage,
    a_page,
    a_party,
    code_on,
    officer_of,
    open_page,
    page_url,
    put_draft,
)
from weerbaar.demo.deeds import a_deed

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def case():
    return a_case(a_place(), "integrity")


def _at_desk(case, party) -> str:
    return " ".join(officer_of(case).get(page_url(case, party)).content.decode().split())


def test_both_sides_read_what_a_page_is_for(case):
    bundle, page = a_page(case, a_party(case))
    assert PURPOSE in page.words
    assert PURPOSE in _at_desk(case, bundle.party)
    officer_of(case).post(page_url(case, bundle.party), {"what": "end"})
    assert PURPOSE in _at_desk(case, bundle.party)


def test_the_purpose_may_not_tell_who_reported(case):
    party = a_party(case)
    assert open_page(case, party, purpose="Om te lezen wat Robin Vermelder zei.").status_code == 422
    assert open_page(case, party, purpose=f"Stukken van zaak {case.number}.").status_code == 422
    assert not Bundle.objects.exists()


def test_the_page_says_when_it_can_end_sooner(case):
    bundle, page = a_page(case, a_party(case))
    sooner = f"{READABLE_AFTER.days} dagen nadat"
    assert sooner in page.words
    assert sooner in _at_desk(case, bundle.party)
    case.refresh_from_db()
    _close(case)
    page.send("message", text="Te laat.")
    assert sooner not in page.words  # that day is the last day now
    bundle.refresh_from_db()
    assert bundle.until == TODAY() + READABLE_AFTER
    assert date_format(bundle.until, "j F Y") in page.words


def _close(case) -> None:
    officer = who(case.id, "case_officer")
    Case.objects.filter(id=case.id).update(closed_on=TODAY())
    end_with_case(case, TODAY(), file_key(case, officer), officer.person)


def test_of_a_code_only_what_is_known_is_said(case):
    party = a_party(case)
    code = code_on(open_page(case, party).content.decode())
    unused, used = "is nog niet gebruikt", "is één keer gebruikt"
    assert unused in _at_desk(case, party)
    PapersPage(code).take()
    assert used in _at_desk(case, party)
    Bundle.objects.update(made_on=TODAY() - timedelta(days=9))
    officer_of(case).post(page_url(case, party), {"what": "code"})
    said = _at_desk(case, party)
    assert unused in said
    assert used not in said
    assert f"De code van {date_format(TODAY(), 'j F Y')}" in said


def test_a_page_says_whether_the_name_of_the_reporter_can_be_looked_for():
    place = a_place()
    named, unknown = a_case(place, "integrity"), a_case(place, "integrity", known_as="anonymous")
    cannot = "Naar de naam van de melder kunnen wij niet zoeken"
    assert cannot not in _at_desk(named, a_party(named))
    assert cannot in _at_desk(unknown, a_party(unknown))


def test_the_form_of_people_says_of_each_part_what_it_is(case):
    page = officer_of(case).get(f"/werkplek/zaak/{case.id}/mensen/").content.decode()
    helped = [part for part in parts().values() if part.help]
    assert helped
    for part in helped:
        assert f"{part.label}: {part.help}" in page


def test_only_the_person_who_was_told_gets_a_page(case):
    one, other = (a_party(case, "person_concerned", name) for name in ("De heer W. Onbekend", "Mevrouw R. Vreemd"))
    walk(case, "acknowledge")
    _inform(case, one)
    assert open_page(case, other).status_code == 422
    assert open_page(case, one).status_code == 200
    _inform(case, other)
    assert open_page(case, other).status_code == 200


def test_who_was_written_down_anew_was_told_only_where_it_is_surely_the_same_person(case):
    told = a_party(case, "person_concerned", "De heer W. Onbekend")
    walk(case, "acknowledge")
    _inform(case, told)
    same = a_party(case, "person_concerned", "De heer W.  Onbekend", corrects=told.id)
    assert open_page(case, same).status_code == 200
    other = a_party(case, "person_concerned", "De heer V. Onbekend", corrects=same.id)
    assert open_page(case, other).status_code == 422


def test_counsel_waits_for_their_own_client(case):
    told, client = (a_party(case, "person_concerned", name) for name in ("De heer W. Onbekend", "Mevrouw R. Vreemd"))
    counsel = a_party(case, "counsel", "Mr. K. Pleitman", speaks_for=client.id)
    walk(case, "acknowledge")
    _inform(case, told)
    assert open_page(case, counsel).status_code == 422


def test_who_is_new_is_written_down_and_told_in_one_act(case):
    walk(case, "acknowledge")
    rule = dict(case.protocol.every_decision())["inform_subject"]
    assert a_deed(case, rule, timezone.now()).party == NEW_PERSON
    walk(case, "inform_subject")
    party = case.parties.get()
    assert case.decisions.get(code="inform_subject").party == party
    assert open_page(case, party).status_code == 200


@pytest.mark.parametrize("name", ["integrity", "safety"])
def test_every_decision_that_tells_somebody_of_a_part_names_that_person(name):
    every = dict(national(name).every_decision())
    for code, part in parts().items():
        telling = [rule for rule in every.values() if set(rule.done_by.document) & set(part.told_by)]
        assert telling or not part.told_by
        for rule in telling:  # by itself, or by the record that it names
            about = record_forms()[rule.done_by.record].about if rule.done_by.record else ""
            assert about or (rule.done_by.person and code in rule.done_by.person.parts)


def _inform(case, party) -> None:
    from dataclasses import replace

    case.refresh_from_db()
    rule = dict(case.protocol.every_decision())["inform_subject"]
    deed = replace(a_deed(case, rule, timezone.now()), party=str(party.id), person="", part="")
    take(case, "inform_subject", who(case.id, "case_officer"), deed=deed)
    case.refresh_from_db()


def test_add_party_keeps_whether_it_is_the_same_person(case):
    first = a_party(case)
    officer = who(case.id, "case_officer")
    from uuid import uuid4

    row = add_party(
        case, "victim", PartyWords("Mevrouw T. Zonderland"), actor=officer, token=uuid4(), corrects=first.id
    )
    assert row.all_of_them() == [row.id, first.id]
    other = add_party(case, "victim", PartyWords("Mevrouw Z."), actor=officer, token=uuid4(), corrects=row.id)
    assert other.all_of_them() == [other.id]


UNJUDGED, DRAFT_COMES = "Er is nog geen oordeel", "U krijgt het deel van een concept"
TO_DRAFT = ("accept", "preliminary_inquiry", "plausible", "internal", "inform_subject", "signed", "draft_ready")
TO_JUDGEMENT = ("replies_in", "accept_report", "by_chair")


def _concerned(case) -> tuple[Bundle, PapersPage]:
    walk(case, "acknowledge", "register", *TO_DRAFT)
    return a_page(case, case.parties.get(part="person_concerned"))


def _again(page) -> str:
    page.answer = page.client.post("/stukken/", {"receipt": page.own})
    return page.words


def test_the_page_says_that_nothing_was_judged_only_as_long_as_that_is_so(case):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        _bundle, page = _concerned(case)
        assert UNJUDGED in page.words
        assert DRAFT_COMES in page.words
        put_draft(case, case.parties.get(part="person_concerned"))
        walk(case, "send_extracts")
        clock.shift(timedelta(days=22))
        walk(case, "replies_in")
        assert UNJUDGED in _again(page)
        assert DRAFT_COMES not in page.words  # the replies were gone through
        walk(case, "accept_report")
        clock.shift(timedelta(days=9))
        walk(case, "by_chair")
        assert UNJUDGED not in _again(page)


def test_an_outcome_at_the_weighing_is_a_judgement_too(case):
    walk(case, "acknowledge", "register", "accept", "inform_subject")
    _bundle, page = a_page(case, case.parties.get(part="person_concerned"))
    assert UNJUDGED in page.words
    walk(case, "no_follow_up=unfounded")
    assert UNJUDGED not in _again(page)


def test_a_closed_case_offers_nothing_that_needs_an_open_one(case):
    _bundle, page = a_page(case, a_party(case))
    assert "U hoeft niets te schrijven" in page.words
    case.refresh_from_db()
    _close(case)
    assert "U hoeft niets te schrijven" not in _again(page)
    assert "U mag zich laten bijstaan" in page.words


def test_somebody_outside_a_protocol_with_a_right_of_reply_is_promised_no_draft():
    case = a_weighed_case(a_place())
    a_measure(case)
    done(case, SEND)
    _bundle, page = a_page(case, case.parties.get(part="person_concerned"))
    assert DRAFT_COMES not in page.words
    assert UNJUDGED not in page.words  # a measure was decided


def test_both_sides_read_how_it_stands_with_a_reply(case):
    runs, at_desk = "U kunt reageren tot en met", "Reageren kan tot en met"
    _bundle, page = _concerned(case)
    party = case.parties.get(part="person_concerned")
    put_draft(case, party)
    assert runs in _again(page)
    assert at_desk in _at_desk(case, party)
    page.send("reply", entry="1", text="Punt 2 klopt niet.")
    today = date_format(TODAY(), "l j F Y")
    assert runs not in page.words
    assert f"U reageerde op {today}." in page.words
    assert at_desk not in _at_desk(case, party)
    assert "Reageerde op" in _at_desk(case, party)


@pytest.mark.parametrize(("how", "reads", "desk"), [
    ("waived", "schreef u dat u niet wilt reageren", "niet te willen reageren"),
    ("passed", "Die termijn is voorbij.", "en is voorbij"),
    ("closed", "Reageren kan daarom niet meer.", "kon hier niets meer bij"),
])  # fmt: skip
def test_a_term_that_no_longer_runs_is_not_offered(case, how, reads, desk):
    bundle, page = _concerned(case)
    party = case.parties.get(part="person_concerned")
    put_draft(case, party)
    _again(page)
    match how:
        case "waived":
            page.send("no_reply", entry="1", sure="on")
        case "passed":
            bundle.entries.update(reply_until=TODAY() - timedelta(days=1))
        case _:
            _close(case)
    assert reads in _again(page)
    assert "U kunt reageren tot en met" not in page.words
    assert desk in _at_desk(case, party)
    assert "Reageren kan tot en met" not in _at_desk(case, party)
