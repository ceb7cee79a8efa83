"""Keyed marks by which cases about the same person are found: an outsider's name or account, or the person concerned.

Two reports to one organisation about the same person carry the same mark. A mark does not say who the person is.
Without this installation's key nobody can check whether a given name is among the marks.
"""

import re
from collections.abc import Iterable, Mapping
from uuid import UUID

from organisations.models import Organisation
from organisations.names import plain
from reporting.form.persons.circle import people_concerned
from reporting.models import Mark
from reporting.questions.meanings import Meaning
from reporting.questions.questions import answers_meaning
from vault.keyring.keys import stored_digest

_APART = re.compile(r"[;,\n/]| en | of | and | or ")
_MIN_LETTERS, _MIN_DIGITS = 4, 8


def put_marks(case: UUID, organisation: Organisation, answers: Mapping[str, object]) -> None:
    """Store the marks of a report's answers ({question id: answer})."""
    tokens = [_token(organisation, "person", str(person)) for person in people_concerned(answers)]
    for name in answers_meaning(Meaning.PERPETRATOR_NAME, answers):
        tokens += _tokens_of_names(organisation, str(name))
    _put(case, tokens)


def put_name(case: UUID, organisation: Organisation, name: str) -> None:
    """Store the marks of a name, account, telephone number or licence plate that became known later."""
    _put(case, _tokens_of_names(organisation, name))


def cases_with_same_mark(case: UUID) -> set[UUID]:
    """Other cases that carry a mark of this one. The caller leaves out the cases of which the actor may not know."""
    tokens = Mark.objects.filter(case=case).values("token")
    return set(Mark.objects.filter(token__in=tokens).exclude(case=case).values_list("case", flat=True))


def names_in(text: str) -> list[str]:
    """The names and accounts in a text, in the form in which they are compared: without capitals, accents and signs,
    and of a number its last eight digits. What is too short to tell people apart is left out."""
    names = []
    for part in _APART.split(text):
        digits = re.sub(r"\D", "", part)
        if len(digits) >= _MIN_DIGITS:
            names.append(digits[-_MIN_DIGITS:])
            continue
        letters = plain(part).replace(" ", "")
        if len(letters) >= _MIN_LETTERS:
            names.append(letters)
    return names


def _put(case: UUID, tokens: Iterable[bytes]) -> None:
    Mark.objects.bulk_create((Mark(case=case, token=token) for token in tokens), ignore_conflicts=True)


def _tokens_of_names(organisation: Organisation, text: str) -> list[bytes]:
    return [_token(organisation, "name", name) for name in names_in(text)]


def _token(organisation: Organisation, kind: str, words: str) -> bytes:
    return stored_digest("mark", organisation.id, kind, words)
