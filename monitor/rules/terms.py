"""Explanations of hard words in plain words, by the dimension or population where the words stand (terms.yaml)."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.utils.translation import get_language
from pydantic import BaseModel, ConfigDict, RootModel, field_validator

from monitor.rules.catalogue import POPULATIONS, catalogue
from organisations.rule_files import WrongRule, read_rules

Words = tuple[str, str]  # the word, and what it means


class HardWord(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    nl: Words
    en: Words

    @property
    def word(self) -> str:
        return self._words[0]

    @property
    def meaning(self) -> str:
        return self._words[1]

    @property
    def _words(self) -> Words:
        return self.en if (get_language() or "nl").startswith("en") else self.nl


class HardWords(RootModel[dict[str, list[HardWord]]]):
    @field_validator("root")
    @classmethod
    def _stand_somewhere(cls, root: dict[str, list[HardWord]]) -> dict[str, list[HardWord]]:
        if unknown := set(root) - {*POPULATIONS, *catalogue().published_dimensions}:
            raise WrongRule(f"no table has {', '.join(sorted(unknown))}", min(unknown))
        return root


def terms_of(names: Iterable[str]) -> list[HardWord]:
    """The words to explain on a page that shows these dimensions or populations."""
    return [term for name in names for term in hard_words().get(name, [])]


@cache
def hard_words() -> dict[str, list[HardWord]]:
    return read_rules(Path(__file__).with_name("terms.yaml"), HardWords).root
