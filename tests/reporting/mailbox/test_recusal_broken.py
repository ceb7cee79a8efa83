"""Where recusal itself breaks, the reporter reads what was kept and what was not, and nobody else gets anything."""

import pytest
from django.test import Client

from organisations.access.failing_closed import CannotWeigh
from reporting.mailbox.mailbox import open_mailbox
from reporting.models import Message, Report
from tests.support.build import a_place, a_report
from tests.support.reporter import act, come_back, press, receipt_of, session_of, to_summary, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return a_place()


def _breaks(*_given, **_named):
    raise RuntimeError("recusal broke")


def _opened(place):
    """A mailbox with something told apart, of which the page says who reads it: bars are asked for that."""
    report, receipt = a_report(place)
    client = Client()
    page = come_back(client, receipt)
    told = act(client, page, "complaint", way="complaint", text="Er wordt niet geluisterd.")
    assert told.status_code == 200
    return client, report, told


@pytest.mark.parametrize("action", ["message", "ping"])
def test_what_was_kept_is_said_where_the_page_cannot_be_shown(place, monkeypatch, action):
    client, report, page = _opened(place)
    monkeypatch.setattr("reporting.mailbox.apart.functions_for", _cannot)
    fields = {"text": "Ik schrijf nog iets."} if action == "message" else {"email": "melder@voorbeeld.test"}
    answer = act(client, page, action, **fields)
    assert answer.status_code == 503
    said = words_of(answer)
    kept = Message.objects.filter(report=report, by="reporter", kind="message").exists()
    assert kept == (action == "message")
    assert ("Verstuurd." in said) == (action == "message")
    assert ("Bewaard." in said) == (action == "ping")
    monkeypatch.undo()
    assert client.post("/terug/", {"session": session_of(answer), "action": "show"}).status_code == 200


def test_what_was_not_kept_is_said_and_what_was_typed_is_shown(place, monkeypatch):
    client, report, page = _opened(place)
    monkeypatch.setattr("reporting.mailbox.apart.functions_for", _cannot)
    monkeypatch.setattr("reporting.form.persons.weighing.keep_out", _breaks)
    before = Message.objects.filter(report=report).count()
    answer = act(client, page, "message", text="Ik schrijf nog iets.")
    assert answer.status_code == 503
    said = words_of(answer)
    assert "Er is niets verstuurd" in said
    assert "Ik schrijf nog iets." in said
    assert Message.objects.filter(report=report).count() == before


def test_a_report_that_nobody_could_weigh_was_not_sent_and_its_answers_are_kept(place, monkeypatch):
    client = Client()
    summary = to_summary(client, "integrity")
    monkeypatch.setattr("reporting.form.persons.weighing.bars.recuse", _breaks)
    answer = press(client, summary, "send")
    assert answer.status_code == 503
    assert "Uw melding is niet verstuurd" in words_of(answer)
    assert not Report.objects.exists()
    monkeypatch.undo()
    sent = press(client, answer, "send")
    assert "Uw melding is binnen" in words_of(sent)
    assert open_mailbox(receipt_of(sent)) is not None


def _cannot(*_given, **_named):
    raise CannotWeigh
