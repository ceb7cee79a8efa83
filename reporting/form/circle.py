"""Whom recusal must look at, out of the answers of a report."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from organisations.access.recusal import Circle, Concerned
from reporting.questions.meanings import Meaning
from reporting.questions.questions import answer_meaning, answers_meaning

INSIDE = {"official", "colleague_office_holder"}  # codes of `perpetrator`: who works for the organisation


def circle_of(answers: Mapping[str, Any], earlier: UUID | None) -> Circle:
    """Everybody who is named in `answers` ({question id: code, codes or text}, as they were given). `earlier` is the
    case of the report that this one follows."""
    subject_names = _texts(Meaning.SUBJECT_NAME, answers)
    perpetrator_names = _texts(Meaning.PERPETRATOR_NAME, answers)
    is_inside = answer_meaning(Meaning.PERPETRATOR, answers) in INSIDE
    return Circle(
        subjects=tuple(_concerned(subject) for subject in _texts(Meaning.SUBJECT, answers)),
        excluded=tuple(UUID(person) for person in answer_meaning(Meaning.EXCLUDED, answers) or ()),
        reporter_function=str(answer_meaning(Meaning.REPORTER_FUNCTION, answers) or ""),
        reporter_name=str(answer_meaning(Meaning.REPORTER_NAME, answers) or ""),
        subject_names=subject_names + perpetrator_names if is_inside else subject_names,
        whole_names=() if is_inside else perpetrator_names,
        earlier=earlier,
    )


def people_concerned(answers: Mapping[str, object]) -> list[UUID]:
    """The people whom the reporter chose as subjects; a function without a person is left out."""
    subjects = [_concerned(subject) for subject in _texts(Meaning.SUBJECT, answers)]
    return [subject.person for subject in subjects if subject.person]


def _texts(meaning: Meaning, answers: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(str(answer) for answer in answers_meaning(meaning, answers))


def _concerned(subject: str) -> Concerned:
    function, _colon, person = subject.partition(":")
    return Concerned(function, UUID(person) if person else None)
