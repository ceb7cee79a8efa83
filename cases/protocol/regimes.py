"""Which legal schemes a report falls under, by its coded answers (regimes.yaml)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from organisations.legal_sources import LegalSources
from organisations.rule_files import read_rules
from organisations.texts import Text


class Regime(BaseModel):
    """One scheme. `when` is a list of conditions, {code list: codes}; one of them is enough. `certain` is false where
    the answers only say that the scheme may apply. `judges`: who judges the person concerned, where the scheme says that."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text
    means: Text
    source: LegalSources
    certain: bool = True
    judges: Literal["", "body", "employer"] = ""
    when: list[dict[str, list[str]]]

    def applies(self, codes: Mapping[str, str]) -> bool:
        return any(all(codes.get(name) in wanted for name, wanted in condition.items()) for condition in self.when)


@cache
def regimes() -> dict[str, Regime]:
    """The schemes of regimes.yaml, {name: scheme}."""
    return read_rules(Path(__file__).with_name("regimes.yaml"), dict[str, Regime])


def regimes_of(codes: Mapping[str, str]) -> dict[str, Regime]:
    """The schemes of a case with these codes ({code list: code}), in the order of the file."""
    return {name: regime for name, regime in regimes().items() if regime.applies(codes)}


def judges_of(codes: Mapping[str, str]) -> str:
    """Who judges the person concerned of a case with these codes: a "body" of which politicians are part, or the "employer".
    Empty where the codes do not say it."""
    found = {regime.judges for regime in regimes_of(codes).values()} - {""}
    return found.pop() if len(found) == 1 else ""
