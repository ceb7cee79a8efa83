"""What an answer means for recusal, care and cases is said in questions.yaml and checked at load."""

from copy import deepcopy
from pathlib import Path

import pytest
from pydantic import ValidationError

from organisations.rule_files import read_rules
from reporting.questions import questions
from reporting.questions.meanings import ASKED_IN, Meaning
from reporting.questions.questions import Questionnaire, answer_meaning, answers_meaning, ids_meaning, questionnaire

KINDS = ("aggression", "integrity", "pressure")


@pytest.fixture
def rows():
    return deepcopy(read_rules(Path(questions.__file__).with_name("questions.yaml"), dict))


def change(rows: dict, question_id: str, **keys) -> dict:
    question = next(row for step in rows["steps"] for row in step.get("questions", []) if row["id"] == question_id)
    question.update(keys)
    return rows


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("meaning", Meaning)
def test_each_kind_asks_what_it_must(kind, meaning):
    asked = [question for question in questionnaire().asked(kind) if question.means == meaning]
    assert bool(asked) == (kind in ASKED_IN[meaning])


def test_an_unknown_meaning_is_refused_by_name(rows):
    with pytest.raises(ValidationError, match="weather"):
        Questionnaire.model_validate(change(rows, "danger", means="weather"))


def test_a_meaning_that_nobody_asks_is_refused(rows):
    with pytest.raises(ValidationError, match="no question of aggression means danger"):
        Questionnaire.model_validate(change(rows, "danger", means=None))


def test_a_meaning_in_a_kind_that_has_no_use_for_it_is_refused(rows):
    with pytest.raises(ValidationError, match="danger: nothing of integrity means danger"):
        Questionnaire.model_validate(change(rows, "danger", kinds=list(KINDS)))


def test_one_question_has_a_meaning(rows):
    with pytest.raises(ValidationError, match="name, contact: only one question of aggression means reporter_name"):
        Questionnaire.model_validate(change(rows, "contact", means="reporter_name"))


def test_several_questions_may_ask_whom_it_is_about():
    assert len(ids_meaning(Meaning.SUBJECT)) > 1


def test_what_means_something_cannot_be_left_out(rows):
    with pytest.raises(ValidationError, match="reporter_role: what means reporter_role is required or essential"):
        Questionnaire.model_validate(change(rows, "reporter_role", essential=False))


def test_whether_an_answer_is_needed_rests_on_the_same_page(rows):
    with pytest.raises(ValidationError, match="name: account is not asked before it on its page"):
        Questionnaire.model_validate(change(rows, "name", needed_unless={"account": ["x"]}))


def test_answers_are_found_by_what_they_mean():
    subjects = dict(zip(ids_meaning(Meaning.SUBJECT), ("mayor:", "alderman:"), strict=False))
    answers = {**subjects, "location": "street"}
    assert answers_meaning(Meaning.SUBJECT, answers) == ["mayor:", "alderman:"]
    assert answer_meaning(Meaning.SUBJECT, answers) == "mayor:"
    assert answer_meaning(Meaning.KNOWN_AS, answers) is None
