"""Editions and their periods: a year ("2026"), a quarter ("2026-Q3") or the revision of a year ("2026-r2")."""

REVISION = "-r2"  # a year is revised once at most (disclosure.md)


class PeriodConverter:
    regex = rf"20[0-9]{{2}}(?:-Q[1-4]|{REVISION})?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def period_of(edition: str) -> str:
    """ "2026-r2" is about "2026", as "2026" is."""
    return edition.removesuffix(REVISION)


def is_revision(edition: str) -> bool:
    return edition.endswith(REVISION)


def quarter_before(period: str) -> str:
    """ "2026-Q1" as "2025-Q4"."""
    year, number = int(period[:4]), int(period[-1])
    return f"{year}-Q{number - 1}" if number > 1 else f"{year - 1}-Q4"


def year_before(period: str) -> str:
    """The same quarter, or the year, one year earlier."""
    return f"{int(period[:4]) - 1}{period[4:]}"
