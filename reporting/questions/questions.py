"""The questions of the report form, read from questions.yaml with a schema. No question is written in code.

An organisation may change words, leave out what is not essential and add its own (reporting/questions/own.py).
"""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from organisations.codes import code_list
from organisations.rule_files import read_rules
from organisations.texts import Text
from reporting import codes as _registered  # noqa: F401  the lists of a report must be known
from vault.compartments import Compartment

OWN_PREFIX = "own_"


class Question(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    kinds: list[str]
    type: Literal["codes", "code", "choice", "text", "account", "subject", "people", "heaviest"]
    label: Text
    help: Text | None = None
    missing: Text | None = None
    codes: str = ""
    of: list[str] = []
    choices: dict[str, Text] = {}
    counts_as: str = ""
    required: bool = True
    essential: bool = False
    needed_unless: str = ""
    when: dict[str, list[str]] = {}
    compartment: Compartment = Compartment.CONTENT

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
        return self

    @property
    def can_be_left_out(self) -> bool:
        """Whether an organisation may switch it off: nothing that routing, recusal, care or the figures rest on."""
        return not self.required and not self.essential

    def is_asked(self, typed: dict[str, list[str]]) -> bool:
        """Whether its condition holds for what was answered on earlier pages ({question id: values})."""
        return all(set(values) & set(typed.get(question, ())) for question, values in self.when.items())


class Step(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    title: Text
    intro: Text | None = None
    optional: bool = False
    evidence: bool = False
    questions: list[Question] = []

    def asked(self, kind: str) -> list[Question]:
        return [question for question in self.questions if kind in question.kinds]


class Questionnaire(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str
    steps: list[Step]

    @model_validator(mode="after")
    def _conditions_look_back(self) -> "Questionnaire":
        """A condition rests on an earlier page: without script a page cannot change while it is filled in."""
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

    def step(self, step_id: str) -> Step:
        return next(step for step in self.steps if step.id == step_id)

    def asked(self, kind: str) -> list[Question]:
        return [question for step in self.steps for question in step.asked(kind)]


@cache
def questionnaire() -> Questionnaire:
    """The questions in force where an organisation changed nothing."""
    return read_rules(Path(__file__).with_name("questions.yaml"), Questionnaire)
