"""Explanations of hard words in plain words, by the dimension or population where the words stand (terms.yaml)."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, RootModel, field_validator

from monitor.rules.catalogue import POPULATIONS, catalogue
from organisations.rule_files import WrongRule, read_rules
from organisations.texts import Text


class HardWord(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    word: Text
    meaning: Text


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
