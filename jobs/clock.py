"""Moments that say nothing of when work was promised: full minutes and hours of the clock."""

from datetime import UTC, datetime, timedelta

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def next_full(step: timedelta, after: datetime) -> datetime:
    """The first moment after `after` that is a multiple of `step`: of an hour, the next full hour."""
    return last_full(step, after) + step


def last_full(step: timedelta, before: datetime) -> datetime:
    """The last moment until `before` that is a multiple of `step`."""
    return before - (before - _BEGINNING) % step
