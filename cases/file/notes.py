"""Notes and to-dos of a case: written by people who work it, read by people who read its file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from cases.desk.keys import file_key, opened_file
from cases.events import CaseEvent
from cases.models import Case, Note, Todo
from cases.people.hearing import hear
from jobs.outbox import enqueue
from organisations.access.bars import is_barred
from organisations.access.policy import Actor
from organisations.desk.sent_once import sent_before
from organisations.models import HANDLING, Assignment, Person
from reporting.job_kinds import ReportJob
from reporting.pings import ping_key
from vault import ledger
from vault.compartments import Compartment, ContentKey, read_text, sealed_by_id, write_text
from vault.models import SealedText

NOTE, TODO = "note", "task"  # stored purposes of sealed texts


@dataclass(frozen=True)
class OpenedNote:
    """A note with its opened words."""

    note: Note
    text: str


@dataclass(frozen=True)
class OpenedTodo:
    """A to-do with its opened words."""

    todo: Todo
    text: str

    @property
    def is_late(self) -> bool:
        return self.todo.done_at is None and self.todo.due is not None and self.todo.due < timezone.localdate()


@transaction.atomic
def write_note(case: Case, text: str, *, kind: str, actor: Actor, token: UUID, about: str = "") -> Note:
    """Write a note. `kind` is a value of `Note.Kind`; the same page (`token`) sent twice writes one note. `about` as
    for :func:`hear`. Raises :class:`NotAllowed` and :class:`AskFirst`."""
    key = _key(case, actor)
    if existing := sent_before(case.notes.all(), token):
        return existing[0]
    note = Note.objects.create(
        case=case, kind=kind, author=actor.person, text=write_text(key, NOTE, text).id, token=token
    )
    ledger.record(case.id, CaseEvent.NOTE_WRITTEN, actor=actor.person.id, kind=kind)
    hear(case, text, about, actor=actor)
    return note


@transaction.atomic
def strike_note(case: Case, note: UUID, *, actor: Actor) -> bool:
    """Strike an own note out; it stays readable. False when there is nothing to strike. Raises :class:`NotAllowed`."""
    _key(case, actor)
    changed = case.notes.filter(id=note, author=actor.person, struck_by=None).update(struck_by=actor.person)
    if changed:
        ledger.record(case.id, CaseEvent.NOTE_STRUCK, actor=actor.person.id)
    return bool(changed)


@transaction.atomic
def write_todo(
    case: Case, text: str, *, due: date | None, whom: UUID | None, actor: Actor, token: UUID, about: str = ""
) -> Todo:
    """Something to do, for one of :func:`workers` (`whom` is an id) or for whoever comes first. The same page sent
    twice writes one. `about` as for :func:`hear`. Raises :class:`NotAllowed` and :class:`AskFirst`."""
    key = _key(case, actor)
    if existing := sent_before(case.todos.all(), token):
        return existing[0]
    person = next((person for person in workers(case) if person.id == whom), None)
    todo = Todo.objects.create(
        case=case, made_by=actor.person, whom=person, due=due, text=write_text(key, TODO, text).id, token=token
    )
    ledger.record(case.id, CaseEvent.TODO_WRITTEN, actor=actor.person.id)
    hear(case, text, about, actor=actor)
    _tell(todo, actor)
    return todo


def _tell(todo: Todo, actor: Actor) -> None:
    """A mail without content to whom somebody else gave it, unless what was just written keeps them out."""
    person = todo.whom
    if person and person.email and person.id != actor.person.id and not is_barred(todo.case_id, person.id):
        enqueue(ReportJob.PING_PERSON, person.id, key=ping_key("todo", todo.case_id, todo.id))


@transaction.atomic
def mark_todo(case: Case, todo: UUID, *, done: bool, actor: Actor) -> bool:
    """Say that something was done, or that it was not done after all. False when nothing changed. Raises
    :class:`NotAllowed`."""
    _key(case, actor)
    changed = case.todos.filter(id=todo, done_at__isnull=done).update(
        done_at=timezone.now() if done else None, done_by=actor.person if done else None
    )
    if changed:
        ledger.record(case.id, CaseEvent.TODO_DONE if done else CaseEvent.TODO_AGAIN, actor=actor.person.id)
    return bool(changed)


def workers(case: Case) -> list[Person]:
    """Who works or reads the case, by name."""
    assignments = Assignment.objects.holding().filter(case=case.id, relation__in=HANDLING)
    return list(Person.objects.filter(id__in=assignments.values("person")).order_by("name"))


def notes_of(case: Case, actor: Actor, sealed: Mapping[UUID, SealedText] | None = None) -> list[OpenedNote]:
    """All notes, newest first. The caller has asked `may(actor, "case.file", case)`. `sealed`: texts of the file by
    their id that were looked up already, the notes among them."""
    key, sealed = _open(case, actor, NOTE, sealed)
    rows = case.notes.select_related("author", "struck_by")
    return [OpenedNote(note, read_text(key, sealed[note.text])) for note in rows]


def todos_of(case: Case, actor: Actor) -> list[OpenedTodo]:
    """All to-dos: first those that are not done, the earliest day on top. The caller has asked `may(actor,
    "case.file", case)`."""
    key, sealed = _open(case, actor, TODO)
    rows = sorted(case.todos.select_related("whom", "made_by", "done_by"), key=lambda todo: todo.done_at is not None)
    return [OpenedTodo(todo, read_text(key, sealed[todo.text])) for todo in rows]


def _key(case: Case, actor: Actor) -> ContentKey:
    _locked, key = opened_file(case, actor, "case.note")
    return key


def _open(
    case: Case, actor: Actor, purpose: str, sealed: Mapping[UUID, SealedText] | None = None
) -> tuple[ContentKey, Mapping[UUID, SealedText]]:
    key = file_key(case, actor)
    return key, sealed_by_id(case.id, Compartment.FILE, purpose) if sealed is None else sealed
