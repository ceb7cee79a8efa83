"""No case ends over the head of a reporter who wrote: somebody read it, and it was answered or needs no answer."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cases.models import Case, Proposal
from reporting.dialogue.dialogue import say
from tests.support.build import TO_EVALUATION, a_case, a_place, allowed, posted, second, signed_in, walk, who
from tests.support.reporter import words_of
from vault.compartments import Compartment, open_compartment

pytestmark = pytest.mark.django_db


def _client(case: Case):
    return signed_in(who(case.id, "case_officer").person)


def _writes(case: Case, text: str = "Er is nog iets gebeurd.") -> None:
    actor = who(case.id, "case_officer")
    say(case.report, open_compartment(case.id, Compartment.CONTENT, actor.organisation.id, actor.person.id), text)


def _overview(case: Case) -> str:
    return words_of(_client(case).get(reverse("cases:overview", args=[case.id])))


def test_an_unread_message_comes_first_and_nothing_ends_before_it_was_read():
    case = walk(a_case(a_place()), *TO_EVALUATION)
    assert "close" in allowed(case)
    _writes(case)
    page = _overview(case)
    assert "De melder schreef, en niemand heeft het nog gelezen" in page
    assert "Lees wat de melder schreef" in page
    assert "close" not in allowed(case)
    sent = _client(case).post(reverse("cases:decision", args=[case.id, "close"]), posted(case, "close"))
    assert sent.status_code == 422
    assert "onder “Berichten”" in words_of(sent)
    _client(case).get(reverse("cases:messages", args=[case.id]))
    assert "niemand heeft het nog gelezen" not in _overview(case)
    assert "close" in allowed(case)


def test_what_was_read_is_answered_or_said_to_need_no_answer():
    case = walk(a_case(a_place()), *TO_EVALUATION)
    _writes(case)
    client, address = _client(case), reverse("cases:decision", args=[case.id, "close"])
    client.get(reverse("cases:messages", args=[case.id]))
    refused = client.post(address, posted(case, "close"))
    assert refused.status_code == 422
    assert "De melder schreef en kreeg nog geen antwoord" in words_of(refused)
    assert client.post(address, posted(case, "close", answered="yes")).status_code == 302
    [proposal] = Proposal.objects.filter(case=case, state="asked")
    _writes(case, "En nog iets.")
    other = signed_in(second(case, who(case.id, "case_officer")).person)
    other.get(reverse("cases:messages", args=[case.id]))
    late = other.post(reverse("cases:proposal", args=[case.id, proposal.id]), {"what": "agree", "reason": ""})
    assert late.status_code == 422
    assert "schreef nadat dit is voorgesteld" in words_of(late)


def test_a_case_whose_reporter_was_answered_asks_nothing_at_its_end():
    case = walk(a_case(a_place()), *TO_EVALUATION)
    _writes(case)
    client = _client(case)
    client.get(reverse("cases:messages", args=[case.id]))
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        walk(case, "give_more_feedback")
    assert "kreeg nog geen antwoord" not in words_of(client.get(reverse("cases:decision", args=[case.id, "close"])))
