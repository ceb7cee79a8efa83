"""What may be recorded is listed: each event once, with words, and nothing else goes into the ledger."""

import ast
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import translation

from care.events import CareEvent
from cases.events import CaseEvent
from monitor.events import MonitorEvent
from organisations.events import OrganisationEvent
from reporting.events import ReportEvent
from vault import ledger

ROOT = Path(__file__).parents[2]
APPS = ("vault", "jobs", "organisations", "reporting", "cases", "monitor", "care", "weerbaar")
EVENTS = [event for events in (CareEvent, CaseEvent, MonitorEvent, OrganisationEvent, ReportEvent) for event in events]


def test_no_two_events_have_one_stored_value():
    assert len({event.value for event in EVENTS}) == len(EVENTS) > 90


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_has_words_in_each_language(event):
    with translation.override("en"):
        english = ledger.labels()[event.value]
    with translation.override("nl"):
        assert ledger.labels()[event.value] not in {english, event.value, ""}


@pytest.mark.parametrize("event", ["case.seen", "case.gossip", ""])
def test_what_no_app_lists_is_not_recorded(db, event):
    chain = uuid4()
    with pytest.raises(ledger.UnknownEvent, match="no event"):
        ledger.record(chain, event)
    assert ledger.entries(chain) == []


def test_a_detail_that_the_event_does_not_have_is_not_recorded(db):
    chain = uuid4()
    with pytest.raises(ledger.UnknownEvent, match=r"note\.written has no words"):
        ledger.record(chain, CaseEvent.NOTE_WRITTEN, kind="note", words="what they said")
    assert ledger.entries(chain) == []


def test_the_stored_value_is_read_back(db):
    chain, person = uuid4(), uuid4()
    ledger.record(chain, CaseEvent.NOTE_WRITTEN, actor=person, kind="note")
    [entry] = ledger.entries(chain)
    assert (entry.action, entry.actor, entry.detail) == ("note.written", person, {"kind": "note"})


def test_no_act_is_recorded_and_no_work_promised_by_a_bare_string():
    bare = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and _names_by_string(call)
    ]
    assert bare == []


@pytest.mark.parametrize(
    ("source", "is_bare"),
    [
        ('ledger.record(case, "case.seen")', True),
        ('ledger.record(case, f"case.{what}")', True),
        ('record(case, "a" if done else "b")', True),
        ("ledger.record(case, CaseEvent.SEEN, part='log')", False),
        ('enqueue("mail.ping", person)', True),
        ('Promise("mail.ping", person)', True),
        ('job("mail.ping")', True),
        ("enqueue(ReportJob.PING, person, key='x')", False),
    ],
)
def test_a_bare_string_is_seen(source, is_bare):
    [call] = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    assert _names_by_string(call) is is_bare


def _names_by_string(call: ast.Call) -> bool:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    position = {"record": 1, "record_in_each": 1, "enqueue": 0, "Promise": 0, "job": 0}.get(name)
    if position is None or len(call.args) <= position:
        return False
    kind = call.args[position]
    choices = [kind.body, kind.orelse] if isinstance(kind, ast.IfExp) else [kind]
    return any(
        isinstance(choice, ast.JoinedStr) or (isinstance(choice, ast.Constant) and isinstance(choice.value, str))
        for choice in choices
    )
