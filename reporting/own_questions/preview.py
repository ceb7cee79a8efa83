"""The report form of an organisation as its reporters will see it, for who is changing its questions."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from django.forms import BoundField, ChoiceField, Select
from django.utils import timezone

from organisations.codes import code_list
from organisations.models import Organisation
from organisations.people.appointments import Rosters
from reporting.form.forms import Setting, StepForm
from reporting.questions.own import QuestionChanges, apply
from reporting.questions.questions import Questionnaire, Step


@dataclass(frozen=True)
class PreviewQuestion:
    bound: BoundField
    answers: list[str]  # the choices of a list that opens: a page without input cannot open it
    is_conditional: bool


@dataclass(frozen=True)
class PreviewStep:
    step: Step
    asked: list[PreviewQuestion]
    number: int  # its place among the pages that everybody passes; 0 where it is none of them


def preview_steps(organisation: Organisation, changes: QuestionChanges, kind: str) -> list[PreviewStep]:
    """Every step of a kind with the form that a reporter gets, also what is asked only after certain answers."""
    questions = apply(changes, "preview")
    rosters = Rosters(timezone.localdate())
    passed = [step.id for step in questions.steps if not step.optional]
    steps = [
        PreviewStep(
            step,
            _asked(organisation, questions, step, kind, rosters),
            passed.index(step.id) + 1 if step.id in passed else 0,
        )
        for step in questions.steps
    ]
    return [step for step in steps if step.asked or step.step.evidence]


def _asked(
    organisation: Organisation, questions: Questionnaire, step: Step, kind: str, rosters: Rosters
) -> list[PreviewQuestion]:
    asked = {question.id: question for question in step.asked(kind)}
    typed: dict[str, list[str]] = {}
    for question in asked.values():
        for name, values in question.when.items():
            typed.setdefault(name, []).extend(values)
        for source in question.of:
            if source in {question.id for question in questions.asked(kind)}:
                typed[source] = [code.id for code in code_list(source).leaves[:2]]
    form = StepForm({}, step, Setting(organisation, kind, rosters, typed, ""), judged=False)
    return [
        PreviewQuestion(bound, _answers(bound), bool(asked[bound.name].when or asked[bound.name].type == "heaviest"))
        for bound in form
    ]


def _answers(bound: BoundField) -> list[str]:
    field = bound.field
    if not isinstance(field, ChoiceField) or type(field.widget) is not Select:
        return []
    choices = cast(Iterable, field.choices)
    return [str(label) for value, label in choices if value and not isinstance(label, list | tuple)]
