"""Every text in which somebody of a case can be named, and how its words are heard: free_texts.yaml."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, model_validator

from organisations.rule_files import read_rules


class FreeText(BaseModel):
    """How the words of one stored purpose are heard; the names are those that free_texts.yaml explains."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    fields: list[str] = []
    asked: list[str] = []
    weighed: list[str] = []
    otherwise: str = ""
    apart: str = ""

    @model_validator(mode="after")
    def _is_heard(self) -> "FreeText":
        if not (self.asked or self.weighed or self.otherwise):
            raise ValueError("nothing says how these words are heard")
        return self


class FreeTexts(BaseModel):
    """The whole file. `no_words`: {what such columns hold: columns, in lines}."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    texts: dict[str, FreeText]
    no_words: dict[str, list[list[str]]]


@cache
def free_texts() -> FreeTexts:
    return read_rules(Path(__file__).with_name("free_texts.yaml"), FreeTexts)


@cache
def compared_purposes() -> tuple[str, ...]:
    """The stored purposes of the texts with which everybody is compared who comes to a case."""
    return tuple(purpose for purpose, text in free_texts().texts.items() if not text.apart)
