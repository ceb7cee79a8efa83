"""Editions and their periods: a year ("2026"), a quarter ("2026-Q3") or the revision of a year ("2026-r2")."""

import re
from datetime import date, timedelta

REVISION = "-r2"  # a year is revised once at most (docs/disclosure.md)
SETTLED_AFTER = timedelta(days=2)  # a fact of the last moment of a period may be stored a little later
_PERIOD = "20[0-9]{2}(?:-Q[1-4])?"
_EDITION = rf"20[0-9]{{2}}(?:-Q[1-4]|{REVISION})?"


class PeriodConverter:
    """The part of a URL that names an edition."""

    regex = _EDITION

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def is_period(text: str) -> bool:
    """Whether a text is a year or a quarter."""
    return bool(re.fullmatch(_PERIOD, text))


def is_edition(text: str) -> bool:
    """Whether a text is a year, a quarter or the revision of a year."""
    return bool(re.fullmatch(_EDITION, text))


def is_quarter(edition: str) -> bool:
    """Whether an edition is about a quarter: "2026-Q3"."""
    return "-Q" in edition


def is_revision(edition: str) -> bool:
    """Whether an edition is the revision of a year: "2026-r2"."""
    return edition.endswith(REVISION)


def period_of(edition: str) -> str:
    """The period that an edition is about: "2026" for the editions "2026" and "2026-r2"."""
    return edition.removesuffix(REVISION)


def year_of(edition: str) -> str:
    """ "2026" for "2026", "2026-Q3" and "2026-r2"."""
    return edition[:4]


def quarters_of(period: str) -> list[str]:
    """The quarters of a year; of a quarter, that quarter alone."""
    return [period] if is_quarter(period) else [f"{period}-Q{number}" for number in (1, 2, 3, 4)]


def quarter_before(period: str) -> str:
    """The quarter before a quarter: "2025-Q4" for "2026-Q1"."""
    year, number = int(period[:4]), int(period[-1])
    return f"{year}-Q{number - 1}" if number > 1 else f"{year - 1}-Q4"


def year_before(period: str) -> str:
    """The year before a year, or the same quarter of the year before: "2025-Q3" for "2026-Q3"."""
    return f"{int(period[:4]) - 1}{period[4:]}"


def first_day(period: str) -> date:
    """The first day of a year or quarter."""
    return date(int(year_of(period)), int(quarters_of(period)[0][-1]) * 3 - 2, 1)


def last_day(period: str) -> date:
    """The last day of a year or quarter."""
    last = quarters_of(period)[-1]
    following = f"{int(year_of(last)) + 1}-Q1" if last.endswith("4") else f"{last[:-1]}{int(last[-1]) + 1}"
    return first_day(following) - timedelta(days=1)


def settled_on(period: str) -> date:
    """The first day on which a period can be counted, when all its facts have arrived."""
    return last_day(period) + SETTLED_AFTER
