"""A report is computed once from its draft, and does not change on its way to the store."""

from dataclasses import FrozenInstanceError

import pytest
from django.http import QueryDict
from django.test import Client

from reporting.form import drafts
from reporting.form.forms import StepForm
from reporting.form.submission import submit
from reporting.models import Report
from reporting.questions.meanings import Meaning
from tests.support.build import a_draft, a_place
from tests.support.reporter import press, to_summary
from vault.compartments import Compartment

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return a_place()


def test_each_form_is_built_once_for_one_sending(place, monkeypatch):
    client = Client()
    page = to_summary(client)
    built: list[str] = []

    class Counted(StepForm):
        def __init__(self, typed, step, setting, *, judged):
            built.append(step.id)
            super().__init__(typed, step, setting, judged=judged)

    monkeypatch.setattr(drafts, "StepForm", Counted)
    press(client, page, "send")
    assert Report.objects.count() == 1
    assert built
    assert len(built) == len(set(built))


def test_a_submission_stays_what_it_is(place):
    submission = a_draft(place).submission()
    before = submission.codes | {}
    submit(submission)
    assert submission.codes == before
    with pytest.raises(FrozenInstanceError):
        submission.known_as = "anonymous"


def test_the_draft_is_not_asked_again_after_the_submission(place):
    draft = a_draft(place)
    submission = draft.submission()
    draft.typed = {}
    report = submit(submission)
    assert report.known_as == "named"
    assert report.token == draft.digest


def test_answers_are_sorted_by_where_they_are_sealed(place):
    submission = a_draft(place, known_as="confidential").submission()
    sealed = {name: value for answers in submission.by_compartment.values() for name, value in answers.items()}
    assert sealed == submission.answers
    assert list(submission.by_compartment[Compartment.IDENTITY]) == ["name"]


def test_an_anonymous_report_keeps_no_name_that_stayed_behind(place):
    draft = a_draft(place)
    step = draft.questions.step_that_asks(Meaning.KNOWN_AS)
    draft.keep(step, QueryDict("known_as=anonymous&name=Robin&contact=0612345678"))
    submission = draft.submission()
    assert submission.is_anonymous
    assert Compartment.IDENTITY not in submission.by_compartment
