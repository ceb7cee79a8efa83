"""Whom recusal must look at, out of the answers of a report."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

from organisations.access.recusal import NO, UNKNOWN, Circle, Concerned
from reporting.models import Report
from reporting.questions.meanings import Meaning
from reporting.questions.own import national_questions
from reporting.questions.questions import answer_meaning, answers_meaning
from reporting.questions.reading import READABLE_BY_REPORTER, raw_answers
from vault.compartments import open_with
from vault.keyring.keys import NoKey
from vault.models import KeyPair
from vault.sealing.primitives import PrivateKey

_ABOUT_NOBODY = {
    Meaning.REPORTER_NAME,
    Meaning.REPORTER_CONTACT,
    Meaning.CALL_NUMBER,
    Meaning.SUBJECT_NAME,
    Meaning.PERPETRATOR_NAME,
}


def circle_of(answers: Mapping[str, Any], earlier: UUID | None, asked: Collection[str] = ()) -> Circle:
    """Everybody who is named in `answers` ({question id: code, codes or text}, as they were given). `earlier` is the
    case of the report that this one follows; `asked` the functions that the question about readers named."""
    answer = str(answer_meaning(Meaning.ABOUT_READER, answers) or "")
    about = [answer] if answer not in {"", NO, UNKNOWN} else []  # the function of a reader whom it is about
    names, words = naming(answers)
    return Circle(
        subjects=tuple(concerned_in(subject) for subject in (*_texts(Meaning.SUBJECT, answers), *about)),
        excluded=tuple(UUID(person) for person in answer_meaning(Meaning.EXCLUDED, answers) or ()),
        reporter_function=str(answer_meaning(Meaning.REPORTER_FUNCTION, answers) or ""),
        reporter_name=str(answer_meaning(Meaning.REPORTER_NAME, answers) or ""),
        names=names,
        words=words,
        answer=answer,
        asked=frozenset(asked),
        earlier=earlier,
    )


def circle_of_report(report: Report, pair: KeyPair, private: PrivateKey) -> Circle:
    """Whom a report that was sent names, opened by a key: the reporter's, or the recovery key of who handles it."""
    answers: dict[str, object] = {}
    for compartment in READABLE_BY_REPORTER:
        with suppress(NoKey):  # nothing was sealed there
            answers |= raw_answers(report, open_with(report.case, compartment, pair, private))
    circle = circle_of(answers, report.follows.case if report.follows else None)
    return replace(circle, taker=report.entered_by_id)


def naming(answers: Mapping[str, object]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What was typed in which somebody can be named: names in fields, and free words."""
    return _texts(Meaning.SUBJECT_NAME, answers) + _texts(Meaning.PERPETRATOR_NAME, answers), _words(answers)


def people_concerned(answers: Mapping[str, object]) -> list[UUID]:
    """The people whom the reporter chose as subjects; a function without a person is left out."""
    subjects = [concerned_in(subject) for subject in _texts(Meaning.SUBJECT, answers)]
    return [subject.person for subject in subjects if subject.person]


def _words(answers: Mapping[str, object]) -> tuple[str, ...]:
    """What somebody wrote freely, in whatever question: the account, and every other text."""
    free = []
    for name, answer in answers.items():
        question = national_questions().get(name)
        is_text = question is None or question.type in {"text", "account"}
        if is_text and isinstance(answer, str) and not (question and question.means in _ABOUT_NOBODY):
            free.append(answer)
    return tuple(free)


def _texts(meaning: Meaning, answers: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(str(answer) for answer in answers_meaning(meaning, answers))


def concerned_in(subject: str) -> Concerned:
    """Whom an answer of type subject means: "alderman:<id>", or "alderman:"."""
    function, _colon, person = subject.partition(":")
    return Concerned(function, UUID(person) if person else None)
