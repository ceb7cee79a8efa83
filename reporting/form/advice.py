"""Advice for the reporter, chosen from advice.yaml by the answers. Each piece of advice names its source."""

from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from organisations.legal_sources import LegalSources
from organisations.rule_files import read_rules
from organisations.texts import Text
from reporting.dialogue.progress import progress_words
from reporting.questions.own import national_questions
from reporting.questions.reading import is_for_another


class ForAnother(BaseModel):
    """The words for who reports what happened to somebody else."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Text
    text: Text


class Advice(BaseModel):
    """`for_another`: the words where the report says that it happened to somebody else than the reporter. `lasts`: it holds for
    a closed report too; everything else holds only while the report runs. `until_told`: lines of progress.yaml after which it
    holds no more."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kinds: list[str]
    when: dict[str, list[str]] = {}
    unless: dict[str, list[str]] = {}
    until_told: list[str] = []
    lasts: bool = False
    title: Text
    text: Text
    for_another: ForAnother | None = None
    source: LegalSources

    @model_validator(mode="after")
    def _asks_what_is_asked(self) -> "Advice":
        if unknown := {*self.when, *self.unless} - set(national_questions()):
            raise ValueError(f"{', '.join(sorted(unknown))} is no question of the report form")
        if unknown := set(self.until_told) - set(progress_words()):
            raise ValueError(f"{', '.join(sorted(unknown))} is no line of progress.yaml")
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


def advice_for(
    kind: str, answers: dict[str, Any], *, told: Collection[str] = (), is_closed: bool = False
) -> list[Advice]:
    """The advice for these answers ({question id: code, codes or text}), the most pressing first, in words for whom it is.
    `told`: the codes of what the reporter was told since."""
    found = [advice for advice in _all() if advice.fits(kind, answers)]
    found = [advice for advice in found if (advice.lasts or not is_closed) and not set(advice.until_told) & set(told)]
    if not is_for_another(answers):
        return found
    return [one.model_copy(update=dict(one.for_another)) if one.for_another else one for one in found]
