"""Recusal breaks while the reporter writes: nobody gets the words, and what was typed is still there."""

import pytest
from django.test import Client

from organisations.access import recusal
from reporting.models import ComplaintMessage, Message, Report
from tests.support.build import a_report, open_case
from tests.support.full_case import a_complaint
from tests.support.reporter import act, come_back, session_of, words_of

pytestmark = pytest.mark.django_db
WORDS = "De wethouder kwam weer langs."
SAID = "Er is niets verstuurd."


def _break(monkeypatch) -> None:
    def broken(*_given, **_named):
        raise ValueError(WORDS)

    monkeypatch.setattr(recusal, "mention", broken)
    monkeypatch.setattr(recusal, "alike", broken)


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("message", {"text": WORDS, "about": "unknown"}),
        ("withdraw", {"text": WORDS}),
        ("retaliation", {"text": WORDS, "by_whom": "other"}),
        ("identity", {"name": WORDS, "known_as": "named"}),
    ],
)
def test_nothing_is_sent_and_nothing_is_lost(place, monkeypatch, caplog, action, fields):
    report, receipt = a_report(place, "integrity", known_as="anonymous")
    open_case(report)
    client = Client()
    page = come_back(client, receipt)
    _break(monkeypatch)
    answer = act(client, page, action, **fields)
    assert answer.status_code == 422
    assert SAID in words_of(answer)
    assert WORDS in answer.content.decode()
    assert not Message.objects.exists()
    assert Report.objects.get().identity_shared == ""
    assert WORDS not in caplog.text
    monkeypatch.undo()
    assert act(client, answer, action, **fields).status_code == 200
    assert Message.objects.count() == 1


def test_a_further_word_of_a_complaint_is_judged_too(place, monkeypatch):
    complaint, receipt = a_complaint(place)
    before = ComplaintMessage.objects.count()
    client = Client()
    page = come_back(client, receipt)
    _break(monkeypatch)
    answer = act(client, page, "apart", complaint=complaint.id, text=WORDS)
    assert answer.status_code == 422
    assert SAID in words_of(answer)
    assert WORDS in answer.content.decode()
    assert session_of(answer)
    assert ComplaintMessage.objects.count() == before
