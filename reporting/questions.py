"""The questions of the report form, read from questions.yaml with a schema. No question is written in code."""

from functools import cache
from pathlib import Path
from typing import Literal

from django.utils.translation import get_language
from pydantic import BaseModel, ConfigDict, model_validator
from yaml import safe_load

from organisations.codes import code_list
from reporting import codes as _registered  # noqa: F401  the lists of a report must be known
from vault.compartments import Compartment


class Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    nl: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "nl").startswith("en") else self.nl


class Question(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    kinds: list[str]
    type: Literal["codes", "code", "text", "account", "subject", "people", "heaviest"]
    label: Words
    help: Words | None = None
    missing: Words | None = None
    codes: str = ""
    of: list[str] = []
    choices: dict[str, Words] = {}
    counts_as: str = ""
    required: bool = True
    needed_unless: str = ""
    compartment: Compartment = Compartment.CONTENT

    @model_validator(mode="after")
    def _complete(self) -> "Question":
        if self.type in {"codes", "code"}:
            code_list(self.codes)
        for kind in self.kinds:
            code_list("kind")[kind]
        if self.required and self.missing is None:
            raise ValueError(f"{self.id}: a required question says what to do when it is missing")
        return self


class Step(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    title: Words
    intro: Words | None = None
    questions: list[Question]

    def asked(self, kind: str) -> list[Question]:
        return [question for question in self.questions if kind in question.kinds]


class Questionnaire(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str
    steps: list[Step]

    def step(self, step_id: str) -> Step:
        return next(step for step in self.steps if step.id == step_id)

    def asked(self, kind: str) -> list[Question]:
        return [question for step in self.steps for question in step.asked(kind)]


@cache
def questionnaire() -> Questionnaire:
    """The questions in force. A report keeps the version that it was made with."""
    return Questionnaire.model_validate(safe_load(Path(__file__).with_name("questions.yaml").read_text("utf-8")))
