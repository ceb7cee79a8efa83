"""A paper, a talk or a call is not older than what it is about: the step that asks it, the outcome that it tells, the talk that it
tells of, and the opening again of its case."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cases.models import Case, Party
from cases.parties.parties import PartyWords, add_party
from tests.support.build import TO_EVALUATION, a_case, a_place, posted, walk, who
from tests.support.papers_page import officer_of
from tests.support.reporter import words_of
from weerbaar.demo.deeds import a_file

pytestmark = pytest.mark.django_db
START = datetime(2027, 1, 11, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
BEFORE = "ligt vóórdat de zaak weer open ging"
TO_DRAFT = ("acknowledge", "register", "accept", "investigate", "internal", "inform_subject", "signed", "hear")


@pytest.fixture
def traveller():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def reopened(traveller) -> tuple[Case, datetime]:
    """A case of aggression that opened again, and a moment of the day before that."""
    case = walk(a_case(a_place()), *TO_EVALUATION, "close")
    traveller.shift(timedelta(days=40))
    early = timezone.localtime()
    traveller.shift(timedelta(days=1))
    return walk(case, "reopen"), early


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat()[:16]


def _answer(case: Case, code: str, **fields: str):
    case.refresh_from_db()
    return officer_of(case).post(reverse("cases:decision", args=[case.id, code]), posted(case, code, **fields))


def _refused(case: Case, code: str, **fields: str) -> str:
    had = case.decisions.count()
    answer = _answer(case, code, **fields)
    assert answer.status_code == 422
    assert case.decisions.count() == had
    return words_of(answer)


def _call(at: datetime) -> dict[str, str]:
    return {"message_way": "call", "message_at": _moment(at), "message_whom": "De melder zelf"}


def test_care_of_before_the_case_opened_again_is_not_care_anew(reopened):
    case, early = reopened
    assert BEFORE in _refused(case, "aftercare_24h", **{"record-1-at": _moment(early)})
    assert _answer(case, "aftercare_24h").status_code == 302


def test_a_call_of_before_the_case_opened_again_tells_nothing_of_what_came_after(reopened):
    case, early = reopened
    assert "ligt vóór waar het over gaat" in _refused(case, "give_feedback", **_call(early))
    assert _answer(case, "give_feedback", **_call(timezone.now())).status_code == 302


def test_a_talk_and_a_consultation_of_the_first_life_answer_no_second_threat(reopened):
    case, early = reopened
    walk(case, "assess", "high", "adopt")
    assert BEFORE in _refused(case, "consult_police", **{"record-1-at": _moment(early)})
    walk(case, "consult_police")
    assert BEFORE in _refused(case, "respond_talk", **{"record-1-at": _moment(early)})


def test_a_police_report_may_be_older_than_the_opening_again(reopened):
    case, early = reopened
    walk(case, "assess", "low", "respond_letter", "offer_police_report")
    row = {"at": _moment(early), "by_whom": "employer", "agreement": "agreed", "told_on": early.date().isoformat()}
    answer = _answer(case, "filed", **{f"record-1-{name}": given for name, given in row.items()})
    assert answer.status_code == 302


def test_a_letter_of_before_the_case_opened_again_withdraws_nothing_of_what_came_after(traveller):
    case = walk(a_case(a_place()), *TO_EVALUATION, "close")
    traveller.shift(timedelta(days=40))
    number = a_file(case, ["signed_letter"], timezone.now())
    traveller.shift(timedelta(days=1))
    walk(case, "reopen")
    assert "ouder dan wat het moet laten zien" in _refused(case, "withdraw_by_letter", file=str(number))


def test_nobody_heard_that_a_case_is_open_again_before_it_was(reopened):
    case, early = reopened
    sent = {"document_on": early.date().isoformat()}
    assert "ligt vóór waar de brief over gaat" in _refused(case, "tell_reopened", **sent)
    assert _answer(case, "tell_reopened").status_code == 302


def test_the_reporter_was_not_told_of_a_talk_before_it_was_held(traveller):
    case = walk(a_case(a_place()), "acknowledge", "assess", "low")
    traveller.shift(timedelta(hours=5))
    talk = timezone.now() - timedelta(hours=1)
    told = {"record-1-at": _moment(talk), **_call(talk - timedelta(hours=2))}
    assert "ligt vóór waar het over gaat" in _refused(case, "respond_talk", **told)
    told |= _call(talk + timedelta(minutes=5))
    assert _answer(case, "respond_talk", **told).status_code == 302


def test_the_reporter_was_not_told_of_a_letter_before_it_went_out(traveller):
    case = walk(a_case(a_place()), "acknowledge", "assess", "low")
    traveller.shift(timedelta(days=1))
    early = timezone.now()
    traveller.shift(timedelta(days=1))
    assert "ligt vóór waar het over gaat" in _refused(case, "respond_letter", **_call(early))


@pytest.mark.parametrize("is_made_here", [False, True])
def test_nobody_got_their_part_of_a_draft_before_there_was_one(traveller, is_made_here):
    case = walk(a_case(a_place(), "integrity"), *TO_DRAFT)
    officer = who(case.id, "case_officer")
    case.documents.create(number=1, kind="right_of_reply", words=uuid4(), made_by=officer.person, token=uuid4())
    early = timezone.now() + timedelta(days=8)
    traveller.shift(timedelta(days=10))
    walk(case, "draft_ready")
    if is_made_here:
        assert "Deze brief is ouder dan wat die moet vertellen" in _refused(case, "send_extracts", document="1")
    else:
        early_on = {"record-1-at": _moment(early)}
        assert "ligt vóór waar de brief over gaat" in _refused(case, "send_extracts", **early_on)
    assert _answer(case, "send_extracts").status_code == 302


def test_a_letter_of_before_the_outcome_does_not_tell_it(traveller):
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept", "inform_subject")
    early = timezone.localdate().isoformat()
    traveller.shift(timedelta(days=2))
    walk(case, "no_follow_up=unfounded")
    assert "ligt vóór waar de brief over gaat" in _refused(case, "tell_cleared", document_on=early)
    assert _answer(case, "tell_cleared").status_code == 302


def test_who_was_informed_later_makes_no_earlier_letter_of_another_too_old(traveller):
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept")
    officer = who(case.id, "case_officer")
    first, last = (
        add_party(case, "person_concerned", PartyWords(name), actor=officer, token=uuid4())
        for name in ("Xerxes Zoutkamp", "Ypke Zandstra")
    )
    assert _answer(case, "inform_subject", **_to(first)).status_code == 302
    case.refresh_from_db()
    walk(case, "no_follow_up=unfounded")
    went = timezone.localdate().isoformat()
    traveller.shift(timedelta(days=3))
    assert _answer(case, "inform_subject", **_to(last)).status_code == 302
    assert _answer(case, "tell_cleared", **_to(first), document_on=went).status_code == 302
    assert "ligt vóór waar de brief over gaat" in _refused(case, "tell_cleared", **_to(last), document_on=went)


def _to(party: Party) -> dict[str, str]:
    return {"person": str(party.id), "person_name": "", "person_part": ""}
