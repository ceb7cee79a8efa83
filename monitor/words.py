"""Figures in words: periods, and what may be said of two values."""

from typing import Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from monitor.periods import is_revision, period_of

Word = Literal["more", "fewer", "same", "unclear"]


def _english() -> bool:
    return (get_language() or "nl").startswith("en")


def period_words(period: str) -> str:
    """ "2026-Q3" as "3e kwartaal 2026", "2026-r2" as "2026, herzien"."""
    year, _sep, number = period_of(period).partition("-Q")
    if number and _english():
        words = f"{['first', 'second', 'third', 'fourth'][int(number) - 1]} quarter of {year}"
    else:
        words = f"{number}e kwartaal {year}" if number else year
    return _("%(period)s, revised") % {"period": words} if is_revision(period) else words


def quarter_short(period: str) -> str:
    """ "2026-Q3" as "K3"."""
    return ("Q" if _english() else "K") + period[-1]


def word(found: Word) -> str:
    """How a value compares with one beside it, for a cell of a table."""
    return {
        "more": _("more"),
        "fewer": _("fewer"),
        "same": _("about as many"),
        "unclear": _("too few to say"),
    }[found]


def against_quarter_before(found: Word) -> str:
    return {
        "more": _("More reports of aggression than in the quarter before"),
        "fewer": _("Fewer reports of aggression than in the quarter before"),
        "same": _("About as many reports of aggression as in the quarter before"),
        "unclear": _("Reports of aggression: too few to say whether there were more or fewer"),
    }[found]


def against_year_before(found: Word) -> str:
    return {
        "more": _("There were more reports of aggression than in the same quarter a year before."),
        "fewer": _("There were fewer reports of aggression than in the same quarter a year before."),
        "same": _("There were about as many reports of aggression as in the same quarter a year before."),
        "unclear": _("Whether there were more or fewer than a year before, these numbers are too small to say."),
    }[found]
