"""Whole numbers: what a page or an address sent as one, since people can send anything there, and the next number of a list."""

import re

from django.db.models import Max, QuerySet

_NUMBER = re.compile(r"[0-9]{1,9}")  # more digits fit into no column, and take long to read


def number_in(text: str) -> int | None:
    """The number, or None for what is none."""
    return int(text) if _NUMBER.fullmatch(text) else None


def next_number(rows: QuerySet, column: str = "number") -> int:
    """One more than the highest number of these rows; 1 where there are none. The caller holds the lock of what they belong to."""
    return (rows.aggregate(last=Max(column))["last"] or 0) + 1
