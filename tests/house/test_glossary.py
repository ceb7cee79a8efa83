"""Every class of the product is a word of the glossary, or a word of its own room."""

import re
from pathlib import Path

import pytest

from docs.lint.vocabulary import APPS, GLOSSARY, names_in_code, vocabulary, words_of_table, written_anew

TEXT = GLOSSARY.read_text("utf-8")
CODE = names_in_code()


def _strange(text: str, app: str, names: set[str]) -> set[str]:
    return names - words_of_table(text) - vocabulary(text).get(app, set())


@pytest.mark.parametrize("app", APPS)
def test_every_class_is_in_the_glossary_or_among_the_words_of_its_app(app):
    names = set().union(*CODE[app].values())
    assert not _strange(TEXT, app, names), "add the word to docs/glossary.md, or take one that is there"


@pytest.mark.parametrize("app", APPS)
def test_no_word_of_a_room_is_left_from_a_class_that_is_gone(app):
    names = set().union(*CODE[app].values())
    assert not vocabulary(TEXT)[app] - names, "python docs/lint/vocabulary.py writes the lists anew"


def test_the_names_of_the_table_are_in_the_code():
    code = "\n".join(path.read_text("utf-8") for app in APPS for path in Path(GLOSSARY.parents[1] / app).rglob("*.py"))
    names = {name for name in words_of_table(TEXT) if name[0].isupper() and not name.isupper()}
    assert len(names) > 40
    assert not {name for name in names if not re.search(rf"\b{name}\b", code)}


def test_a_new_name_is_found():
    assert _strange(TEXT, "cases", {"Case", "CaseThing"}) == {"CaseThing"}


def test_a_word_of_one_app_is_none_of_another():
    assert _strange(TEXT, "care", {"SealedWriter"}) == {"SealedWriter"}
    assert not _strange(TEXT, "vault", {"SealedWriter"})


def test_a_class_is_found_in_a_room(tmp_path):
    (tmp_path / "cases/deadlines").mkdir(parents=True)
    (tmp_path / "cases/deadlines/models.py").write_text(
        "class Pause: ...\nclass _Private: ...\nclass PauseForm: ...\ndef f():\n    class Inner: ...\n"
    )
    assert names_in_code(tmp_path)["cases"] == {"deadlines": {"Pause"}}


def test_writing_the_lists_anew_keeps_the_table_and_is_stable():
    anew = written_anew(TEXT)
    assert words_of_table(anew) == words_of_table(TEXT)
    assert written_anew(anew) == anew
