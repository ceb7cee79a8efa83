"""What a report says now: somebody wrote it down, and the reporter corrected it when confirming."""

from dataclasses import dataclass, replace

from reporting.dialogue.dialogue import PURPOSE
from reporting.models import Message, Report
from reporting.questions.meanings import Meaning
from reporting.questions.questions import ids_meaning
from reporting.questions.reading import Answered, answers
from vault.compartments import Compartment, ContentKey, read_text, texts


@dataclass(frozen=True)
class AnswersNow:
    """The answers as they hold now, and what was written down first where the reporter corrected it."""

    answers: list[Answered]
    first_version: str = ""


def answers_now(report: Report, key: ContentKey) -> AnswersNow:
    """The answers in one compartment, with the account as the reporter corrected it when confirming."""
    given = answers(report, key)
    corrected = _correction(report, key)
    accounts = ids_meaning(Meaning.ACCOUNT)
    first = next((answer for answer in given if answer.question in accounts), None)
    if not corrected or first is None:
        return AnswersNow(given)
    return AnswersNow([replace(answer, text=corrected) if answer is first else answer for answer in given], first.text)


def _correction(report: Report, key: ContentKey) -> str:
    """Empty where nothing was confirmed, or confirmed as it stood."""
    if key.compartment != Compartment.CONTENT or report.confirmed_on is None:
        return ""
    message = report.messages.filter(by=Message.By.REPORTER, kind="correction").order_by("-sequence").first()
    return read_text(key, texts(report.case, key.compartment, PURPOSE).get(id=message.text)) if message else ""
