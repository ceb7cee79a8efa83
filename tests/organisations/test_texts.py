"""One kind of text: Dutch in the file and other languages in a catalogue, or with its translations along."""

import polib
import pytest
from django.test import override_settings
from django.utils.translation import override
from pydantic import ValidationError

from organisations.texts import Text, language_wanted

TWO = [("nl", "Dutch"), ("en", "English")]
THREE = [*TWO, ("eo", "Esperanto")]  # a language that the product will not have


@pytest.fixture
def esperanto(tmp_path, settings):
    """A catalogue that knows one word of Esperanto, beside those of the product."""
    folder = tmp_path / "eo" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="Agressie", msgstr="Agreso"))
    catalogue.append(polib.POEntry(msgid="Anders", msgstr="Alie"))
    catalogue.append(polib.POEntry(msgid="Anders", msgctxt="in another way", msgstr="Alimaniere"))
    catalogue.save_as_mofile(str(folder / "rules.mo"))
    settings.LOCALE_PATHS = [tmp_path, *settings.LOCALE_PATHS]
    settings.LANGUAGES = THREE


def test_the_catalogue_has_the_other_languages(esperanto):
    text = Text("Agressie")
    assert (str(text), text.in_language("en"), text.in_language("eo")) == ("Agressie", "Aggression", "Agreso")
    with override("en"):
        assert f"{text}" == "Aggression"
    with override("eo"):
        assert f"{text}" == "Agreso"


def test_one_dutch_text_can_have_two_translations(esperanto):
    plain, other = Text("Anders"), Text({"nl": "Anders", "context": "in another way"})
    assert (plain.in_language("nl"), other.in_language("nl")) == ("Anders", "Anders")
    assert (plain.in_language("en"), other.in_language("en")) == ("Other", "Otherwise")
    assert (plain.in_language("eo"), other.in_language("eo")) == ("Alie", "Alimaniere")


def test_what_nobody_translated_is_in_dutch(esperanto):
    with override("eo"):
        assert str(Text("Integriteit")) == "Integriteit"
        assert str(Text("Een tekst die nergens staat")) == "Een tekst die nergens staat"


def test_a_text_of_an_organisation_has_its_own_translations(esperanto):
    text = Text({"nl": "Anders", "en": "Something else"})
    assert text.in_language("en") == "Something else"
    assert text.in_language("eo") == "Anders"
    assert Text({"nl": "Anders"}).in_language("en") == "Anders"
    assert text.model_dump() == {"nl": "Anders", "en": "Something else"}
    assert Text.model_validate(text.model_dump()) == text


def test_a_text_without_dutch_is_refused():
    with pytest.raises(ValidationError, match="a text has its Dutch"):
        Text({"en": "Something"})


def test_own_words_that_repeat_the_national_ones_are_known():
    national = Text("Agressie")
    assert Text({"nl": "Agressie", "en": "Aggression"}).repeats(national)
    assert not Text({"nl": "Agressie", "en": "Violence"}).repeats(national)
    assert not Text("Agressie").repeats(None)


@override_settings(LANGUAGES=TWO)
@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "nl"),
        ("en", "en"),
        ("en-GB, nl;q=0.5", "en"),
        ("nl-NL, en;q=0.9", "nl"),
        ("en;q=0.2, nl-BE;q=0.8", "nl"),
        ("pl, en;q=0.3", "en"),
        ("eo, en;q=0.3", "en"),
        ("*", "nl"),
    ],
)
def test_the_language_that_is_wanted_most_of_those_there_are(header, language):
    assert language_wanted(header) == language


@override_settings(LANGUAGES=THREE)
def test_a_language_of_the_settings_can_be_wanted():
    assert language_wanted("eo, en;q=0.3") == "eo"
