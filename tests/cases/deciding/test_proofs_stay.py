"""What shows that a deed was done stays, and is not older than what it tells."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cases.deciding.deeds import Sent
from cases.deciding.judging import options_of
from cases.desk.refusals import Refused
from cases.files.files import usable_files
from cases.parties.parties import PartyWords, add_party
from tests.support.build import a_case, a_place, posted, take, walk, who
from tests.support.measures import BAN, SEND, a_measure, a_weighed_case, done
from tests.support.papers_page import officer_of
from tests.support.reporter import words_of
from weerbaar.demo.deeds import a_deed, a_file

pytestmark = pytest.mark.django_db
WHY = "Dit was toch niet het goede stuk."


def a_taken_measure():
    return walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept", "take_interim_measure")


def test_a_file_that_shows_a_deed_is_not_struck_out():
    case = walk(a_taken_measure(), "tell_interim")
    [row] = usable_files(case, [])
    address = reverse("cases:added_file", args=[case.id, row.number])
    answer = officer_of(case).post(address, {"what": "strike", "reason": WHY})
    assert answer.status_code == 422
    assert "Vertel de maatregel aan wie het betreft" in words_of(answer)
    assert usable_files(case, []) == [row]


def test_a_letter_that_shows_a_deed_is_not_withdrawn():
    case = a_weighed_case(a_place())
    a_measure(case, **BAN)
    done(case, SEND)
    [letter] = case.documents.all()
    address = reverse("cases:document", args=[case.id, letter.number])
    answer = officer_of(case).post(address, {"what": "withdraw", "reason": WHY})
    assert answer.status_code == 422
    letter.refresh_from_db()
    assert letter.withdrawn_at is None


def test_a_file_of_before_a_measure_does_not_show_that_it_was_told():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept")
    a_file(case, ["letter_sent"], timezone.now())
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=True):
        take(case, "take_interim_measure", who(case.id, "case_officer"))
        case.refresh_from_db()
        address = reverse("cases:decision", args=[case.id, "tell_interim"])
        answer = officer_of(case).post(address, posted(case, "tell_interim", file="1"))
        assert answer.status_code == 422
        assert "ouder dan wat het moet laten zien" in words_of(answer)


def test_nobody_spoke_of_the_outcome_before_what_comes_first():
    case = walk(a_case(a_place(), "integrity"), "register", "accept")
    early = timezone.localtime().isoformat()
    with time_machine.travel(timezone.now() + timedelta(hours=3), tick=True):
        walk(case, "acknowledge")
        call = {"message_way": "call", "message_at": early[:16], "message_whom": "De melder zelf"}
        address = reverse("cases:decision", args=[case.id, "give_feedback"])
        answer = officer_of(case).post(address, posted(case, "give_feedback", **call))
        assert answer.status_code == 422
        assert "ligt vóór waar het over gaat" in words_of(answer)


def test_the_day_until_which_somebody_is_not_told_is_kept_and_ends_when_they_are():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept", "inform_later")
    record = case.records.get(form="inform_later")
    assert record.until is not None
    later = {"until": (record.until + timedelta(days=30)).isoformat(), "reason": WHY}
    officer_of(case).post(reverse("cases:extend_record", args=[case.id, record.id]), later)
    until, record = record.until, case.records.get(form="inform_later")
    assert record.until == until, "two people decided that day"
    assert "inform_subject" in {one.code for one in options_of(case)}
    walk(case, "inform_subject")
    record.refresh_from_db()
    assert record.came_to == "done"


def test_one_letter_tells_one_person():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept")
    officer = who(case.id, "case_officer")
    two = [
        add_party(case, "person_concerned", PartyWords(name), actor=officer, token=uuid4())
        for name in ("Xerxes Zoutkamp", "Ypke Zandstra")
    ]
    case.documents.create(number=1, kind="inform_subject", words=uuid4(), made_by=officer.person, token=uuid4())
    address = reverse("cases:decision", args=[case.id, "inform_subject"])
    answers = []
    for party in two:
        case.refresh_from_db()
        sent = {"document": "1", "document_on": timezone.localdate().isoformat(), "document_way": "letter"}
        given = posted(case, "inform_subject", **sent, person=str(party.id), person_name="", person_part="")
        answers.append(officer_of(case).post(address, given).status_code)
    assert answers == [302, 422]
    assert set(case.decisions.filter(code="inform_subject").values_list("party", flat=True)) == {two[0].id}


def test_one_extract_is_sent_to_one_person():
    steps = (
        "acknowledge",
        "register",
        "accept",
        "investigate",
        "internal",
        "inform_subject",
        "signed",
        "hear",
        "draft_ready",
    )
    case = walk(a_case(a_place(), "integrity"), *steps)
    officer, rule = who(case.id, "case_officer"), dict(case.protocol.every_decision())["send_extracts"]
    case.documents.create(number=1, kind="right_of_reply", words=uuid4(), made_by=officer.person, token=uuid4())
    sent = Sent("1", timezone.localdate().isoformat(), "letter")

    def send(name: str) -> None:
        party = add_party(case, "person_concerned", PartyWords(name), actor=officer, token=uuid4())
        case.refresh_from_db()
        deed = a_deed(case, rule, timezone.now())
        take(
            case,
            "send_extracts",
            officer,
            deed=replace(deed, rows=({**deed.rows[0], "whom": str(party.id)},), sent=sent),
        )

    send("Xerxes Zoutkamp")
    with pytest.raises(Refused, match="Een brief is voor één persoon"):
        send("Ypke Zandstra")
