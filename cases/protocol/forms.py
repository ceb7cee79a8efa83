"""What decisions ask beside their reason: records with fields (records.yaml) and texts to the reporter (messages.yaml)."""

from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from organisations.rule_files import read_rules
from organisations.texts import Text

HERE = Path(__file__).parent
MOMENT_OF_DEED = "at"  # the field of a record that dates the deed, where the record has it


class FieldType(StrEnum):
    """What kind of answer a field takes."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    AMOUNT = "amount"
    CHOICE = "choice"


class RecordField(BaseModel):
    """One thing that a record asks. `ahead`: a day that lies in the future, such as an end; any other day has been.
    `needed_when` names another field and the answers to it with which this one must be filled in."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: FieldType = FieldType.LINE
    label: Text
    help: Text | None = None
    optional: bool = False
    ahead: bool = False
    choices: dict[str, Text] = {}
    needed_when: dict[str, list[str]] = {}

    @model_validator(mode="after")
    def _is_whole(self) -> "RecordField":
        if (self.type == FieldType.CHOICE) != bool(self.choices):
            raise ValueError("a choice has choices, and nothing else has")
        return self


class RecordForm(BaseModel):
    """The fields of one kind of record. `rows`: how many can be recorded at once. `ends`: what a record of this kind can
    come to, {code: words}; until somebody says which, it runs. `end_fields`: what is asked when it comes to that, {code of
    `ends`: fields}. `until` names the field with its last day. `total_per` names the choice per which amounts are added.
    `fixed`: its last day is not moved, since two people decided it. `later`: each lies on a later day than the one before."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text
    help: Text | None = None
    rows: int = Field(default=1, ge=1, le=8)
    fields: dict[str, RecordField]
    ends: dict[str, Text] = {}
    end_fields: dict[str, dict[str, RecordField]] = {}
    until: str = ""
    total_per: str = ""
    fixed: bool = False
    later: bool = False

    @model_validator(mode="after")
    def _names_lead_somewhere(self) -> "RecordForm":
        named = {other for field in self.fields.values() for other in field.needed_when}
        named |= {self.until, self.total_per} - {""}
        if strange := named - set(self.fields):
            raise ValueError(f"there is no field {', '.join(sorted(strange))}")
        if strange := set(self.end_fields) - set(self.ends):
            raise ValueError(f"a record cannot come to {', '.join(sorted(strange))}")
        return self


class MessageForm(BaseModel):
    """A text to the reporter. `about` says what it is about, as in the printed protocol. `begins` is what the officer starts
    from and changes; it knows {function}, {number}, {day} (the day of the next message) and {adviser}. `reasons`: from
    which one is chosen, {code: words}; it opens the text. `remedy`: how to object, which closes the text and cannot be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text
    about: Text
    help: Text | None = None
    begins: Text | None = None
    reasons: dict[str, Text] = {}
    remedy: Text | None = None


@cache
def record_forms() -> dict[str, RecordForm]:
    """The forms of records.yaml, {name: form}."""
    return read_rules(HERE / "records.yaml", dict[str, RecordForm])


@cache
def message_forms() -> dict[str, MessageForm]:
    """The texts of messages.yaml, {name: text}."""
    return read_rules(HERE / "messages.yaml", dict[str, MessageForm])
