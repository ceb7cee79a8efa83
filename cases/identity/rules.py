"""The rules of identity.yaml: how the name of a reporter may be opened, by kind of case and by how they are known."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cases.models import Way
from organisations.codes import code_list
from organisations.rule_files import read_rules
from organisations.texts import Text


class Motive(BaseModel):
    """Why somebody may ask. `without_consent`: the name can open although the reporter says no, with the duties of Wbk
    1a lid 3. `of_page`: nobody chooses it; the case page itself asks with it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text
    without_consent: bool = False
    of_page: bool = False


class IdentityRules(BaseModel):
    """The whole file. `ways` is {kind of case: {how the reporter is known: way}}."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    open_days: int = Field(ge=1, le=31)
    notice_days: int = Field(ge=1, le=31)
    ways: dict[str, dict[str, Way]]
    motives: dict[str, Motive]
    consent_by: dict[str, Text]

    @property
    def asked_by_people(self) -> dict[str, Motive]:
        """The motives between which people choose."""
        return {code: motive for code, motive in self.motives.items() if not motive.of_page}

    @model_validator(mode="after")
    def _is_whole(self) -> "IdentityRules":
        kinds = {code.id for code in code_list("kind").codes}
        known = {code.id for code in code_list("known_as").codes}
        if set(self.ways) != kinds or any(set(row) != known for row in self.ways.values()):
            raise ValueError("each kind of case says for each way of being known how the name is opened")
        for row in self.ways.values():
            if row["anonymous"] != Way.NOTHING or row["confidential"] != Way.CONSENT:
                raise ValueError("an anonymous reporter has no name here, and a confidential one is asked for consent")
        return self


@cache
def identity_rules() -> IdentityRules:
    """The rules of identity.yaml."""
    return read_rules(Path(__file__).with_name("identity.yaml"), IdentityRules)
