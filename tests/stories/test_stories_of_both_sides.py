"""Stories of the person whom a case is about: S11 with the desk outside the case, and what that person asks until the end."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from cases.deciding.proposals import agree
from cases.file.contact.messages import write_to_reporter
from cases.models import Bundle, Case
from cases.protocol.kinds.rights import rights
from cases.waiting.queue import waiting_for
from jobs.runner import run_due
from organisations.models import Assignment
from organisations.people.appointments import appoint
from tests.support.build import a_case, a_place, a_report, open_case, posted, second, signed_in, walk, who
from tests.support.papers_page import PapersPage, a_page, a_party, officer_of, page_url
from tests.support.reporter import act, come_back, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
DESK = (
    "/werkplek/", "/werkplek/wacht/", "/werkplek/inzageverzoek/", "/werkplek/inzageverzoek/?als=tekst", "/werkplek/signalen/",
    "/werkplek/maatregelen/", "/werkplek/balie/", "/beheer/", "/zorgplicht/",
)  # fmt: skip
TOKENS = re.compile(r'name="(csrfmiddlewaretoken|token|state)"\s+value="[^"]*"|nonce="[^"]*"|nonce-[\w+/=-]+')
DECIDED = ("acknowledge", "register", "accept", "preliminary_inquiry", "plausible", "internal", "inform_subject")


@pytest.fixture
def place():
    return a_place()


def _desk(client: Client) -> list[tuple[int, str]]:
    """Everything that somebody outside a case can look at when a request comes in at the desk."""
    answers = [client.get(address) for address in DESK]
    return [(answer.status_code, TOKENS.sub("", answer.content.decode())) for answer in answers]


def _outside(place, case: Case) -> dict[str, Client]:
    """People at work who have no part in the case, of each role at which a request can come in."""
    inside = Assignment.objects.filter(case=case.id).values_list("person", flat=True)
    busy = set(inside)
    appoint(place["archivist"], place.organisation, "reception")
    codes = ("administrator", "officer", "coordinator", "confidential_adviser", "chair", "archivist")
    found = {code: next((one for one in place.people.get(code, []) if one.id not in busy), None) for code in codes}
    return {code: signed_in(person) for code, person in found.items() if person}


def test_s11_the_desk_outside_the_case_sees_the_same_whether_the_accused_asks_or_not(place):
    case = walk(a_case(place, "integrity"), *DECIDED)
    bundle, page = a_page(case, case.parties.get(part="person_concerned"))
    outside = _outside(place, case)
    assert {"administrator", "archivist"} <= set(outside)
    before = {code: _desk(client) for code, client in outside.items()}
    page.send("inspect", text="Ik wil zien wat u over mij bewaart.")
    walk(case, "receive_privacy_request")
    entry, deadline = bundle.entries.get(right="inspect"), case.deadlines.get(code="PRIVACY_1M")
    assert entry.answer_by == timezone.localdate(deadline.due) == rights()["inspect"].answer_by(timezone.localdate())
    officer = who(case.id, "case_officer")
    assert [one.number for one in waiting_for(officer) if one.until and one.until.date() == entry.answer_by] == [
        case.number
    ]
    for code, client in outside.items():
        assert _desk(client) == before[code], code
        for address in (f"/werkplek/zaak/{case.id}/", page_url(case, bundle.party)):
            assert client.get(address).status_code == 404
        sent = {"what": "answer", "entry": f"{entry.id}", "text": "Er is niets.", "token": uuid4()}
        assert client.post(page_url(case, bundle.party), sent).status_code == 404
    # A restriction has its ground and a second person, and the person gets an answer, on the page too.
    address = f"/werkplek/zaak/{case.id}/besluit/restrict_privacy_request/"
    unfounded = posted(case, "restrict_privacy_request", **{"record-1-ground": ""})
    assert officer_of(case).post(address, unfounded).status_code == 422
    assert officer_of(case).post(address, posted(case, "restrict_privacy_request")).status_code == 302
    assert case.deadlines.get(code="PRIVACY_1M").met_at is None  # a second person has not agreed yet
    agree(case, case.proposals.get(state="asked").id, actor=second(case, officer))
    assert case.deadlines.get(code="PRIVACY_1M").met_at is not None
    sent = {
        "what": "answer",
        "entry": f"{entry.id}",
        "text": "Een deel krijgt u niet: artikel 41 UAVG.",
        "token": uuid4(),
    }
    assert officer_of(case).post(page_url(case, bundle.party), sent).status_code == 302
    page = PapersPage(page.own)
    assert "Een deel krijgt u niet: artikel 41 UAVG." in page.words
    assert "Autoriteit Persoonsgegevens" in page.words
    for code, client in outside.items():
        assert _desk(client) == before[code], code


def test_the_accused_is_heard_answers_objects_and_hears_of_the_end(place):
    """From the letter to the end, by the pages alone, and nothing of the reporter on any of them."""
    case = walk(a_case(place, "integrity"), *DECIDED)
    bundle, page = a_page(case, case.parties.get(part="person_concerned"))
    shown = [page.text]
    for code, text in (("be_heard", "Donderdag kan ik."), ("adviser", "Mr. K. Pleitman, 030 123."), ("tell_end", "")):
        page.send(code, text=text)
        shown.append(page.text)
    queue = words_of(officer_of(case).get("/werkplek/wacht/"))
    assert "Iemand in de zaak vraagt iets: geef antwoord" in queue
    listed = words_of(officer_of(case).get(f"/werkplek/zaak/{case.id}/mensen/"))
    assert "om een gesprek, en kreeg nog geen antwoord" in listed
    for entry in bundle.entries.to_answer():
        sent = {"what": "answer", "entry": f"{entry.id}", "text": "Dat is goed.", "token": uuid4()}
        assert officer_of(case).post(page_url(case, bundle.party), sent).status_code == 302
    walk(case, "withdraw")
    page = PapersPage(page.own)
    shown.append(page.text)
    assert "is op deze dag afgelopen" in page.words
    for text in shown:
        for word in (case.number, case.report.number, str(case.id), "Vermelder"):
            assert word not in text
    assert Bundle.objects.get().until > timezone.localdate()


def test_neither_mailbox_tells_of_the_other(place):
    """What one side writes and reads changes no byte for the other side."""
    report, receipt = a_report(place, "integrity")
    case = open_case(report)
    bundle, page = a_page(case, a_party(case))

    def mailbox() -> str:
        return _plain(come_back(Client(), receipt).content.decode())

    def papers() -> str:
        return _plain(PapersPage(page.own).text)

    seen, read = (mailbox(), mailbox())[1], (papers(), papers())[1]  # once for what is new, once as it stays
    page.send("be_heard", text="Ik wil er iets over zeggen.")
    page.send("ping", email="zij@example.org")
    entry = bundle.entries.get(right="be_heard")
    sent = {"what": "answer", "entry": f"{entry.id}", "text": "Dat kan morgen.", "token": uuid4()}
    assert officer_of(case).post(page_url(case, bundle.party), sent).status_code == 302
    run_due()
    assert mailbox() == seen
    read = (papers(), papers())[1]
    act(Client(), come_back(Client(), receipt), "message", text="Ik vond nog een brief.", about="no")
    assert report.messages.filter(by="reporter").count() == 1
    write_to_reporter(case, "Dank u, die lezen wij.", actor=who(case.id, "case_officer"), token=uuid4())
    run_due()
    assert mailbox() != seen
    assert papers() == read


def _plain(page: str) -> str:
    return re.sub(r'value="[^"]{60,}"|nonce="[^"]*"|nonce-[^\'"; ]+', "", page)
