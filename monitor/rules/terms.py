"""Hard words in plain words, where they stand (terms.yaml)."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, RootModel, field_validator

from monitor.rules.catalogue import POPULATIONS, catalogue
from organisations.rule_files import WrongRule, read_rules
from organisations.texts import Text


class Term(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    word: Text
    meaning: Text


class Terms(RootModel[dict[str, list[Term]]]):
    @field_validator("root")
    @classmethod
    def _stand_somewhere(cls, root: dict[str, list[Term]]) -> dict[str, list[Term]]:
        if unknown := set(root) - {*POPULATIONS, *catalogue().published_dimensions}:
            raise WrongRule(f"no table has {', '.join(sorted(unknown))}", min(unknown))
        return root


def terms_of(names: Iterable[str]) -> list[Term]:
    """The words to explain where these dimensions or populations are shown."""
    return [term for name in names for term in terms().get(name, [])]


@cache
def terms() -> dict[str, list[Term]]:
    return read_rules(Path(__file__).with_name("terms.yaml"), Terms).root
