"""Whom recusal must look at, out of the answers of a report."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from organisations.access.recusal import Circle, Concerned


def circle_of(answers: Mapping[str, Any], earlier: UUID | None) -> Circle:
    """`answers` as they were given ({question id: code, codes or text}); `earlier` is the case that a report follows."""
    subjects = [str(answers[name]) for name in ("subject", "colleague", "second_subject") if name in answers]
    is_inside = answers.get("perpetrator") in {"official", "colleague_office_holder"}
    inside = ("subject_name", "perpetrator_name") if is_inside else ("subject_name",)
    outside = () if is_inside else ("perpetrator_name",)
    return Circle(
        subjects=tuple(_concerned(value) for value in subjects),
        excluded=tuple(UUID(one) for one in answers.get("excluded", ())),
        reporter_function=str(answers.get("own_function", "")),
        reporter_name=str(answers.get("name", "")),
        subject_names=tuple(str(answers[name]) for name in inside if name in answers),
        whole_names=tuple(str(answers[name]) for name in outside if name in answers),
        earlier=earlier,
    )


def _concerned(value: str) -> Concerned:
    function, _, person = value.partition(":")
    return Concerned(function, UUID(person) if person else None)
