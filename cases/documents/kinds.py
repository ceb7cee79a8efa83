"""The documents that a case can have (kinds.yaml), and the offences by which evidence is sorted (offences.yaml)."""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from organisations.codes import code_list
from organisations.rule_files import safe_load
from reporting.questions.own import national_questions
from reporting.questions.questions import Words

HERE = Path(__file__).parent
ALWAYS = ("organisation", "case", "received_on", "today", "officer", "what")


class Type(StrEnum):
    """What kind of answer a field takes."""

    LINE = "line"
    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"
    CHOICE = "choice"


class DocumentField(BaseModel):
    """One thing that is asked for a document. `source` names questions of the report; the field begins with their
    answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: Type
    label: Words
    help: Words | None = None
    optional: bool = False
    choices: dict[str, Words] = {}
    source: list[str] = Field(default=[], alias="from")

    @model_validator(mode="after")
    def _is_whole(self) -> "DocumentField":
        if (self.type == Type.CHOICE) != bool(self.choices):
            raise ValueError("a choice has choices, and nothing else has")
        if unknown := set(self.source) - set(national_questions()):
            raise ValueError(f"no such questions: {unknown}")
        return self


class Kind(BaseModel):
    """A kind of document: for which kinds of case it is, what is asked for it, and its text in blocks."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Words
    kinds: list[str] = Field(alias="for")
    fields: dict[str, DocumentField]
    text: str
    to_reporter: bool = False
    hides_reporter: bool = False
    evidence: bool = False

    @property
    def variables(self) -> set[str]:
        """The names that a template of an organisation may use."""
        return {*ALWAYS, *self.fields}


class Offence(BaseModel):
    """One criminal offence. `complaint`: it is prosecuted only after a complaint of the victim."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    article: str
    label: Words
    complaint: bool = False

    @property
    def in_words(self) -> str:
        return f"{self.label} ({self.article})" if self.article else str(self.label)


@cache
def document_kinds() -> dict[str, Kind]:
    """The kinds of document, {code: kind}. Raises ValueError where a kind of case is named that does not exist."""
    data = safe_load((HERE / "kinds.yaml").read_text("utf-8"))
    known = {code.id for code in code_list("kind").codes}
    kinds = {code: _kind(raw, data["fields"]) for code, raw in data["kinds"].items()}
    for code, kind in kinds.items():
        if not set(kind.kinds) <= known:
            raise ValueError(f"{code} is for a kind of case that does not exist")
    return kinds


@cache
def offences() -> dict[str, Offence]:
    """The offences, {code: offence}, in the order of the file."""
    data = safe_load((HERE / "offences.yaml").read_text("utf-8"))
    return {code: Offence.model_validate(raw) for code, raw in data.items()}


def _kind(raw: dict[str, Any], shared: dict[str, Any]) -> Kind:
    fields = {name: shared[name] if field == "shared" else field for name, field in raw["fields"].items()}
    return Kind.model_validate({**raw, "fields": fields})
