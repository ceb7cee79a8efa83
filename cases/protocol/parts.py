"""The parts in which somebody belongs to a case without working it (parts.yaml)."""

from functools import cache

from pydantic import BaseModel, ConfigDict

from cases.protocol.forms import HERE
from organisations.rule_files import read_rules
from organisations.texts import Text


class Part(BaseModel):
    """One part. `heard`: somebody in it can be heard. `speaks_for`: acts for somebody else of the case. `mailbox`: can get a
    mailbox with a code; `once_told`: only after the letter that tells them of the case went out. `marked`: other cases about
    the same person are found."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text
    help: Text | None = None
    heard: bool = False
    speaks_for: bool = False
    mailbox: bool = False
    once_told: bool = False
    marked: bool = False


@cache
def parts() -> dict[str, Part]:
    """The parts of parts.yaml, {code: part}."""
    return read_rules(HERE / "parts.yaml", dict[str, Part])
