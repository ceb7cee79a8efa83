"""Who works under whom: nobody works a case about their own head (subordination.yaml)."""

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ConfigDict, field_validator

from organisations.models import function_code
from organisations.rule_files import read_rules


class Staff(BaseModel):
    """Of one function: who works under its holder."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    under: list[str] = []
    maybe: list[str] = []
    apart: list[str] = []

    @field_validator("under", "maybe", "apart")
    @classmethod
    def _are_known(cls, codes: list[str]) -> list[str]:
        return [function_code(code).id for code in codes]

    def has(self, held: Collection[str]) -> bool:
        """Whether somebody with these functions and roles works under the holder, or may."""
        return bool(set(held) & {*self.under, *self.maybe}) and not set(held) & set(self.apart)


@cache
def staff_of() -> dict[str, Staff]:
    """{function: who works under its holder}. Raises BadRules for a function or role that does not exist."""
    return read_rules(Path(__file__).with_name("subordination.yaml"), dict[str, Staff])


def subordinates(heads: Collection[str], held: Mapping[UUID, Collection[str]]) -> set[UUID]:
    """Who of these people works, or may work, under the holder of one of the functions `heads`. `held`: {person: functions
    and roles in the organisation of the report}."""
    staff = [staff_of()[head] for head in heads if head in staff_of()]
    return {person for person, codes in held.items() if any(of_head.has(codes) for of_head in staff)}
