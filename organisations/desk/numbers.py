"""A whole number in what a page or an address sent: people can send anything there."""

import re

_NUMBER = re.compile(r"[0-9]{1,9}")  # more digits fit into no column, and take long to read


def number_in(text: str) -> int | None:
    """The number, or None for what is none."""
    return int(text) if _NUMBER.fullmatch(text) else None
