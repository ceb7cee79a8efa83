"""The coded answers of a report: what is counted, and what routing and deadlines need. Codes only, never words."""

from collections.abc import Mapping

from organisations.access.recusal import Circle
from organisations.codes import code_list
from organisations.models import Organisation
from reporting.codes import NOT_GIVEN, counted_group
from reporting.questions.meanings import Meaning
from reporting.questions.questions import Question, Questionnaire, answer_meaning


def coded(
    organisation: Organisation, kind: str, questions: Questionnaire, answers: Mapping[str, object], circle: Circle
) -> dict[str, str]:
    """{code list: leaf} of every question that counts, with `kind`, `group`, `subject` (given or none), `danger` (now or
    not_now) and, where it was answered, `injury`. `answers`: {question id: code, codes or text}; `circle`: whom these answers name."""
    codes = {"kind": kind, "group": NOT_GIVEN}
    for question in questions.asked(kind):
        if question.counts_as:
            codes[question.counts_as] = _leaf(question, answers)
    if kind == "integrity":
        codes["group"] = group_of_subject(circle.subjects[0].function, organisation)
    codes["subject"] = "given" if kind == "integrity" or circle.subjects else "none"
    codes["danger"] = "now" if answer_meaning(Meaning.DANGER, answers) == "unsafe" else "not_now"
    if injury := answer_meaning(Meaning.INJURY, answers):
        codes["injury"] = str(injury)  # starts a deadline; no figure has it
    return codes


def group_of_subject(function: str, organisation: Organisation) -> str:
    """The code of `group` under which a report about this function counts."""
    group = counted_group(function, organisation.kind)
    if group == "unknown":
        return NOT_GIVEN
    return group if group in code_list("group") else "employee"


def _leaf(question: Question, answers: Mapping[str, object]) -> str:
    value = answer_meaning(Meaning.HEAVIEST, answers) if question.type == "codes" else None
    value = value or answers.get(question.id)
    if isinstance(value, list):
        value = value[0]
    return str(value) if value else NOT_GIVEN
