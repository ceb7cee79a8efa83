"""Figures in words: numbers, periods, and verdicts on two values."""

from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from monitor.reading.certainty import Share, Verdict
from monitor.rules.indicators import LAST_END
from monitor.rules.periods import is_revision, period_of


def formatted(number: int) -> str:
    """1234 as "1.234" in Dutch, "1,234" in English."""
    return number_format(number, force_grouping=True)


def _english() -> bool:
    return (get_language() or "nl").startswith("en")


def share_short(share: Share) -> str:
    """A share for a cell: "9% (4 to 13%)", or "4 to 40%" where only the ends are worth saying."""
    if share.low == share.high:
        return f"{share.value}%"
    ends = {"value": share.value, "low": share.low, "high": share.high}
    return (_("%(low)s to %(high)s%%") if share.is_rough else _("%(value)s%% (%(low)s to %(high)s%%)")) % ends


def not_counted_then() -> str:
    """The words in place of a number where an edition did not know a code yet."""
    return _("not counted then")


def days_from(low: int) -> str:
    """A number of days of which only the lowest possible value is known."""
    return _("more than a year") if low > LAST_END else _("%(low)d days or more") % {"low": low}


def period_words(period: str) -> str:
    """The name of a period or edition: "3e kwartaal 2026" for "2026-Q3", "2026, herzien" for "2026-r2"."""
    year, _sep, number = period_of(period).partition("-Q")
    if number and _english():
        words = f"{['first', 'second', 'third', 'fourth'][int(number) - 1]} quarter of {year}"
    else:
        words = f"{number}e kwartaal {year}" if number else year
    return _("%(period)s, revised") % {"period": words} if is_revision(period) else words


def quarter_short(period: str) -> str:
    """The short name of a quarter: "K3" for "2026-Q3"."""
    return ("Q" if _english() else "K") + period[-1]


def verdict_words(verdict: Verdict) -> str:
    """A verdict on a value and the value beside it, for a cell of a table."""
    return {
        Verdict.MORE: _("more"),
        Verdict.SLIGHTLY_MORE: _("slightly more"),
        Verdict.FEWER: _("fewer"),
        Verdict.SLIGHTLY_FEWER: _("slightly fewer"),
        Verdict.ABOUT: _("about as many"),
        Verdict.UNSAID: _("too few to say"),
    }[verdict]


def against_quarter_before(verdict: Verdict) -> str:
    """The headline on the number of reports of aggression beside that of the quarter before."""
    return {
        Verdict.MORE: _("More reports of aggression than in the quarter before"),
        Verdict.SLIGHTLY_MORE: _("Slightly more reports of aggression than in the quarter before"),
        Verdict.FEWER: _("Fewer reports of aggression than in the quarter before"),
        Verdict.SLIGHTLY_FEWER: _("Slightly fewer reports of aggression than in the quarter before"),
        Verdict.ABOUT: _("About as many reports of aggression as in the quarter before"),
        Verdict.UNSAID: _("Reports of aggression: too few to say whether there were more or fewer"),
    }[verdict]


def against_year_before(verdict: Verdict) -> str:
    """A sentence on the number of reports of aggression beside that of the same quarter a year before."""
    return {
        Verdict.MORE: _("There were more reports of aggression than in the same quarter a year before."),
        Verdict.SLIGHTLY_MORE: _(
            "There were slightly more reports of aggression than in the same quarter a year before."
        ),
        Verdict.FEWER: _("There were fewer reports of aggression than in the same quarter a year before."),
        Verdict.SLIGHTLY_FEWER: _(
            "There were slightly fewer reports of aggression than in the same quarter a year before."
        ),
        Verdict.ABOUT: _("There were about as many reports of aggression as in the same quarter a year before."),
        Verdict.UNSAID: _("Whether there were more or fewer than a year before, these numbers are too small to say."),
    }[verdict]
