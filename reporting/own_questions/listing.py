"""The questions of an organisation as its administrator sees them: what is asked, what is changed, what must stay."""

from dataclasses import dataclass

from organisations.codes import Code, code_list
from reporting.questions.own import OwnQuestion, QuestionChanges, national_questions, optional_questions, why_asked
from reporting.questions.questions import Question, Step, questionnaire


@dataclass(frozen=True)
class ShownQuestion:
    """A national question on the list."""

    id: str
    label: str
    help: str
    kinds: list[Code]  # empty: all
    is_left_out: bool
    can_be_left_out: bool
    why: str
    is_reworded: bool
    here: bool  # whether the notice belongs to it


@dataclass(frozen=True)
class ShownOwn:
    """An own question on the list."""

    own: OwnQuestion
    kinds: list[Code]
    is_first: bool
    is_last: bool
    here: bool


@dataclass(frozen=True)
class Group:
    step: Step
    questions: list[ShownQuestion]


def optional_of(changes: QuestionChanges, at: str = "") -> list[ShownQuestion]:
    """The national questions that may be left out, with what the changes do to each."""
    return [
        _shown(question, changes, at) for name, question in national_questions().items() if name in optional_questions()
    ]


def groups_of(changes: QuestionChanges, at: str = "") -> list[Group]:
    """The national questions that stay, by step."""
    groups = [
        Group(
            step,
            [_shown(question, changes, at) for question in step.questions if question.id not in optional_questions()],
        )
        for step in questionnaire().steps
    ]
    return [group for group in groups if group.questions]


def own_of(changes: QuestionChanges, at: str = "") -> list[ShownOwn]:
    """The own questions in their order. `at`: the question to which the notice belongs."""
    last = len(changes.own) - 1
    return [
        ShownOwn(own, kinds_in_words(own.kinds), number == 0, number == last, own.id == at)
        for number, own in enumerate(changes.own)
    ]


def kinds_in_words(kinds: list[str]) -> list[Code]:
    """The kinds of report in which something is asked; empty when that is in all of them."""
    every = code_list("kind").codes
    return [] if len(kinds) == len(every) else [code_list("kind_short")[kind.id] for kind in every if kind.id in kinds]


def _shown(question: Question, changes: QuestionChanges, at: str) -> ShownQuestion:
    label = changes.labels.get(question.id, question.label)
    help = changes.helps.get(question.id, question.help)
    optional = question.id in optional_questions()
    return ShownQuestion(
        id=question.id,
        label=str(label),
        help=str(help or ""),
        kinds=kinds_in_words(question.kinds),
        is_left_out=optional and question.id in changes.left_out,
        can_be_left_out=optional,
        why=str(why_asked().get(question.id, "")),
        is_reworded=question.id in changes.labels or question.id in changes.helps,
        here=question.id == at,
    )
