"""The catalogues of rule files are whole: each text in each language, and nothing that stands in no file."""

import polib
import pytest
from django.conf import settings

from docs.lint import catalogues, rule_texts
from organisations.rule_files import ROOT


@pytest.fixture(scope="module")
def wanted():
    return rule_texts.rule_texts()


FOLDERS = {folder.name for folder in (ROOT / "locale").iterdir()}
LANGUAGES = sorted((FOLDERS | {code for code, _name in settings.LANGUAGES}) - {"nl"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_a_rule_file_is_translated_and_nothing_else(wanted, language):
    problems = catalogues.of_language(language, wanted)
    assert not problems, "\n".join([f"locale/{language}/{catalogues.RULES}:", *problems])


def test_texts_of_all_floors_are_wanted(wanted):
    dutch = {text for _context, text in wanted}
    assert {"Ontvangst", "Registreer de melding", "Soort melding", "Ontvangstbevestiging", "burgemeesters"} <= dutch
    assert ("in another way", "Anders") in wanted


def test_a_catalogue_that_is_not_whole_or_has_dead_texts_is_told():
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="Druk", msgstr=""))
    catalogue.append(polib.POEntry(msgid="Verdwenen", msgstr="Gone"))
    assert catalogues.of_rules(catalogue, [("", "Druk"), ("verb", "Melden")]) == [
        "untranslated: 'Druk'",
        "not in the catalogue: 'Melden' (verb)",
        "in no rule file: 'Verdwenen'",
    ]


def test_a_language_without_a_catalogue_is_told_where_it_is_made():
    [problem] = catalogues.of_language("eo", [("", "Druk")])
    assert problem.startswith("locale/eo/LC_MESSAGES/rules.po is not there; docs/develop/add-a-language.md")


def test_a_rule_file_that_nobody_reads_is_told(monkeypatch):
    monkeypatch.setattr(rule_texts, "WITHOUT_TEXTS", rule_texts.WITHOUT_TEXTS - {"calendar.yaml"})
    with pytest.raises(ValueError, match=r"monitor/rules/calendar\.yaml"):
        rule_texts.rule_texts()
