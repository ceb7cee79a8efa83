"""Notes and tasks of a case."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import Note, Todo
from tests.support.build import a_case, a_place, signed_in, walk, who
from vault.ledger import entries
from vault.models import SealedText

pytestmark = pytest.mark.django_db
TEXT = "Gebeld met de wijkagent over de brievenbus."


@pytest.fixture
def case():
    return a_case(a_place(), "aggression")


def _client(case, relation: str = "case_officer"):
    return signed_in(who(case.id, relation).person)


def _url(case) -> str:
    return f"/werkplek/zaak/{case.id}/notities/"


def _note(client, case, **changed):
    return client.post(_url(case), {"what": "note", "kind": "contact", "text": TEXT, "token": uuid4(), **changed})


def test_a_note_is_sealed_and_read_by_who_reads_the_file(case):
    assert _note(_client(case), case).status_code == 302
    for relation in ("handler", "co_reader"):
        assert TEXT in _client(case, relation).get(_url(case)).content.decode()
    assert _client(case, "support").get(_url(case)).status_code == 404
    assert not any(b"brievenbus" in bytes(row.ciphertext) for row in SealedText.objects.all())
    assert "brievenbus" not in str(Note.objects.values())
    assert "note.written" in [entry.action for entry in entries(case.id)]


def test_a_page_that_is_sent_twice_writes_one_note_and_one_task(case):
    client, token = _client(case), uuid4()
    for _ in range(2):
        _note(client, case, token=token)
        client.post(_url(case), {"what": "todo", "text": "Bel terug", "token": token})
    assert (Note.objects.count(), Todo.objects.count()) == (1, 1)


def test_a_note_is_struck_out_by_its_author_only_and_stays_readable(case):
    client = _client(case)
    _note(client, case)
    note = Note.objects.get()
    _client(case, "handler").post(_url(case), {"what": "strike", "which": note.id})
    note.refresh_from_db()
    assert note.struck_by is None
    client.post(_url(case), {"what": "strike", "which": note.id})
    page = client.get(_url(case)).content.decode()
    assert "<del>" in page
    assert TEXT in page


def test_a_task_is_done_and_opened_again(case):
    client = _client(case)
    reader = who(case.id, "co_reader").person
    day = f"{timezone.localdate():%Y-%m-%d}"
    client.post(_url(case), {"what": "todo", "text": "Bel terug", "due": day, "whom": reader.id, "token": uuid4()})
    task = Todo.objects.get()
    assert (task.whom, task.due) == (reader, timezone.localdate())
    _client(case, "co_reader").post(_url(case), {"what": "done", "which": task.id})
    task.refresh_from_db()
    assert task.done_by == reader
    client.post(_url(case), {"what": "again", "which": task.id})
    task.refresh_from_db()
    assert task.done_at is None


@pytest.mark.parametrize(
    "data",
    [
        {"what": "note", "text": ""},
        {"what": "todo", "text": ""},
        {"what": "todo", "text": "Bel", "due": "morgen"},
        {"what": "todo", "text": "Bel", "whom": "x"},
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(case, data):
    answer = _client(case).post(_url(case), {"kind": "note", "token": str(uuid4()), **data})
    assert answer.status_code == 422
    assert data["text"] in answer.content.decode()
    assert not Note.objects.exists()
    assert not Todo.objects.exists()


def test_nothing_is_written_in_a_closed_case_and_everything_stays_readable(case):
    client = _client(case)
    _note(client, case)
    walk(case, "withdraw=withdrawn")
    assert _note(client, case).status_code == 404
    assert TEXT in client.get(_url(case)).content.decode()


@pytest.mark.parametrize("what", ["strike", "done", "again", "gossip"])
def test_a_button_for_what_is_not_there_changes_nothing(case, what):
    for which in (str(uuid4()), "x"):
        answer = _client(case).post(_url(case), {"what": what, "which": which})
        assert "?gedaan=nothing%3A" in answer["Location"]


def test_the_page_asks_the_database_as_often_for_many_as_for_one(case):
    client = _client(case)

    def add_and_count() -> int:
        _note(client, case)
        client.post(_url(case), {"what": "todo", "text": "Bel terug", "token": uuid4()})
        with CaptureQueriesContext(connection) as queries:
            client.get(_url(case))
        return len(queries)

    assert len({add_and_count() for _ in range(4)}) == 1
