"""Advice for the reporter, read from advice.yaml and fitted to the answers. Each piece names its source."""

from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from organisations.legal_sources import LegalSources
from organisations.rule_files import read_rules
from organisations.texts import Text


class Advice(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    kinds: list[str]
    when: dict[str, list[str]] = {}
    unless: dict[str, list[str]] = {}
    title: Text
    text: Text
    source: LegalSources

    def fits(self, kind: str, answers: dict[str, Any]) -> bool:
        """`when`: one of the answers named must be given; `unless`: none of them may be."""
        given = {question: set(value if isinstance(value, list) else [value]) for question, value in answers.items()}

        def some(wanted: dict[str, list[str]]) -> bool:
            return any(given.get(question, set()) & set(values) for question, values in wanted.items())

        return kind in self.kinds and (not self.when or some(self.when)) and not some(self.unless)


@cache
def _all() -> list[Advice]:
    return read_rules(Path(__file__).with_name("advice.yaml"), list[Advice])


def advice_for(kind: str, answers: dict[str, Any]) -> list[Advice]:
    """What fits the answers ({question id: code, codes or text}), the most pressing first."""
    return [one for one in _all() if one.fits(kind, answers)]
