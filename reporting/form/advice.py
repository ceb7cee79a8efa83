"""Advice for the reporter, chosen from advice.yaml by the answers. Each piece of advice names its source."""

from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from organisations.legal_sources import LegalSources
from organisations.rule_files import read_rules
from organisations.texts import Text
from reporting.questions.own import national_questions


class Advice(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    kinds: list[str]
    when: dict[str, list[str]] = {}
    unless: dict[str, list[str]] = {}
    title: Text
    text: Text
    source: LegalSources

    @model_validator(mode="after")
    def _asks_what_is_asked(self) -> "Advice":
        if unknown := {*self.when, *self.unless} - set(national_questions()):
            raise ValueError(f"{', '.join(sorted(unknown))} is no question of the report form")
        return self

    def fits(self, kind: str, answers: dict[str, Any]) -> bool:
        """Whether the advice is for this report. One of the answers in `when` must be given, and none of those in
        `unless`. `answers`: {question id: code, codes or text}."""
        given = {question: set(value if isinstance(value, list) else [value]) for question, value in answers.items()}

        def some(wanted: dict[str, list[str]]) -> bool:
            return any(given.get(question, set()) & set(values) for question, values in wanted.items())

        return kind in self.kinds and (not self.when or some(self.when)) and not some(self.unless)


@cache
def _all() -> list[Advice]:
    return read_rules(Path(__file__).with_name("advice.yaml"), list[Advice])


def advice_for(kind: str, answers: dict[str, Any]) -> list[Advice]:
    """The advice for these answers ({question id: code, codes or text}), the most pressing first."""
    return [advice for advice in _all() if advice.fits(kind, answers)]
