"""Beside the steps, at any time: evidence that would be gone, what is known outside, legal help for both sides, and care for
others than the reporter; whoever was cleared is told so before an integrity case ends."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cases.deciding.judging import options_of, situation, states_in
from cases.models import Proposal
from cases.parties.parties import PartyWords, add_party
from cases.parties.told import who_knows
from reporting.models import Message, Told
from tests.support.build import a_case, a_report, allowed, open_case, posted, signed_in, take, walk, who
from tests.support.papers_page import a_page, a_party
from tests.support.reporter import come_back, words_of
from weerbaar.demo.deeds import a_deed

pytestmark = pytest.mark.django_db
AROUND = {"secure_evidence", "log_leak", "legal_help_reporter", "care_others"}


def _officer(case) -> Client:
    return signed_in(who(case.id, "case_officer").person)


def _decide(case, code: str, **fields):
    url = f"/werkplek/zaak/{case.id}/besluit/{code}/"
    return _officer(case).post(url, posted(case, code, **fields))


def _recorded(case) -> str:
    return words_of(_officer(case).get(f"/werkplek/zaak/{case.id}/vastgelegd/"))


@pytest.mark.parametrize("kind", ["aggression", "integrity", "pressure"])
def test_they_can_be_done_from_the_first_day_and_again(place, kind):
    case = a_case(place, kind)
    assert allowed(case) >= AROUND
    assert _decide(case, "care_others").status_code == 302
    case.refresh_from_db()
    assert allowed(case) >= AROUND


def test_camera_images_need_a_day_and_stand_in_the_queue_before_they_are_overwritten(place):
    case = a_case(place)
    last = timezone.localdate() + timedelta(days=5)
    fields = {"record-1-kind": "camera", "record-1-what": "Camera in de hal", "record-1-place": "Bij de bode"}
    refused = _decide(case, "secure_evidence", **fields, **{"record-1-until": ""})
    assert refused.status_code == 422, "the day is the point of it"
    assert _decide(case, "secure_evidence", **fields, **{"record-1-until": last.isoformat()}).status_code == 302
    assert "Camera in de hal" in _recorded(case)
    waits = "Bewijs wordt overschreven: stel het veilig"
    assert waits not in words_of(_officer(case).get("/werkplek/wacht/"))
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=True):
        assert waits in words_of(_officer(case).get("/werkplek/wacht/"))
    with time_machine.travel(timezone.now() + timedelta(days=7), tick=True):
        assert "Bewijs is misschien weg" in words_of(_officer(case).get("/werkplek/wacht/"))
        record = case.records.get(form="secured")
        url = f"/werkplek/zaak/{case.id}/vastgelegd/{record.id}/einde/kept/"
        sent = {"on": timezone.localdate().isoformat(), "record-1-place": "Kluis van de griffie"}
        assert _officer(case).post(url, sent).status_code == 302
        assert "Bewijs" not in words_of(_officer(case).get("/werkplek/wacht/"))


def test_evidence_without_a_place_or_hash_is_not_secured(place):
    case = a_case(place)
    assert _decide(case, "secure_evidence", **{"record-1-place": ""}).status_code == 422
    assert not case.records.exists()


def test_of_a_leak_the_reporter_hears_nothing(place):
    report, receipt = a_report(place)
    case = open_case(report)
    before = words_of(come_back(Client(), receipt))
    assert _decide(case, "log_leak", **{"record-1-known": "De krant schrijft over een melding."}).status_code == 302
    assert "De krant schrijft" in _recorded(case)
    assert words_of(come_back(Client(), receipt)) == before
    assert not Message.objects.exists()
    assert not Told.objects.filter(code="decided").exists()


def test_two_people_decide_about_legal_help_and_only_the_reporter_hears_of_their_own(place):
    case = walk(a_case(place, "integrity", subject="alderman:"), "acknowledge")
    officer = who(case.id, "case_officer")
    _decide(case, "legal_help_reporter")
    assert not case.records.exists(), "one person alone decides nothing"
    Proposal.objects.get().delete()
    take(case, "legal_help_reporter", officer)
    assert Message.objects.filter(by=Message.By.DESK).count() == 2, "the receipt was acknowledged, and this"
    case.refresh_from_db()
    take(case, "legal_help_subject", officer)
    assert Message.objects.filter(by=Message.By.DESK).count() == 2, "what the other side gets is not told"
    shown = _recorded(case)
    assert "Voor de melder: Hoogste bedrag in euro's" in shown
    assert "Voor de betrokkene: Hoogste bedrag in euro's" in shown
    assert "€ 250,00" in shown
    record = case.records.filter(form="legal_help").first()
    url = f"/werkplek/zaak/{case.id}/vastgelegd/{record.id}/einde/paid/"
    sent = {"on": timezone.localdate().isoformat(), "record-1-paid": "180"}
    assert _officer(case).post(url, sent).status_code == 302
    assert "Voor de melder: Hoeveel euro is betaald?" in _recorded(case)
    assert "€ 180,00" in _recorded(case)
    assert "write_legal_help" in allowed(case)


def test_granted_help_needs_a_ceiling_and_an_end(place):
    case = a_case(place)
    for missing in ("ceiling", "until"):
        answer = _decide(case, "legal_help_reporter", **{f"record-1-{missing}": ""})
        assert answer.status_code == 422, missing
    assert not Proposal.objects.exists()


def test_there_is_no_legal_help_for_a_person_concerned_where_there_is_none(place):
    assert "legal_help_subject" not in {option.code for option in options_of(a_case(place))}
    case = a_case(place, "pressure")
    assert "legal_help_subject" not in {option.code for option in options_of(case)}


def test_who_only_reads_along_records_nothing(place):
    case = a_case(place)
    reads_along = signed_in(who(case.id, "co_reader").person)
    url = f"/werkplek/zaak/{case.id}/besluit/secure_evidence/"
    for client in (reads_along, place.client("council_member")):
        assert client.post(url, posted(case, "secure_evidence")).status_code == 404
    assert not case.records.exists()


def test_an_unfounded_case_ends_only_when_who_was_cleared_was_told_in_writing(place):
    case = walk(a_case(place, "integrity"), "acknowledge", "register", "accept", "inform_subject")
    walk(case, "no_follow_up=unfounded")
    rule = dict(case.protocol.every_decision())["complete"]
    assert states_in(case, situation(case), rule)["clearing"] == "waits"
    later = timezone.now() + timedelta(days=30)
    with time_machine.travel(later, tick=True):
        for answer in ("nobody", "told"):
            refused = _decide(case, "complete", **{"record-1-cleared": answer})
            assert refused.status_code == 422, answer
        walk(case, "tell_cleared")
        assert states_in(case, situation(case), rule)["clearing"] == "told"
        assert _decide(case, "complete", **{"record-1-cleared": "nobody"}).status_code == 422
        assert _decide(case, "complete", **{"record-1-cleared": "told"}).status_code == 302


@pytest.mark.parametrize("outcome", ["not_established", "referral"])
def test_whoever_knows_of_the_report_is_told_every_outcome_by_name_before_care_ends(place, outcome):
    case = walk(a_case(place, "integrity"), "acknowledge", "register", "accept", "inform_subject")
    told = case.parties.get(part="person_concerned")
    other = a_party(case, "person_concerned", "Mevrouw R. Vreemd")
    _told(case, "inform_subject", other)
    walk(case, f"no_follow_up={outcome}")
    assert "SUBJECT_OUTCOME" in {one.code for one in case.deadlines.running()}
    page = signed_in(who(case.id, "case_officer").person).get(f"/werkplek/zaak/{case.id}/").content.decode()
    assert "besluit/tell_outcome/" in page
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=True):
        _told(case, "tell_outcome", told)
        for answer in ("nobody", "told"):  # the other one knows too
            assert _decide(case, "complete", **{"record-1-cleared": answer}).status_code == 422, answer
        assert "SUBJECT_OUTCOME" in {one.code for one in case.deadlines.running()}
        _told(case, "tell_outcome", other)
        assert "SUBJECT_OUTCOME" not in {one.code for one in case.deadlines.running()}
        assert _decide(case, "complete", **{"record-1-cleared": "nobody"}).status_code == 422
        assert _decide(case, "complete", **{"record-1-cleared": "told"}).status_code == 302


def test_who_does_not_know_of_a_report_is_told_nothing_of_its_outcome(place):
    case = walk(a_case(place, "integrity"), "acknowledge", "register", "accept", "no_follow_up=not_established")
    assert "SUBJECT_OUTCOME" not in {one.code for one in case.deadlines.all()}
    rule = dict(case.protocol.every_decision())["complete"]
    assert states_in(case, situation(case), rule)["clearing"] == "nobody"


def test_a_letter_that_does_not_clear_is_not_enough_where_nothing_can_be_held_against_somebody(place):
    case = walk(a_case(place, "integrity"), "acknowledge", "register", "accept", "inform_subject")
    walk(case, "no_follow_up=unfounded", "tell_outcome")
    rule = dict(case.protocol.every_decision())["complete"]
    assert states_in(case, situation(case), rule)["clearing"] == "waits"


def test_a_case_that_ends_otherwise_has_who_knows_of_it_told_after_closing(place):
    case = walk(a_case(place, "integrity"), "acknowledge", "register", "accept", "inform_subject", "withdraw")
    assert not case.is_open
    assert "SUBJECT_OUTCOME" in {one.code for one in case.deadlines.running()}
    walk(case, "tell_outcome_closed", now=timezone.now() + timedelta(days=30))
    assert "SUBJECT_OUTCOME" not in {one.code for one in case.deadlines.running()}


def test_who_was_told_of_an_interim_measure_hears_the_outcome(place):
    case = walk(a_case(place, "integrity"), "acknowledge", "register", "accept", "take_interim_measure")
    one = case.parties.get(part="person_concerned")
    assert who_knows(case) == [], "it was not told yet"
    walk(case, "withdraw_interim")
    other = add_party(
        case, "person_concerned", PartyWords("Ypke Zandstra"), actor=who(case.id, "case_officer"), token=uuid4()
    )
    _told(case, "take_interim_again", other)
    walk(case, "tell_interim", "end_interim_measure")
    assert who_knows(case) == [other], "the measure against the first one was withdrawn before it was told"
    assert one != other
    walk(case, "no_follow_up=unfounded")
    assert "SUBJECT_OUTCOME" in {one.code for one in case.deadlines.running()}
    with time_machine.travel(timezone.now() + timedelta(days=20), tick=True):
        answer = _decide(case, "complete", **{"record-1-cleared": "nobody"})
    assert answer.status_code == 422
    assert "Kies “Er is geen betrokkene die van de melding weet” alleen" in words_of(answer)


@time_machine.travel("2027-03-02 10:00+01:00", tick=False)
def test_who_was_told_that_a_case_opened_again_is_told_anew_where_it_opens_twice_on_one_day(place):
    case = walk(a_case(place, "integrity"), "acknowledge", "register", "accept", "inform_subject")
    one = case.parties.get(part="person_concerned")
    other = add_party(
        case, "person_concerned", PartyWords("Ypke Zandstra"), actor=who(case.id, "case_officer"), token=uuid4()
    )
    _told(case, "inform_subject", other)
    for _time in range(2):
        walk(case, "withdraw_by_letter", "reopen")
        _told(case, "tell_reopened", one)
        assert "SUBJECT_REOPENED" in {deadline.code for deadline in case.deadlines.running()}, "the other waits"
        _told(case, "tell_reopened", other)
        assert "SUBJECT_REOPENED" not in {deadline.code for deadline in case.deadlines.running()}


def test_the_papers_page_tells_of_an_outcome_once_the_letter_went_out(place):
    case = walk(a_case(place, "integrity"), "acknowledge", "register", "accept", "inform_subject")
    _bundle, page = a_page(case, case.parties.get(part="person_concerned"))
    letter = "Wij stuurden u een brief over de uitkomst."
    walk(case, "no_follow_up=not_established")
    page.answer = page.client.post("/stukken/", {"receipt": page.own})
    assert "U krijgt daarover een brief." in page.words
    assert letter not in page.words
    walk(case, "tell_outcome")
    page.answer = page.client.post("/stukken/", {"receipt": page.own})
    assert letter in page.words
    assert "U krijgt daarover een brief." not in page.words


def _told(case, code: str, party) -> None:
    """A letter to this very person."""
    case.refresh_from_db()
    rule = case.protocol.rule_of(code)
    deed = replace(a_deed(case, rule, timezone.now()), party=str(party.id), person="", part="")
    take(case, code, who(case.id, "case_officer"), deed=deed)
    case.refresh_from_db()


def test_a_letter_from_before_the_outcome_clears_nobody(place):
    case = walk(a_case(place, "integrity"), "acknowledge", "register", "accept", "inform_subject", "tell_cleared")
    walk(case, "no_follow_up=unfounded", now=timezone.now() + timedelta(minutes=1))
    rule = dict(case.protocol.every_decision())["complete"]
    assert states_in(case, situation(case), rule)["clearing"] == "waits"
