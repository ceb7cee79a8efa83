"""Pairs of typed names and people, and invented accounts, for the comparer of names."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from organisations.access.names import KnownAs, Likeness, Surname

PAIRS = Path(__file__).parents[1] / "organisations/access/name_pairs.yaml"


def pairs() -> Iterator[tuple[str, KnownAs, Likeness, bool]]:
    """(what was typed, the person, the right answer, whether the comparer can know it)."""
    rows = yaml.safe_load(PAIRS.read_text("utf-8"))
    for parts, typed in zip(rows[::2], rows[1::2], strict=True):
        person = person_of(parts)
        for likeness in Likeness:
            yield from ((text, person, likeness, True) for text in typed.get(likeness.value, ()))
        yield from ((text, person, Likeness.DIFFERENT, False) for text in typed.get("open", ()))


def person_of(parts: dict[str, Any]) -> KnownAs:
    return KnownAs(
        initials=parts.get("initials", ""),
        given_names=tuple(parts.get("given", ())),
        surnames=tuple(surname_of(text) for text in parts.get("surnames", ())),
        loose=tuple(parts.get("loose", ())),
        email=parts.get("email", ""),
        functions=frozenset(parts.get("functions", ())),
        former_functions=frozenset(parts.get("former_functions", ())),
    )


def surname_of(text: str) -> Surname:
    """"Vries, de" as its parts."""
    name, _, prefix = text.partition(", ")
    return Surname(name, prefix)
