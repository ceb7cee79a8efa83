"""The grounds on which a passage can be masked (grounds.yaml)."""

from functools import cache
from itertools import groupby
from pathlib import Path

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from organisations.legal_sources import LegalSources
from organisations.rule_files import read_rules
from organisations.texts import Text


class Ground(BaseModel):
    """A ground for masking. `short` is the code that stands in the masked block. `absolute`: nothing is weighed against it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    short: str = Field(max_length=10)
    source: LegalSources
    label: Text
    absolute: bool = False
    asks_reason: bool = False

    @property
    def in_words(self) -> str:
        absolute = _("%(label)s, an absolute ground") if self.absolute else "%(label)s"
        words = absolute % {"label": self.label}
        return f"{words} ({self.source})" if self.source else words

    @property
    def group(self) -> str:
        """Under which heading it is chosen."""
        laws = {part.law for part in self.source.root}
        if "Woo" in laws:
            return _("Request under the Woo, absolute grounds") if self.absolute else _("Request under the Woo")
        return _("Request for one's own data (AVG)") if laws & {"AVG", "UAVG"} else _("Other grounds")


def grouped_grounds() -> list[tuple[str, list[tuple[str, str]]]]:
    """The grounds as choices under their headings, [(heading, [(code, words)])]."""
    return [
        (heading, [(code, ground.in_words) for code, ground in group])
        for heading, group in groupby(grounds().items(), key=lambda item: item[1].group)
    ]


@cache
def grounds() -> dict[str, Ground]:
    """The grounds of grounds.yaml, {code: ground}."""
    return read_rules(Path(__file__).with_name("grounds.yaml"), dict[str, Ground])
