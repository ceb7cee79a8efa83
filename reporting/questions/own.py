"""An organisation's own questions: changes of the national questions, stored as data in numbered versions.

It may change words, leave out what is not essential, and add questions of its own. Own answers are sealed with the
content and never counted. A report keeps the version that it was made with. How a version is written and put into force
is in reporting/own_questions/versions.py.
"""

from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from organisations.codes import code_list
from organisations.models import Organisation
from organisations.rule_files import read_rules
from organisations.texts import Text
from reporting.models import QuestionSet, Report
from reporting.questions.questions import OWN_PREFIX, Question, Questionnaire, Step, questionnaire

STEP_OF_OWN = "more"
MOST_OWN = 10
FEWEST_CHOICES, MOST_CHOICES = 2, 12


class OwnQuestion(BaseModel):
    """A question that the organisation adds; always one that may be skipped. No choices: the answer is a short text."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = Field(pattern=rf"^{OWN_PREFIX}[a-z0-9]{{1,12}}$")
    kinds: list[str] = Field(min_length=1)
    label: Text
    help: Text | None = None
    choices: list[Text] = Field(default=[], max_length=MOST_CHOICES)

    @model_validator(mode="after")
    def _can_be_asked(self) -> "OwnQuestion":
        for kind in self.kinds:
            code_list("kind")[kind]
        if self.choices and len(self.choices) < FEWEST_CHOICES:
            raise ValueError(f"{self.id}: a choice has at least {FEWEST_CHOICES} answers")
        if len({_digest(choice) for choice in self.choices}) != len(self.choices):
            raise ValueError(f"{self.id}: an answer is there twice")
        return self

    def question(self) -> Question:
        """As it is asked. Question and choices carry a digest of their words, so that an answer that was typed under
        other words is asked anew and never passed off as an answer to these. Reports are sealed with these ids."""
        return Question(
            id=f"{self.id}_{_digest(self.label, 'choice' if self.choices else 'text')}",
            kinds=self.kinds,
            type="choice" if self.choices else "text",
            label=self.label,
            help=self.help,
            choices={_digest(words): words for words in self.choices},
            required=False,
        )


class QuestionChanges(BaseModel):
    """What an organisation changes of the national questions. Each method that changes them returns a new value."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    left_out: list[str] = []
    labels: dict[str, Text] = {}
    helps: dict[str, Text] = {}
    own: list[OwnQuestion] = Field(default=[], max_length=MOST_OWN)

    @model_validator(mode="after")
    def _own_once(self) -> "QuestionChanges":
        if len({own.id for own in self.own}) != len(self.own):
            raise ValueError("an own question is there twice")
        return self

    def leave_out(self, question: str) -> "QuestionChanges":
        """Leave a question out. Raises ValueError for one that every organisation must ask."""
        if question not in optional_questions():
            raise ValueError(f"{question} cannot be left out")
        return self._with(left_out=sorted({*self.left_out, question}))

    def ask_again(self, question: str) -> "QuestionChanges":
        """Ask a question that was left out."""
        return self._with(left_out=[other for other in self.left_out if other != question])

    def reword(self, question: str, label: Text | None, help: Text | None) -> "QuestionChanges":
        """Give a national question own words. None, or words like the national ones, restore the national text."""
        national = national_questions()[question]
        return self._with(
            labels=_put(self.labels, question, None if label and label.repeats(national.label) else label),
            helps=_put(self.helps, question, None if help and help.repeats(national.help) else help),
        )

    def own_question(self, question: str) -> OwnQuestion | None:
        """The own question with this id, or None."""
        return next((own for own in self.own if own.id == question), None)

    def put_own(self, own: OwnQuestion) -> "QuestionChanges":
        """Add an own question at the end, or replace the one with the same id. Raises ValueError when there are ten."""
        if self.own_question(own.id):
            return self._with(own=[own if other.id == own.id else other for other in self.own])
        return self._with(own=[*self.own, own])

    def remove_own(self, question: str) -> "QuestionChanges":
        """Take an own question out; nothing happens where it is not there."""
        return self._with(own=[own for own in self.own if own.id != question])

    def move_own(self, question: str, by: int) -> "QuestionChanges":
        """Move an own question up (by -1) or down (by 1). The first cannot go up and the last cannot go down."""
        row = list(self.own)
        at = next((number for number, own in enumerate(row) if own.id == question), None)
        if at is None or not 0 <= at + by < len(row):
            return self
        row.insert(at + by, row.pop(at))
        return self._with(own=row)

    def _with(self, **parts) -> "QuestionChanges":
        return QuestionChanges.model_validate(
            {**{name: getattr(self, name) for name in QuestionChanges.model_fields}, **parts}
        )


