"""Whatever an organisation changes: what protects people stays, and a report still reaches its readers."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from organisations.codes import code_list
from organisations.texts import Text
from reporting.form.submission import submit
from reporting.own_questions.versions import publish_questions, question_differences, save_changes
from reporting.questions.own import (
    OwnQuestion,
    QuestionChanges,
    apply,
    national_questions,
    optional_questions,
    questions_for,
)
from reporting.questions.questions import questionnaire
from tests.support.build import a_draft

KINDS = [kind.id for kind in code_list("kind").codes]
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
words = st.builds(Text, nl=texts, en=texts)
names = st.sampled_from([*national_questions(), "nonsense"])
own = st.builds(
    OwnQuestion,
    id=st.from_regex(r"own_[a-z0-9]{1,12}", fullmatch=True),
    kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=3, unique=True),
    label=words,
    help=st.none() | words,
    choices=st.just([])
    | st.lists(words, min_size=2, max_size=12, unique_by=lambda choice: tuple(choice.root.values())),
)
every_change = st.builds(
    QuestionChanges,
    left_out=st.lists(names, max_size=40),
    labels=st.dictionaries(names, words, max_size=6),
    helps=st.dictionaries(names, words, max_size=6),
    own=st.lists(own, max_size=10, unique_by=lambda question: question.id),
)


def _but_words(questions) -> list[dict]:
    return [
        question.model_dump(exclude={"label", "help", "asked_of_third", "asked_of_signal"}) for question in questions
    ]


@settings(max_examples=60)
@given(every_change)
def test_what_may_not_be_left_out_stays_as_it_is(changes):
    changed = apply(changes, "test/1")
    for kind in KINDS:
        stays = [question for question in questionnaire().asked(kind) if question.id not in optional_questions()]
        asked = {question.id: question for question in changed.asked(kind)}
        assert all(question.id in asked for question in stays)
        assert _but_words(stays) == _but_words(asked[question.id] for question in stays)
        assert {question.counts_as for question in changed.asked(kind)} == {
            question.counts_as for question in questionnaire().asked(kind)
        }
        ours = [question for question in changed.asked(kind) if question.id not in national_questions()]
        assert len(ours) == len([question for question in changes.own if kind in question.kinds])
        assert not any(question.required or question.counts_as or question.essential for question in ours)


@settings(max_examples=60)
@given(every_change, every_change)
def test_every_difference_is_told_and_only_a_difference(before, after):
    assert question_differences(before, before) == []
    told = question_differences(before, after)
    left_out = optional_questions().intersection(before.left_out) ^ optional_questions().intersection(after.left_out)
    assert len(told) >= len(left_out)
    if [question.id for question in before.own] != [question.id for question in after.own]:
        assert told


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=every_change, kind=st.sampled_from(KINDS), anonymous=st.booleans())
@pytest.mark.django_db
def test_a_national_answer_still_plans_and_submits_and_counts_the_same(place, changes, kind, anonymous):
    answers = {"known_as": "anonymous" if anonymous else "named", "severity": "3"}
    national = a_draft(place, kind, **answers).submission().codes
    save_changes(place.organisation, changes)
    if place.organisation.question_sets.filter(published_on=None).exists():
        publish_questions(place.organisation, place["administrator"])
    draft = a_draft(place, kind, **answers)
    assert draft.submission().codes == national
    report = submit(draft.submission())
    assert report.questions == questions_for(place.organisation).version
