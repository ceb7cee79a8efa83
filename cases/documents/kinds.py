"""The documents that a case can have (kinds.yaml), and the offences by which evidence is sorted (offences.yaml)."""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cases.protocol.kinds.deadline_kinds import deadline_kinds
from organisations.codes import code_list
from organisations.rule_files import WrongRule, read_rules
from organisations.texts import Text
from reporting.questions.own import national_questions

HERE = Path(__file__).parent
OUTSIDE = "_outside"  # after the name of a field for colleagues: the field for who is not in the list
ALWAYS = ("organisation", "case", "received_on", "today", "officer", "what")


class Type(StrEnum):
    """What kind of answer a field takes."""

    LINE = "line"
    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"
    CHOICE = "choice"
    COLLEAGUES = "colleagues"  # some of who works the case, and in the field with OUTSIDE after its name whoever else


class DocumentField(BaseModel):
    """One thing that is asked for a document. `source` names questions of the report: the field begins with their answers. What
    was answered to those in `beside` stands under the label, for whoever fills it in."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: Type
    label: Text
    help: Text | None = None
    optional: bool = False
    choices: dict[str, Text] = {}
    source: list[str] = Field(default=[], alias="from")
    beside: list[str] = []

    @model_validator(mode="after")
    def _is_whole(self) -> "DocumentField":
        if (self.type == Type.CHOICE) != bool(self.choices):
            raise ValueError("a choice has choices, and nothing else has")
        if unknown := {*self.source, *self.beside} - set(national_questions()):
            raise ValueError(f"no such questions: {unknown}")
        return self


class Kind(BaseModel):
    """A kind of document: for which kinds of case it is, what is asked for it, and its text in blocks. `meets`: the
    deadlines that are met by it, each with the field that says when it was done. `record`: the form of the record of which it is
    made, whose answers its text knows."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text
    kinds: list[str] = Field(alias="for")
    fields: dict[str, DocumentField]
    text: str
    to_reporter: bool = False
    hides_reporter: bool = False
    evidence: bool = False
    meets: dict[str, str] = {}
    record: str = ""

    @model_validator(mode="after")
    def _with_others(self) -> "Kind":
        for name, asked in self.fields.items():
            if asked.type == Type.COLLEAGUES and not self.fields.get(name + OUTSIDE):
                raise ValueError(f"{name} needs a field {name + OUTSIDE} for who is not in the list")
        return self

    @property
    def variables(self) -> set[str]:
        """The names that a template of an organisation may use."""
        return {*ALWAYS, *self.fields}


class DocumentKinds(BaseModel):
    """All of kinds.yaml. A kind says `shared` for what it asks in the words of `fields`. `words`: {code list: {leaf: words}} of
    leaves whose own words speak to the reporter."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    words: dict[str, dict[str, Text]]
    fields: dict[str, DocumentField]
    kinds: dict[str, Kind]

    @model_validator(mode="before")
    @classmethod
    def _with_shared(cls, data: dict[str, Any]) -> dict[str, Any]:
        shared = data["fields"]
        kinds = {}
        for code, kind in data["kinds"].items():
            fields = {name: shared[name] if field == "shared" else field for name, field in kind["fields"].items()}
            kinds[code] = {**kind, "fields": fields}
        return {**data, "kinds": kinds}

    @model_validator(mode="after")
    def _for_known_kinds(self) -> "DocumentKinds":
        known = {code.id for code in code_list("kind").codes}
        for code, kind in self.kinds.items():
            if not set(kind.kinds) <= known:
                raise WrongRule("this is for a kind of case that does not exist", "kinds", code, "for")
            for deadline, field in kind.meets.items():
                if deadline not in deadline_kinds() or kind.fields[field].type != Type.MOMENT:
                    raise WrongRule("this meets no known deadline at a moment that is asked", "kinds", code, "meets")
        return self

    @model_validator(mode="after")
    def _words_of_known_leaves(self) -> "DocumentKinds":
        for name, words in self.words.items():
            if not set(words) <= {leaf.id for leaf in code_list(name).leaves}:
                raise WrongRule("this gives words to a code that does not exist", "words", name)
        return self


class Offence(BaseModel):
    """One criminal offence. `complaint`: it is prosecuted only after a complaint of the victim."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    article: str
    label: Text
    complaint: bool = False

    @property
    def in_words(self) -> str:
        return f"{self.label} ({self.article})" if self.article else str(self.label)


@cache
def document_kinds() -> dict[str, Kind]:
    """The kinds of document, {code: kind}. Raises BadRules where a kind of case is named that does not exist."""
    return _all_of_file().kinds


def code_in_document(name: str, leaf: str) -> str:
    """A leaf of this code list in the words of a document."""
    return str(_all_of_file().words.get(name, {}).get(leaf) or code_list(name)[leaf])


@cache
def _all_of_file() -> DocumentKinds:
    return read_rules(HERE / "kinds.yaml", DocumentKinds)


@cache
def offences() -> dict[str, Offence]:
    """The offences, {code: offence}, in the order of the file."""
    return read_rules(HERE / "offences.yaml", dict[str, Offence])