@cache
def national_questions() -> dict[str, Question]:
    """{question id: question} of every kind, as they are without an organisation's changes."""
    return {question.id: question for step in questionnaire().steps for question in step.questions}


@cache
def optional_questions() -> frozenset[str]:
    """The ids of what an organisation may leave out: not essential, and no other question rests on the answer."""
    asked = national_questions().values()
    rested_on = {name for question in asked for name in [*question.when, *question.needed_unless, *question.of]}
    return frozenset(question.id for question in asked if question.can_be_left_out and question.id not in rested_on)


class WhyAsked(BaseModel):
    """One reason of why_asked.yaml, and the questions for which it holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    questions: list[str]
    why: Text


@cache
def why_asked() -> dict[str, Text]:
    """{question id: why an organisation cannot leave it out}."""
    rows = read_rules(Path(__file__).with_name("why_asked.yaml"), list[WhyAsked])
    return {question: row.why for row in rows for question in row.questions}


def apply(changes: QuestionChanges, version: str) -> Questionnaire:
    """The national questions with the changes. What every organisation must ask stays, whatever the changes say."""
    left_out = optional_questions().intersection(changes.left_out)
    steps = []
    for step in questionnaire().steps:
        asked = [
            question.model_copy(
                update={
                    "label": changes.labels.get(question.id, question.label),
                    "help": changes.helps.get(question.id, question.help),
                }
                # What an organisation words itself is asked in its words.
                | (
                    {"asked_of_third": None, "asked_of_signal": None}
                    if question.id in {*changes.labels, *changes.helps}
                    else {}
                )
            )
            for question in step.questions
            if question.id not in left_out
        ]
        if step.id == STEP_OF_OWN:
            asked += map(OwnQuestion.question, changes.own)
        steps.append(step.model_copy(update={"questions": asked}))
    return Questionnaire(version=version, steps=[Step.model_validate(step.model_dump()) for step in steps])


def questions_for(organisation: Organisation) -> Questionnaire:
    """The questions in force at an organisation."""
    row = organisation.question_sets.exclude(published_on=None).order_by("-number").first()
    return _made(organisation.id, row.number) if row else questionnaire()


def questions_of(report: Report) -> Questionnaire:
    """The questions with which a report was made."""
    _base, _slash, number = report.questions.partition("/")
    return _made(report.organisation_id, int(number)) if number else questionnaire()


def version_name(number: int) -> str:
    """The version as a report names it: that of the national questions and the number of the organisation's changes."""
    return f"{questionnaire().version}/{number}"


@lru_cache(maxsize=64)
def _made(organisation: UUID, number: int) -> Questionnaire:
    """A published version never changes, so it may be remembered."""
    row = QuestionSet.objects.exclude(published_on=None).get(organisation=organisation, number=number)
    return apply(QuestionChanges.model_validate(row.changes), version_name(number))


def _digest(words: Text, kind: str = "") -> str:
    return sha256("\0".join([words.in_language("nl"), words.in_language("en"), kind]).encode()).hexdigest()[:8]


def _put(texts: dict[str, Text], question: str, words: Text | None) -> dict[str, Text]:
    rest = {name: text for name, text in texts.items() if name != question}
    return {**rest, question: words} if words else rest
