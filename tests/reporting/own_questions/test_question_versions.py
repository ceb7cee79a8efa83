"""Versions of an organisation's questions: the draft, undo, several administrators, publishing and history."""

import pytest
from django.test import Client

from organisations.people.appointments import appoint
from reporting.models import QuestionSet
from reporting.own_questions.versions import published_versions, questions_in_writing
from reporting.questions.own import questions_for
from reporting.questions.questions import questionnaire
from tests.support.administrator import LIST, OWN, SHORT_TEXT, TEXT_OF, WORDS, asked, click, own_id, write
from tests.support.reporter import words_of
from vault import ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(place) -> Client:
    return place.client("administrator")


def test_the_draft_is_kept_and_can_be_thrown_away_and_brought_back(place, admin):
    click(admin, "leave_out:location")
    assert "Niet meer gevraagd: ‘Waar was het?’" in words_of(place.client("administrator").get(LIST))
    page = click(admin, "drop")
    assert not QuestionSet.objects.exists()
    assert "Uw wijzigingen zijn weggegooid" in words_of(page)
    click(admin, "undo", page)
    assert questions_in_writing(place.organisation).changes.left_out == ["location"]


def test_the_last_change_can_be_undone_and_only_while_it_is_the_last(place, admin):
    write(admin, OWN, SHORT_TEXT)
    page = click(admin, f"remove:{own_id(place)}")
    assert 'value="undo"' in page.content.decode()
    click(admin, "undo", page)
    assert own_id(place)
    page = click(admin, "leave_out:location")
    click(place.client("administrator"), "leave_out:police_report")
    assert "niet meer ongedaan" in words_of(click(admin, "undo", page))
    assert questions_in_writing(place.organisation).changes.left_out == ["location", "police_report"]


def test_a_stale_page_saves_its_change_and_is_told(place, admin):
    stale_text, stale_list = admin.get(TEXT_OF), admin.get(LIST)
    click(place.client("administrator"), "leave_out:police_report")
    page = write(admin, TEXT_OF, {**WORDS, "label_nl": "Waar?", "label_en": "Where?"}, stale_text)
    assert "Iemand veranderde de vragen" in words_of(page)
    page = click(admin, "leave_out:happened_on", stale_list)
    assert "Iemand veranderde de vragen" in words_of(page)
    changes = questions_in_writing(place.organisation).changes
    assert changes.left_out == ["happened_on", "police_report"]
    assert "location" in changes.labels
    assert "Iemand veranderde de vragen" not in words_of(click(admin, "ask:happened_on"))


@pytest.mark.parametrize("action", ["publish", "drop"])
def test_nobody_ends_a_draft_with_changes_that_they_did_not_see(place, admin, action):
    stale = click(admin, "leave_out:location")
    click(place.client("administrator"), "leave_out:police_report")
    assert "Bekijk de wijzigingen hieronder" in words_of(click(admin, action, stale))
    assert asked(place) == [question.id for question in questionnaire().asked("aggression")]
    assert questions_in_writing(place.organisation).changes.left_out == ["location", "police_report"]


def test_an_own_question_that_somebody_else_took_out_is_told(place, admin):
    write(admin, OWN, SHORT_TEXT)
    path = f"{OWN}{own_id(place)}/"
    stale = admin.get(path)
    click(place.client("administrator"), f"remove:{own_id(place)}")
    assert "Dit is er niet meer" in words_of(write(admin, path, SHORT_TEXT, stale))
    assert "Dit is er niet meer" in words_of(admin.get(path, follow=True))


def test_a_page_of_another_organisation_changes_nothing(place, admin):
    person, other = place["administrator"], place.others["province"].organisation
    appoint(person, other, "administrator")
    admin.post("/organisatie/", {"organisation": place.organisation.slug})
    page = admin.get(LIST)
    admin.post("/organisatie/", {"organisation": other.slug})
    assert "Niets is opgeslagen" in words_of(click(admin, "leave_out:location", page))
    assert not QuestionSet.objects.exists()


@pytest.mark.both
def test_publishing_is_written_in_the_log_and_nothing_is_published_twice(place, admin):
    page = click(admin, "leave_out:location")
    click(admin, "publish", page)
    click(admin, "publish", page)
    click(admin, "publish")
    assert [version.number for version in published_versions(place.organisation)] == [1]
    events = [entry for entry in ledger.entries(place.organisation.id) if entry.action == "questions.published"]
    assert [(entry.actor, entry.detail) for entry in events] == [(place["administrator"].id, {"number": 1})]


def test_history_tells_what_each_version_changed_and_an_earlier_one_can_be_used_again(place, admin):
    click(admin, "leave_out:location")
    click(admin, "publish")
    write(admin, OWN, SHORT_TEXT)
    click(admin, "ask:location")
    click(admin, "publish")
    text = words_of(admin.get("/beheer/vragen/versies/"))
    assert place["administrator"].name in text
    assert "Versie 2 (geldt nu)" in text
    assert "Weer gevraagd: ‘Waar was het?’." in text
    assert "Nieuwe eigen vraag: ‘Welke afdeling?’." in text
    assert "Niet meer gevraagd: ‘Waar was het?’." in text
    click(admin, "again:1")
    assert questions_in_writing(place.organisation).changes.left_out == ["location"]
    click(admin, "again:0")
    click(admin, "publish")
    assert asked(place) == [question.id for question in questionnaire().asked("aggression")]
    assert questions_for(place.organisation).version.endswith("/3")


@pytest.mark.parametrize("path", ["/beheer/vragen/tekst/nonsense/", "/beheer/vragen/voorbeeld/nonsense/"])
def test_what_is_not_there_is_not_found(admin, path):
    assert admin.get(path).status_code == 404
