"""Above a message to the reporter stands who wrote it: "U" for that person alone."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from organisations.models import Person
from reporting.models import Message
from tests.support.build import a_case, a_place, second, signed_in, walk, who
from tests.support.reporter import words_of
from vault.ledger import entries

pytestmark = pytest.mark.django_db


def _heads(case, person: Person) -> list[str]:
    page = signed_in(person).get(reverse("cases:messages", args=[case.id])).content.decode()
    return re.findall(r"<header>\s*<b>([^<]+)</b>", page)


def test_you_stands_above_what_one_wrote_and_a_name_above_what_somebody_else_did():
    case = a_case(a_place())
    officer, handler = who(case.id, "case_officer").person, who(case.id, "handler").person
    for person, words in ((officer, "Ik bel u morgen om tien uur."), (handler, "Hebt u nog vragen aan ons?")):
        page = {"text": words, "token": uuid4()}
        assert signed_in(person).post(reverse("cases:messages", args=[case.id]), page).status_code == 302
    assert _heads(case, officer) == ["U", handler.name]
    assert _heads(case, handler) == [officer.name, "U"]
    assert _heads(case, who(case.id, "co_reader").person) == [officer.name, handler.name]


def test_whoever_agrees_with_a_message_did_not_write_it():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept", "no_follow_up=unfounded")
    made = case.decisions.latest("sequence")
    assert made.agreed_by is not None
    maker, agreed = made.actor, made.agreed_by
    assert Message.objects.latest("sequence").author == maker
    assert _heads(case, maker)[-1] == "U"
    assert _heads(case, agreed)[-1] == maker.name
    sent = [entry for entry in entries(case.id) if entry.action == "message.by_desk"][-1]
    assert sent.actor == agreed.id  # it went when the second one agreed
    timeline = words_of(signed_in(agreed).get(reverse("cases:timeline", args=[case.id])))
    assert maker.name in timeline


def test_whoever_sends_a_document_of_somebody_else_did_not_write_it():
    case = a_case(a_place())
    officer = who(case.id, "case_officer")
    other = second(case, officer)
    given = {"done": "Wij spraken met de bewoner.", "why": "Dat was nodig.", "contact": "De balie", "make": "1"}
    written = reverse("cases:write_document", args=[case.id, "feedback"])
    assert signed_in(officer.person).post(written, given | {"token": uuid4()}).status_code == 302
    sent = signed_in(who(case.id, "handler").person).post(
        reverse("cases:document", args=[case.id, 1]), {"what": "send"}
    )
    assert sent.status_code == 302
    assert _heads(case, officer.person) == ["U"]
    assert _heads(case, other.person) == [officer.person.name]
