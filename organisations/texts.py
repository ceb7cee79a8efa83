"""Texts of rules: the Dutch stands in the rule file, other languages in a catalogue of messages.

The catalogue of a language is locale/<language>/LC_MESSAGES/rules.po with the Dutch text as msgid. What an organisation
writes itself, in the database, carries its translations along.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations, find
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language, get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header
from pydantic import BaseModel, ConfigDict, Field, RootModel, model_validator

CONTEXT = "context"
DUTCH = "nl"
_NOTED: ContextVar[dict[tuple[str, str], None] | None] = ContextVar("texts of rule files", default=None)


class Text(RootModel[str | dict[str, str]]):
    """A text in the language that is active. Written in one of three ways:

    - `"Wederhoor"`: Dutch; the catalogue has the rest;
    - `{"nl": "Anders", "context": "in another way"}`: the same, where one Dutch text has two translations;
    - `{"nl": "Waar?", "en": "Where?"}`: with its own translations; a language that it lacks reads the Dutch.
    """

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _has_dutch(self) -> "Text":
        if isinstance(self.root, dict) and DUTCH not in self.root:
            raise ValueError("a text has its Dutch (nl)")
        noted = _NOTED.get()
        if noted is not None and not self.has_translations:
            noted[self.context, self.dutch] = None
        return self

    def __str__(self) -> str:
        return self.in_language(active_language())

    def __hash__(self) -> int:
        return hash((self.dutch, self.context))

    @property
    def dutch(self) -> str:
        return self.root if isinstance(self.root, str) else self.root[DUTCH]

    @property
    def context(self) -> str:
        return "" if isinstance(self.root, str) else self.root.get(CONTEXT, "")

    @property
    def has_translations(self) -> bool:
        """Whether it carries its translations along, so that no catalogue is asked."""
        return isinstance(self.root, dict) and not self.context

    def repeats(self, other: "Text | None") -> bool:
        """Whether this text, with its own translations, says in each of them what the other says."""
        languages = self.root if isinstance(self.root, dict) else [DUTCH]
        return other is not None and all(self.in_language(code) == other.in_language(code) for code in languages)

    def in_language(self, language: str) -> str:
        """The text in a language of LANGUAGES; in Dutch where nobody translated it."""
        if isinstance(self.root, dict) and not self.context:
            return self.root.get(language) or self.dutch
        if language == DUTCH:
            return self.dutch
        catalogue = _catalogue(language, tuple(map(str, settings.LOCALE_PATHS)))
        return catalogue.pgettext(self.context, self.dutch) if self.context else catalogue.gettext(self.dutch)


class Labelled(BaseModel):
    """Something of a rule file with a name for people: `label` in the file and in use."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    text: Text = Field(alias="label")

    @property
    def label(self) -> str:
        """The name in the language that is active."""
        return str(self.text)


@contextmanager
def noted_texts() -> Iterator[dict[tuple[str, str], None]]:
    """Notes {(context, Dutch)} of every text that a catalogue must have and that is read meanwhile, in order."""
    noted: dict[tuple[str, str], None] = {}
    token = _NOTED.set(noted)
    try:
        yield noted
    finally:
        _NOTED.reset(token)


def active_language() -> str:
    """The language of LANGUAGES in which words are asked for now."""
    return _of_languages(get_language() or settings.LANGUAGE_CODE, tuple(code for code, _name in settings.LANGUAGES))


def language_wanted(header: str) -> str:
    """The language of LANGUAGES that an Accept-Language header wants most; Dutch where it wants none of them."""
    for code, _weight in parse_accept_lang_header(header):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


@cache
def _of_languages(language: str, languages: Iterable[str]) -> str:
    return language if language in languages else language.split("-")[0]


@cache
def _catalogue(language: str, folders: tuple[str, ...]) -> NullTranslations:
    """The messages of a language of all folders, the first folder first."""
    catalogue = NullTranslations()
    for folder in reversed(folders):
        if path := find("rules", folder, languages=[language]):
            with Path(path).open("rb") as file:
                messages = GNUTranslations(file)
            messages.add_fallback(catalogue)
            catalogue = messages
    return catalogue
