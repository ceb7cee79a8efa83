"""Where the reporter is somebody else than who it happened to, pages and texts say whom they mean."""

import pytest
from django.urls import reverse

from cases.models import Case
from reporting.dialogue.dialogue import say
from reporting.form.advice import advice_for
from tests.support.build import a_case, a_place, posted, signed_in, walk, who
from tests.support.reporter import words_of
from vault.compartments import Compartment, open_compartment

pytestmark = pytest.mark.django_db
TO_CARE = ("acknowledge", "assess", "low", "respond_letter", "not_filed", "no_damage", "give_feedback")
SOMEBODY_ELSE = "De melder is iemand anders dan wie het overkwam."


def _words(case: Case, name: str, *args) -> str:
    return words_of(signed_in(who(case.id, "case_officer").person).get(reverse(f"cases:{name}", args=[case.id, *args])))


@pytest.mark.parametrize("role", ["on_behalf", "witness"])
def test_the_case_and_its_deeds_say_whom_they_mean(role):
    case = a_case(a_place(), reporter_role=role, own_function="alderman")
    page = _words(case, "overview")
    assert "Wie het overkwam" in page
    assert "Berichten gaan naar de melder. Opvang en veiligheid gaan over wie het overkwam." in page
    deed = _words(case, "decision", "assess")
    assert SOMEBODY_ELSE in deed
    assert "spreek met die persoon" in deed
    assert "De tekst hieronder gaat naar de melder" not in deed
    walk(case, *TO_CARE)
    declined = _words(case, "decision", "no_more_care")
    assert "De tekst hieronder gaat naar de melder" in declined
    assert "U meldde dit voor een ander" in declined
    assert "U wilt geen nazorg meer" not in declined


@pytest.mark.parametrize("role", ["self", None])
def test_who_reports_for_themselves_is_the_one_it_happened_to(role):
    given = {"reporter_role": role} if role else {}
    case = walk(a_case(a_place(), own_function="alderman", **given), *TO_CARE)
    assert "Berichten gaan naar de melder" not in _words(case, "overview")
    declined = _words(case, "decision", "no_more_care")
    assert SOMEBODY_ELSE not in declined
    assert "U wilt geen nazorg meer" in declined


def test_a_message_of_the_reporter_is_no_word_of_who_it_happened_to(place):
    case = walk(a_case(place, reporter_role="witness"), *TO_CARE)
    actor = who(case.id, "case_officer")

    key = open_compartment(case.id, Compartment.CONTENT, actor.organisation.id, actor.person.id)
    say(case.report, key, "Hij hoeft niet meer gebeld te worden.")
    said = {"record-1-how": "message", "record-1-heard_by": ""}
    address = reverse("cases:decision", args=[case.id, "no_more_care"])
    answer = signed_in(actor.person).post(address, posted(case, "no_more_care", **said))
    assert answer.status_code == 422
    assert "alleen als wie het overkwam zelf in het postvak schreef" in words_of(answer)


@pytest.mark.parametrize("role", ["on_behalf", "witness"])
def test_the_advice_speaks_of_who_it_happened_to(role):
    given = {"danger": "unsafe", "aggression_form": ["stalking"], "injury": "hurt"}
    own = "\n".join(f"{one.title} {one.text}" for one in advice_for("aggression", given))
    assert "u bent bedreigd" in own
    other = "\n".join(f"{one.title} {one.text}" for one in advice_for("aggression", given | {"reporter_role": role}))
    for words in ("u bent bedreigd", "U bent nu niet veilig", "uw letsel", "moet u zelf"):
        assert words not in other
    assert "wie het overkwam" in other
