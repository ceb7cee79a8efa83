"""The words in what is sealed as data."""

from collections.abc import Iterator, Mapping
from typing import Any


def words_within(kept: Any) -> Iterator[str]:
    """Every answer and word of what was kept of a deed, a record or a proposal, without the names of its fields."""
    if isinstance(kept, Mapping):
        kept = list(kept.values())
    if isinstance(kept, list):
        for part in kept:
            yield from words_within(part)
    elif isinstance(kept, str) and kept:
        yield kept
