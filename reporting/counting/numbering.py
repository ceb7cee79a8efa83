"""A fact's codes in bytes. All facts are equally long; a code is its number of numbers.yaml, which never changes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field

from organisations.codes import code_list
from organisations.rule_files import safe_load

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


def read_numbers(text: str, carried: Iterable[str]) -> dict[str, Numbered]:
    """{code list: its byte and numbers}. `text`: of numbers.yaml; `carried`: the code lists of facts.yaml.

    Raises ValueError for a byte or a number that is used twice, for a carried code without a number, and for a code
    with a number that was dropped from its list without a replacement.
    """
    lists = {name: Numbered.model_validate(entry) for name, entry in safe_load(text).items()}
    if missing := [name for name in carried if name not in lists]:
        raise ValueError(f"numbers.yaml: {', '.join(missing)} has no byte")
    if twice := _twice(numbered.byte for numbered in lists.values()):
        raise ValueError(f"numbers.yaml: byte {twice} is of two lists")
    for name, numbered in lists.items():
        if twice := _twice(numbered.codes.values()):
            raise ValueError(f"numbers.yaml: {name}: number {twice} is of two codes")
        if wrong := [code for code, number in numbered.codes.items() if not 0 < number < 256]:
            raise ValueError(f"numbers.yaml: {name}: the number of {', '.join(wrong)} is not one of 1 to 255")
        leaves = {leaf.id for leaf in code_list(name).leaves}
        if new := leaves - set(numbered.codes):
            raise ValueError(f"numbers.yaml: {name}: {', '.join(sorted(new))} has no number")
        if gone := [code for code in numbered.codes if code_list(name).today(code) not in leaves]:
            raise ValueError(f"numbers.yaml: {name}: {', '.join(gone)} is gone and nothing counts in its place")
    return lists


def in_bytes(codes: Mapping[str, str], numbers: Mapping[str, Numbered]) -> bytes:
    """These codes ({code list: leaf}) as the SIZE bytes of a fact."""
    body = bytearray(SIZE)
    for name, code in codes.items():
        body[numbers[name].byte] = numbers[name].codes[code]
    return bytes(body)


def _twice(numbers: Iterable[int]) -> str:
    return ", ".join(str(number) for number, times in Counter(numbers).items() if times > 1)
