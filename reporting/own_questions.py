"""An organisation's own wording of the questions: data over the national questions, in numbered versions.

It may change words, leave out what is not essential, and add questions of its own. Own answers are sealed with the
content and never counted. A report keeps the version that it was made with.
"""

from functools import lru_cache
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field

from organisations.models import Organisation, Person
from reporting.models import QuestionSet, Report
from reporting.questions import OWN_PREFIX, Question, Questionnaire, Step, Words, questionnaire
from vault import ledger

STEP_OF_OWN = "more"
MOST_OWN = 10


class OwnQuestion(BaseModel):
    """A question that the organisation adds; always one that may be skipped."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = Field(pattern=rf"^{OWN_PREFIX}[a-z0-9]{{1,12}}$")
    kinds: list[str] = Field(min_length=1)
    label: Words
    help: Words | None = None
    choices: list[Words] = Field(default=[], max_length=12)

    def question(self) -> Question:
        return Question(
            id=self.id,
            kinds=self.kinds,
            type="choice" if self.choices else "text",
            label=self.label,
            help=self.help,
            choices={str(number): words for number, words in enumerate(self.choices, 1)},
            required=False,
        )


class Changes(BaseModel):
    """What an organisation changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    left_out: list[str] = []
    labels: dict[str, Words] = {}
    helps: dict[str, Words] = {}
    own: list[OwnQuestion] = Field(default=[], max_length=MOST_OWN)


def apply(changes: Changes, version: str) -> Questionnaire:
    """The national questions with the changes. What may not be left out, stays, whatever the changes say."""
    steps = []
    for step in questionnaire().steps:
        asked = [
            question.model_copy(
                update={
                    "label": changes.labels.get(question.id, question.label),
                    "help": changes.helps.get(question.id, question.help),
                }
            )
            for question in step.questions
            if question.id not in changes.left_out or not question.can_be_left_out
        ]
        if step.id == STEP_OF_OWN:
            asked += [own.question() for own in changes.own]
        steps.append(step.model_copy(update={"questions": asked}))
    return Questionnaire(version=version, steps=[Step.model_validate(step.model_dump()) for step in steps])


def questions_for(place: Organisation) -> Questionnaire:
    """The questions in force at an organisation."""
    row = place.question_sets.exclude(published_on=None).order_by("-number").first()
    return _made(place.id, row.number) if row else questionnaire()


def questions_of(report: Report) -> Questionnaire:
    """The questions with which a report was made."""
    _base, _dot, number = report.questions.partition("/")
    return _made(report.place_id, int(number)) if number else questionnaire()


def draft_of(place: Organisation) -> QuestionSet:
    """The version that is being written; a new one starts from the one in force. Not saved yet when it is new."""
    rows = place.question_sets.order_by("-number")
    last = rows.first()
    if last and last.published_on is None:
        return last
    changes = last.changes if last else Changes().model_dump()
    return QuestionSet(
        organisation=place, number=(last.number if last else 0) + 1, base=questionnaire().version, changes=changes
    )


@transaction.atomic
def publish(row: QuestionSet, by: Person) -> None:
    """Put a version into force. Reports that are being written ask anew what changed."""
    apply(Changes.model_validate(row.changes), _version(row.number))
    row.published_on, row.published_by = timezone.localdate(), by
    row.save()
    ledger.record(row.organisation_id, "questions.published", actor=by.id, number=row.number)


@lru_cache(maxsize=64)
def _made(place: UUID, number: int) -> Questionnaire:
    """A published version never changes, so it may be remembered."""
    row = QuestionSet.objects.exclude(published_on=None).get(organisation=place, number=number)
    return apply(Changes.model_validate(row.changes), _version(number))


def _version(number: int) -> str:
    return f"{questionnaire().version}/{number}"
