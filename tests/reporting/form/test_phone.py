"""Somebody writes down what another one tells: the form speaks of the reporter as of somebody else."""

import re

import pytest
from lxml import html

from tests.support.places import a_place
from tests.support.reporter import (
    SENDS,
    URL,
    answer_page,
    fill_in,
    press,
    receipt_of,
    send,
    step_of,
    words_of,
)

pytestmark = pytest.mark.django_db
ADDRESSED = re.compile(r"\b(u|uw|uzelf)\b", re.I)
ANSWERS = {
    "aggression_form": "threat",
    "integrity_type": "nepotism",
    "pressure_form": "P3",
    "account": "Hij stond bij haar fiets.",
    "danger": "safe",
    "subject": "alderman:",
    "known_as": "named",
    "name": "Sanne Balie",
}
# Words of code lists are those of everybody.
TO_THE_CLERK = (
    "Aanval op uw goede naam",
    "Vernieling van uw",
    "Wie u kiest, kan de melding nooit zien",
    "niet u.",
    "Kiest u niets?",
    "wat u opschreef",
    "U kunt alles nog veranderen.",
)


def _asked(page) -> list[str]:
    """Labels, helps and choices of a step, and its heading."""
    parts = html.fromstring(page.content).xpath(
        "//main//h1 | //main//label | //main//legend | //main//*[contains(@class, 'description')]"
        " | //main//h1/following-sibling::p[not(.//button)]"
    )
    return [" ".join(part.text_content().split()) for part in parts]


@pytest.mark.parametrize("kind", ["aggression", "integrity", "pressure"])
def test_every_question_is_asked_of_the_reporter_as_of_somebody_else(kind):
    clerk = a_place().client("officer")
    doors = clerk.get("/werkplek/telefoon/")
    state = re.search(r'name="state"\s+value="([^"]+)"', doors.content.decode())[1]
    page, asked, left = clerk.post(URL, {"state": state, "kind": kind}), [], dict(ANSWERS)
    while step_of(page) != SENDS:
        asked += _asked(page)
        page = answer_page(clerk, page, URL, left)
        assert page.status_code == 200, words_of(page)
    asked += _asked(page)
    for optional in ("more", "evidence"):
        asked += _asked(press(clerk, page, f"edit:{optional}"))
    assert any("de melder" in words for words in asked)
    for words in asked:
        for known in TO_THE_CLERK:
            words = words.replace(known, "")
        assert not ADDRESSED.search(words), words
    assert "Kent de naam van de melder." in words_of(page)


def test_the_code_is_given_to_the_clerk_to_pass_on():
    clerk = a_place().client("officer")
    doors = clerk.get("/werkplek/telefoon/")
    state = re.search(r'name="state"\s+value="([^"]+)"', doors.content.decode())[1]
    page = clerk.post(URL, {"state": state, "kind": "aggression"})
    summary = fill_in(clerk, page, **ANSWERS)
    assert not receipt_of(summary)
    done = send(clerk, summary)
    assert receipt_of(done)
    assert "Geef deze code door aan de melder" in words_of(done)
    assert "Lees de code twee keer voor" in words_of(done)
    assert "Bewaar als tekst" not in words_of(done)
    assert "Mijn melding" not in words_of(done)
    assert "De melding is binnen" in words_of(done)
    assert "Uw melding" not in words_of(done).split("Wat wij doen")[0]


def test_who_reports_alone_is_asked_as_before(client):
    a_place()
    page = client.post(URL, {"kind": "aggression"})
    assert "Voelt u zich nu veilig?" in words_of(page)
    assert "de melder" not in words_of(page)
