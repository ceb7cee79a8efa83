"""What somebody of a case may ask on their own papers page, and in which term they get an answer (rights.yaml)."""

from datetime import date
from functools import cache
from pathlib import Path

from django.utils import timezone
from pydantic import BaseModel, ConfigDict, model_validator

from cases.protocol.kinds.deadline_kinds import Length, after, beginning_of, deadline_kinds, term_cited
from organisations.legal_sources import NO_SOURCE, LegalSources
from organisations.rule_files import read_rules
from organisations.texts import Text


class Right(BaseModel):
    """Something that a person may ask. `deadline` is a code of deadlines.yaml with the term and its source; else `term` and
    `source` say it. `told_at_end`: nobody answers it, and the end of the case does."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text
    asks: Text
    says: Text
    place: Text | None = None
    to_do: Text | None = None
    deadline: str = ""
    term: Length | None = None
    source: LegalSources = NO_SOURCE
    told_at_end: bool = False

    @model_validator(mode="after")
    def _is_answered(self) -> "Right":
        if self.deadline and self.deadline not in deadline_kinds():
            raise ValueError(f"there is no deadline {self.deadline}")
        if [bool(self.deadline), self.term is not None, self.told_at_end].count(True) != 1:
            raise ValueError("what somebody asks has a term, or the end of the case answers it")
        if self.told_at_end == bool(self.to_do):
            raise ValueError("what somebody asks and who works the case answers says what is to be done")
        return self

    def answer_by(self, asked_on: date) -> date | None:
        """The last day of the term for who asks on that day; None for what the end of the case answers."""
        if self.told_at_end:
            return None
        term = self.term or Length(
            length=deadline_kinds()[self.deadline].length, unit=deadline_kinds()[self.deadline].unit
        )
        return timezone.localdate(after(beginning_of(asked_on), term.length, term.unit))

    @property
    def rests_on(self) -> str:
        """What the term rests on, in words."""
        return deadline_kinds()[self.deadline].rests_on if self.deadline else term_cited(self.source)


@cache
def rights() -> dict[str, Right]:
    """The rights of rights.yaml, {code: right}."""
    return read_rules(Path(__file__).with_name("rights.yaml"), dict[str, Right])
