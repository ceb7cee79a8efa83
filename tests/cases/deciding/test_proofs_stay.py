"""What shows that a deed was done stays, and is not older than what it tells."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cases.deciding.deeds import ELSEWHERE, Sent
from cases.deciding.judging import options_of
from cases.deciding.records.rows import field_name
from cases.desk.refusals import Refused
from cases.documents.issue import withdraw_document
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
    assert "Doe het dan opnieuw" not in words_of(answer), "the measure is told, so nobody tells it again"
    assert "Voeg het goede stuk toe bij “Bestanden”" in words_of(answer)
    assert usable_files(case, []) == [row]


def test_who_can_do_a_deed_again_is_told_so_where_its_paper_is_wrong():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept")
    officer = who(case.id, "case_officer")
    party = add_party(case, "person_concerned", PartyWords("Xerxes Zoutkamp"), actor=officer, token=uuid4())
    case.documents.create(number=1, kind="inform_subject", words=uuid4(), made_by=officer.person, token=uuid4())
    sent = {"document": "1", "document_on": timezone.localdate().isoformat(), "document_way": "letter"}
    given = posted(case, "inform_subject", **sent, person=str(party.id), person_name="", person_part="")
    officer_of(case).post(reverse("cases:decision", args=[case.id, "inform_subject"]), given)
    with pytest.raises(Refused, match="Doe het dan opnieuw, met het goede stuk"):
        withdraw_document(case, 1, reason=WHY, actor=officer)


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


def two_concerned(case):
    """The case with two people concerned, of whom both hear it later."""
    officer, two = who(case.id, "case_officer"), []
    rule = dict(case.protocol.every_decision())["inform_later"]
    for name in ("Xerxes Zoutkamp", "Ypke Zandstra"):
        party = add_party(case, "person_concerned", PartyWords(name), actor=officer, token=uuid4())
        deed = a_deed(case, rule, timezone.now())
        take(case, "inform_later", officer, deed=replace(deed, party=str(party.id), person="", part=""))
        case.refresh_from_db()
        two.append(party)
    return two


def test_nobody_says_by_hand_that_somebody_was_informed():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept", "inform_later")
    officer, record = officer_of(case), case.records.get(form="inform_later")
    address = reverse("cases:end_record", args=[case.id, record.id, "done"])
    assert address not in officer.get(reverse("cases:records", args=[case.id])).content.decode()
    assert officer.get(address).status_code == 404
    answer = officer.post(address, {"on": timezone.localdate().isoformat()})
    assert answer.status_code == 422
    assert "Dit eindigt vanzelf" in words_of(answer)
    record.refresh_from_db()
    assert record.came_to == ""
    stop = reverse("cases:end_record", args=[case.id, record.id, "stopped"])
    assert officer.post(stop, {"on": timezone.localdate().isoformat()}).status_code == 422, "why is not said"
    given = {"on": timezone.localdate().isoformat(), field_name(1, "why"): "De melding gaat over een ander."}
    assert officer.post(stop, given).status_code == 302


def test_informing_one_person_leaves_it_open_for_the_other():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept")
    one, other = two_concerned(case)
    sent = {"document": ELSEWHERE, "document_where": "Brief in het archief", "document_way": "letter"}
    sent |= {"document_on": timezone.localdate().isoformat(), "person": str(one.id)}
    given = posted(case, "inform_subject", **sent, person_name="", person_part="")
    assert officer_of(case).post(reverse("cases:decision", args=[case.id, "inform_subject"]), given).status_code == 302
    came_to = dict(case.records.filter(form="inform_later").values_list("party", "came_to"))
    assert came_to == {one.id: "done", other.id: ""}
    page = words_of(officer_of(case).get(reverse("cases:records", args=[case.id])))
    assert "Wie hoort het later? Ypke Zandstra" in page


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
