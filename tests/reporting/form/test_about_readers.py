"""The answer to the question whether a report is about somebody who reads it, and about which words it is."""

import pytest
from django.test import Client
from lxml import html

from cases.deciding.opening import open_case
from reporting.models import Report
from reporting.questions.own import OwnQuestion, QuestionChanges, apply
from reporting.questions.questions import Questionnaire, questionnaire
from tests.support.barred import CLEAR, called
from tests.support.build import signed_in
from tests.support.reporter import URL, press, send, state_of, step_of, to_summary, words_of

pytestmark = pytest.mark.django_db
NAMING = "Meneer Bos van integriteit eiste dit zelf."
AGAIN = "Beantwoord die vraag nog één keer."


@pytest.fixture
def accused(place):
    return called(place["officer"], "Kees", "Bos")


def _status(accused) -> int:
    """What the case of the only report answers to somebody."""
    case = open_case(Report.objects.get())
    return signed_in(accused).get(f"/werkplek/zaak/{case.id}/").status_code


def _answered(client: Client, page, **changed):
    """The step of this page with what it has, and what changed."""
    sent = {"state": state_of(page), "step": step_of(page), "kind": "aggression", "action": "next"}
    return client.post(URL, {**sent, **changed})


CHANGED = {
    "what": {"aggression_form": "threat", "danger": "safe", "account": NAMING},
    "who": {"perpetrator_name": "meneer Bos", "known_as": "named", "name": "Robin Vermelder"},
}


@pytest.mark.parametrize("step", CHANGED)
def test_words_that_are_changed_after_the_answer_are_asked_about_again(place, accused, step):
    client = Client()
    summary = to_summary(client, account=CLEAR, about_reader="no")
    page = _answered(client, press(client, summary, f"edit:{step}"), **CHANGED[step])
    assert AGAIN in words_of(page)
    asked = html.fromstring(page.content).xpath("//input[@name='about_reader']")
    assert asked
    assert not any(one.get("checked") for one in asked)
    assert "Uw melding is binnen" in words_of(send(client, page))  # whoever does not answer again keeps the reader out
    assert _status(accused) == 404


def test_the_same_answer_given_again_counts_for_the_new_words(place, accused):
    client = Client()
    summary = to_summary(client, account=CLEAR, about_reader="no")
    page = _answered(client, press(client, summary, "edit:what"), **CHANGED["what"])
    press(client, page, "send", step="send", about_reader="no")
    assert _status(accused) == 200


def test_an_answer_that_changes_who_reads_it_is_shown_before_anything_is_sent(place, accused):
    client = Client()
    summary = to_summary(client, account=CLEAR)
    again = press(client, summary, "send", step="send", about_reader="officer")
    assert "is intussen veranderd" in words_of(again)
    assert not Report.objects.exists()
    assert "Uw melding is binnen" in words_of(send(client, again))
    assert _status(accused) == 404


def test_nothing_is_asked_again_where_no_words_changed(place):
    client = Client()
    summary = to_summary(client, account=CLEAR, about_reader="no")
    page = _answered(client, press(client, summary, "edit:who"), known_as="named", name="Robin Anders")
    assert "Klopt dit?" in words_of(page)


@pytest.mark.parametrize(
    ("kind", "field"), [("pressure", "offer"), ("aggression", "decision_at_issue"), ("integrity", "raised_before")]
)
def test_every_free_word_is_written_before_the_answer(place, accused, kind, field):
    """On the way through the form no page after the question takes words, so the answer is about all of them."""
    client = Client()
    more = {"subject": "unknown:"} if kind == "integrity" else {}
    summary = to_summary(client, kind, account=CLEAR, about_reader="unknown", **{field: NAMING}, **more)
    assert "Meneer Bos" in words_of(summary)
    send(client, summary)
    assert _status(accused) == 404


def test_an_own_question_is_asked_before_the_question_about_readers():
    """No organisation can ask for words behind the answer, and no change of the rules does so unseen."""
    own = OwnQuestion(id="own_a", kinds=["aggression"], label={"nl": "Wie wist het?"})
    asked = [question.id for question in apply(QuestionChanges(own=[own]), "x").asked("aggression")]
    assert asked[-1] == "about_reader"
    assert any(name.startswith("own_a") for name in asked)
    turned = questionnaire().model_dump()
    pages = {step["id"]: step for step in turned["steps"]}
    pages["more"]["questions"].insert(0, pages["send"]["questions"].pop())
    with pytest.raises(ValueError, match="a text is asked after the question about readers"):
        Questionnaire.model_validate(turned)
