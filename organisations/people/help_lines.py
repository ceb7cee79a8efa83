"""Whom anybody can call for help, whatever their organisation: help.yaml."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from organisations.rule_files import read_rules
from organisations.texts import Text


class HelpLine(BaseModel):
    """One line of help.yaml. `number` is written as people read it, without a country code."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    name: str
    helps: Text = Field(alias="for")
    hours: Text
    number: str = Field(pattern=r"^0\d[\d -]+$")
    read_at: str = Field(pattern=r"^https://")


@cache
def help_lines() -> tuple[HelpLine, ...]:
    """All lines, in the order of the file."""
    return tuple(read_rules(Path(__file__).with_name("help.yaml"), list[HelpLine]))
