"""The questions of the report form, read from questions.yaml with a schema. No question is written in code.

An organisation may change words, leave out what is not essential and add its own (reporting/questions/own.py).
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator

from organisations.codes import code_list
from organisations.rule_files import read_rules
from organisations.texts import Text
from reporting import codes as _registered  # noqa: F401  the lists of a report must be known
from reporting.questions.meanings import ASKED_IN, REPEATED, Meaning
from vault.compartments import Compartment

OWN_PREFIX = "own_"
T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


class OfThird(BaseModel):
    """The words of a question where somebody writes down what another one tells, or a signal, as far as they are others."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text | None = None
    help: Text | None = None
    missing: Text | None = None
    choices: dict[str, Text] = {}


class StepOfThird(BaseModel):
    """The same for a page."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Text | None = None
    intro: Text | None = None


class Question(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    kinds: list[str]
    type: Literal["codes", "code", "choice", "text", "account", "subject", "people", "heaviest", "reader"]
    means: Meaning | None = None
    label: Text
    help: Text | None = None
    missing: Text | None = None
    codes: str = ""
    of: list[str] = []
    choices: dict[str, Text] = {}
    counts_as: str = ""
    required: bool = True
    essential: bool = False
    needed_unless: dict[str, list[str]] = {}
    when: dict[str, list[str]] = {}
    compartment: Compartment = Compartment.CONTENT
    asked_of_third: OfThird | None = None
    asked_of_signal: OfThird | None = None

    @model_validator(mode="after")
    def _complete(self) -> "Question":
        if self.type in {"codes", "code"}:
            code_list(self.codes)
        if self.type == "choice" and not self.choices:
            raise ValueError(f"{self.id}: a choice needs choices")
        for kind in self.kinds:
            code_list("kind")[kind]
        if self.required and self.missing is None:
            raise ValueError(f"{self.id}: a required question says what to do when it is missing")
        if self.needed_unless and self.missing is None:
            raise ValueError(f"{self.id}: a question that can be needed says what to do when it is missing")
        if self.means and self.can_be_left_out:
            raise ValueError(f"{self.id}: what means {self.means} is required or essential")
        return self

    @property
    def can_be_left_out(self) -> bool:
        """Whether an organisation may leave it out: routing, recusal, care and the figures do not need it."""
        return not self.required and not self.essential

    def is_asked(self, typed: dict[str, list[str]]) -> bool:
        """Whether its condition holds for what was answered on earlier pages ({question id: values})."""
        return all(set(values) & set(typed.get(question, ())) for question, values in self.when.items())

    def is_needed(self, cleaned: Mapping[str, object]) -> bool:
        """Whether it must be answered after these answers of its page ({question id: value}); while the question on
        which that rests is not answered, it need not."""
        rests_on = {question: cleaned.get(question) for question in self.needed_unless}
        return all(value and value not in self.needed_unless[question] for question, value in rests_on.items())


class Step(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    title: Text
    intro: Text | None = None
    optional: bool = False
    evidence: bool = False
    sends: bool = False
    asked_of_third: StepOfThird | None = None
    asked_of_signal: StepOfThird | None = None
    questions: list[Question] = []

    def asked(self, kind: str) -> list[Question]:
        """The questions of this page in a kind of report; also those that a condition can hide."""
        return [question for question in self.questions if kind in question.kinds]

    def asks(self, meaning: Meaning) -> bool:
        """Whether a question of this page, of any kind of report, has the meaning."""
        return any(question.means == meaning for question in self.questions)


class Questionnaire(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str
    steps: list[Step]

    @model_validator(mode="after")
    def _conditions_look_back(self) -> "Questionnaire":
        """A condition asks for an answer of an earlier page: without script a page cannot change by itself."""
        earlier: set[str] = set()
        for step in self.steps:
            for question in step.questions:
                if unknown := set(question.when) - earlier:
                    raise ValueError(f"{question.id}: {', '.join(sorted(unknown))} is not asked on an earlier page")
            names = [question.id for question in step.questions]
            if len(names) != len(set(names)) or earlier & set(names):
                raise ValueError(f"step {step.id}: a question is asked twice")
            earlier |= set(names)
        return self

    @model_validator(mode="after")
    def _ends_with_the_page_that_sends(self) -> "Questionnaire":
        """Everybody passes the last page, which shows all that was answered."""
        if [step.sends for step in self.steps] != [False] * (len(self.steps) - 1) + [True]:
            raise ValueError("the last page sends, and no other")
        if self.steps[-1].optional or self.steps[-1].evidence:
            raise ValueError("the page that sends is not optional and takes no evidence")
        return self

    @model_validator(mode="after")
    def _need_looks_back(self) -> "Questionnaire":
        """Whether an answer is needed rests on a question before it on the same page."""
        for step in self.steps:
            for number, question in enumerate(step.questions):
                before = {other.id for other in step.questions[:number]}
                if unknown := set(question.needed_unless) - before:
                    raise ValueError(f"{question.id}: {', '.join(sorted(unknown))} is not asked before it on its page")
        return self

    @model_validator(mode="after")
    def _asks_about_readers_last(self) -> "Questionnaire":
        """Whoever answers whether it is about a reader has written everything that can name one."""
        asked = [question for step in self.steps for question in step.questions]
        last = next((number for number, question in enumerate(asked) if question.type == "reader"), len(asked))
        if later := [question.id for question in asked[last:] if question.type in {"text", "account"}]:
            raise ValueError(f"{', '.join(later)}: a text is asked after the question about readers")
        return self

    @model_validator(mode="after")
    def _says_all_that_it_must(self) -> "Questionnaire":
        """Each meaning is asked in the kinds that need it and no other, by one question unless it may be repeated."""
        for meaning, kinds in ASKED_IN.items():
            for kind in (code.id for code in code_list("kind").codes):
                ids = [question.id for question in self.asked(kind) if question.means == meaning]
                if kind in kinds and not ids:
                    raise ValueError(f"no question of {kind} means {meaning}")
                if kind not in kinds and ids:
                    raise ValueError(f"{', '.join(ids)}: nothing of {kind} means {meaning}")
                if len(ids) > 1 and meaning not in REPEATED:
                    raise ValueError(f"{', '.join(ids)}: only one question of {kind} means {meaning}")
        return self

    def of_third(self) -> "Questionnaire":
        """The same questions in words for somebody who writes down what another one tells."""
        return self._in_words(lambda asked: asked.asked_of_third)

    def of_signal(self) -> "Questionnaire":
        """The same questions in words for somebody who parks a doubt of their own, which has no code."""
        return self._in_words(lambda asked: asked.asked_of_signal)

    def _in_words(self, words: Callable[["Question | Step"], OfThird | StepOfThird | None]) -> "Questionnaire":
        steps = [
            _reworded(step, words(step)).model_copy(
                update={"questions": [_reworded(question, words(question)) for question in step.questions]}
            )
            for step in self.steps
        ]
        return self.model_copy(update={"steps": steps})

    def asked(self, kind: str) -> list[Question]:
        """The questions of a kind of report, in the order of the pages; also those that a condition can hide."""
        return [question for step in self.steps for question in step.asked(kind)]

    def meaning(self, meaning: Meaning, kind: str) -> Question:
        """The question of a kind that has this meaning, the first where several have it. Raises StopIteration where the
        kind has none."""
        return next(question for question in self.asked(kind) if question.means == meaning)

    @property
    def last_step(self) -> Step:
        """The page that sends."""
        return self.steps[-1]

    def step_that_asks(self, meaning: Meaning) -> Step:
        """The page on which a question of this meaning stands."""
        return next(step for step in self.steps if step.asks(meaning))


def _reworded(asked: M, words: OfThird | StepOfThird | None) -> M:
    if words is None:
        return asked
    changed = {name: getattr(words, name) for name in type(words).model_fields if getattr(words, name)}
    return asked.model_copy(update=changed)


@cache
def questionnaire() -> Questionnaire:
    """The questions in force where an organisation changed nothing."""
    return read_rules(Path(__file__).with_name("questions.yaml"), Questionnaire)


@cache
def ids_meaning(meaning: Meaning) -> tuple[str, ...]:
    """The ids of the questions with this meaning, of all kinds of report. An organisation can change none of them."""
    return tuple(
        question.id for step in questionnaire().steps for question in step.questions if question.means == meaning
    )


def answers_meaning(meaning: Meaning, answers: Mapping[str, T]) -> list[T]:
    """The answers with this meaning, in the order of the questions. `answers`: {question id: answer}."""
    return [answers[question] for question in ids_meaning(meaning) if question in answers]


def answer_meaning(meaning: Meaning, answers: Mapping[str, T]) -> T | None:
    """The answer with this meaning, the first where there are several; None where it was not answered."""
    return next(iter(answers_meaning(meaning, answers)), None)


def answers_as(meant: Mapping[Meaning, str]) -> dict[str, str]:
    """{question id: answer} of answers that were given outside the form, by what they mean."""
    return {ids_meaning(meaning)[0]: answer for meaning, answer in meant.items()}
