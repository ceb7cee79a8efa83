"""Opening a report: the installation can open its coded answers; its words need a reader's key."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from organisations.access.recusal import NO, UNKNOWN
from organisations.codes import code_list
from organisations.models import Person, function_code
from reporting.counting.facts import form_of_kind
from reporting.models import Report
from reporting.questions.meanings import Meaning
from reporting.questions.own import national_questions, questions_of
from reporting.questions.questions import Question, Questionnaire, answers_meaning
from vault.compartments import Compartment, ContentKey, read_text, texts
from vault.keyring.keys import Codes
from vault.models import SealedText


@dataclass(frozen=True)
class Answered:
    """One question with its answer in words."""

    question: str
    label: str
    text: str
    is_long: bool = False


def report_of(case: UUID) -> Report:
    """The report of a case, with its organisation and who handles it."""
    return Report.objects.select_related("organisation", "handled_by").get(case=case)


def codes_of(report: Report, codes: Codes | None = None) -> dict[str, str]:
    """The coded answers ({code list: leaf}); no reader's key is needed. `codes`: one for all, where many are opened."""
    return (codes or Codes()).open(report.organisation_id, bytes(report.codes), "report", report.case)


def main_code(codes: dict[str, str]) -> str:
    """What happened in a word or two: the heaviest form, or the kind of report where that is "other"."""
    kind, form = codes["kind"], form_of_kind()[codes["kind"]]
    if codes.get(form, "other") == "other":
        return str(code_list("kind")[kind])
    return str(code_list(form)[codes[form]])


def is_for_another(given: Mapping[str, object]) -> bool:
    """Whether the reporter is somebody else than who it happened to, by what they chose. `given`: {question id: answer}."""
    return bool(FOR_ANOTHER & {str(role) for role in answers_meaning(Meaning.REPORTER_ROLE, given)})


FOR_ANOTHER = {"on_behalf", "witness"}  # codes of the list reporter_role
ANSWERS = "answers"  # stored purpose of sealed texts


def answers(report: Report, key: ContentKey, sealed: Iterable[SealedText] | None = None) -> list[Answered]:
    """The answers in one compartment, in the order of the questions. `sealed`: texts of the case that were looked up
    already, the answers among them."""
    return answers_in_words(questions_of(report), report.kind, raw_answers(report, key, sealed))


def raw_answers(report: Report, key: ContentKey, sealed: Iterable[SealedText] | None = None) -> dict[str, object]:
    """The answers in one compartment as they were given ({question id: code, codes or text}). `sealed` as for
    :func:`answers`."""
    if sealed is None:
        row = texts(report.case, key.compartment, ANSWERS).first()
    else:
        row = next((text for text in sealed if (text.compartment, text.purpose) == (key.compartment, ANSWERS)), None)
    return json.loads(read_text(key, row)) if row else {}


def answers_in_words(questions: Questionnaire, kind: str, given: Mapping[str, object]) -> list[Answered]:
    """Answers ({question id: code, codes or text}) as people read them, in the order of the questions."""
    return [
        Answered(question.id, str(question.label), _words(question, given[question.id]), question.type == "account")
        for question in questions.asked(kind)
        if question.id in given
    ]


def _words(question: Question, value: object) -> str:
    match question.type:
        case "codes":
            return ", ".join(str(code_list(question.codes)[code]) for code in value)  # type: ignore[attr-defined]
        case "code":
            return str(code_list(question.codes)[str(value)])
        case "choice":
            return str(question.choices[str(value)])
        case "heaviest":
            return next(str(code_list(source)[str(value)]) for source in question.of if value in code_list(source))
        case "subject":
            return subject_in_words(str(value))
        case "reader":
            return reader_in_words(str(value))
        case "people":
            named = Person.objects.filter(id__in=value).order_by("name")  # type: ignore[misc]
            return ", ".join(person.name for person in named)
    return str(value)


def free_words(answers_or_piece: str) -> str:
    """The words that somebody wrote, out of stored answers or described evidence (JSON), without codes and numbers."""
    given: dict[str, object] = json.loads(answers_or_piece)
    chosen = {name for name, question in national_questions().items() if question.type not in {"text", "account"}}
    return "\n".join(
        value for name, value in given.items() if isinstance(value, str) and name not in chosen | {"kind", "sha256"}
    )


def subject_in_words(value: str) -> str:
    """ "alderman:<id>" as "Wethouder: name"; the function alone when nobody was named."""
    function, _sep, person_id = value.partition(":")
    if function == "unknown":
        return _("Not known")
    label = str(function_code(function))
    person = Person.objects.filter(id=person_id).first() if person_id else None
    return f"{label}: {person.name}" if person else label


def reader_in_words(value: str) -> str:
    """What the reporter said about those who would read the report."""
    if value == NO:
        return _("About nobody who reads reports")
    return _("Not known") if value == UNKNOWN else _("About: %(function)s") % {"function": function_code(value)}


READABLE_BY_REPORTER = (
    Compartment.CONTENT,
    Compartment.PERPETRATOR,
    Compartment.OWN,
    Compartment.IDENTITY,
    Compartment.CALL,
)
