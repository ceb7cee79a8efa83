"""The grounds on which a passage can be masked (grounds.yaml)."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from organisations.legal_sources import LegalSources
from organisations.rule_files import read_rules
from organisations.texts import Text


class Ground(BaseModel):
    """A ground for masking. `short` is the code that stands in the masked block."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    short: str = Field(max_length=8)
    source: LegalSources
    label: Text
    asks_reason: bool = False

    @property
    def in_words(self) -> str:
        return f"{self.label} ({self.source})" if self.source else str(self.label)


@cache
def grounds() -> dict[str, Ground]:
    """The grounds of grounds.yaml, {code: ground}."""
    return read_rules(Path(__file__).with_name("grounds.yaml"), dict[str, Ground])
