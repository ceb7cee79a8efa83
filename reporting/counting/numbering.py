"""A fact's codes in bytes. All facts are equally long; a code is its number of numbers.yaml, which never changes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, RootModel, model_validator

from organisations.codes import code_list
from organisations.rule_files import BadRules, WrongRule, rules_in

SIZE = 32  # bytes of a fact; there is room for new code lists


class Numbered(BaseModel):
    """One code list: its byte, and {code: number}."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    byte: int = Field(ge=0, lt=SIZE)
    codes: dict[str, int]

    @cached_property
    def by_number(self) -> dict[int, str]:
        """{number: code}, to read a fact back."""
        return {number: code for code, number in self.codes.items()}


class Numbers(RootModel[dict[str, Numbered]]):
    """All of numbers.yaml, by code list."""

    @model_validator(mode="after")
    def _can_be_read_back(self) -> "Numbers":
        if twice := _twice(entry.byte for entry in self.root.values()):
            raise WrongRule(f"byte {twice} is of two lists")
        for name, entry in self.root.items():
            if twice := _twice(entry.codes.values()):
                raise WrongRule(f"number {twice} is of two codes", name)
            if wrong := [code for code, number in entry.codes.items() if not 0 < number < 256]:
                raise WrongRule(f"the number of {', '.join(wrong)} is not one of 1 to 255", name)
            leaves = {leaf.id for leaf in code_list(name).leaves}
            if new := leaves - set(entry.codes):
                raise WrongRule(f"{', '.join(sorted(new))} has no number", name)
            if gone := [code for code in entry.codes if code_list(name).today(code) not in leaves]:
                raise WrongRule(f"{', '.join(gone)} is gone and nothing counts in its place", name)
        return self


def read_numbers(text: str, carried: Iterable[str]) -> dict[str, Numbered]:
    """{code list: its byte and numbers}. `text`: of numbers.yaml; `carried`: the code lists of facts.yaml.

    Raises BadRules for a byte or a number that is used twice, for a carried code without a number, and for a code with a
    number that was dropped from its list without a replacement.
    """
    numbered = rules_in(text, Numbers, Path(__file__).with_name("numbers.yaml")).root
    if missing := [name for name in carried if name not in numbered]:
        raise BadRules(f"numbers.yaml:1: {', '.join(missing)} has no byte")
    return numbered


def in_bytes(codes: Mapping[str, str], numbers: Mapping[str, Numbered]) -> bytes:
    """These codes ({code list: leaf}) as the SIZE bytes of a fact."""
    body = bytearray(SIZE)
    for name, code in codes.items():
        body[numbers[name].byte] = numbers[name].codes[code]
    return bytes(body)


def _twice(numbers: Iterable[int]) -> str:
    return ", ".join(str(number) for number, times in Counter(numbers).items() if times > 1)
