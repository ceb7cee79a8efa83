"""The kinds of documents that a decision may name as its proof: their words, and the kinds of report that have them."""

from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from cases.protocol.kinds.forms import HERE
from organisations.rule_files import read_rules
from organisations.texts import Text


class PaperKind(BaseModel):
    """What a protocol must know of a kind of document; the whole is in cases/documents."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    label: Text
    kinds: list[str] = Field(alias="for")
    record: str = ""  # made of a record of this form


class PaperKinds(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    kinds: dict[str, PaperKind]


@cache
def paper_kinds() -> dict[str, PaperKind]:
    """The kinds of document of cases/documents/kinds.yaml, {code: kind}."""
    return read_rules(HERE.parents[1] / "documents" / "kinds.yaml", PaperKinds).kinds
