"""Sentences about published numbers, for the verdicts of :mod:`monitor.reading.certainty`. They speak of reports, cases and
deadlines, never of people."""

from collections.abc import Sequence

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitor.reading.certainty import Measured, Number, Share, Verdict, compare, leading
from monitor.reading.words import formatted
from monitor.rules.indicators import LAST_END


def about(number: Number) -> str:
    """A number in a sentence: "about 45", or "at most 6" for a zero."""
    if not number.value:
        return _("at most %(number)s") % {"number": formatted(number.high)}
    return _("about %(number)s") % {"number": formatted(number.value)}


def headline(counted: str, now: Number, year: str, before: Number | None, year_before: str) -> str:
    """The first sentence of a factsheet: how many there were, and whether that is more than in the year before."""
    names = {"counted": counted, "number": about(now), "year": year, "earlier": year_before}
    names["before"] = about(before) if before else ""
    return str(_SAYS[compare(now, before)]) % names


def meaning(verdict: Verdict, year_before: str) -> str:
    """What it means that there were more, fewer or about as many as in the year before."""
    return str(_MEANS[_SAME_MEANING.get(verdict, verdict)]) % {"earlier": year_before}


def ranking(rows: Sequence[tuple[str, Number]], total: Number, *, named: bool) -> str:
    """Which of the rows stands out. `named`: some reports say nothing about it, and the rows do not count them."""
    first_rows = leading([number for _label, number in rows])
    if not first_rows:
        return _("The numbers are too uncertain to say what happened most often.")
    label, number = rows[first_rows[0]]
    names = {"first": label, "number": about(number), "total": about(total)}
    if len(first_rows) == 1:
        return (
            _("Named most often: “%(first)s”, %(number)s of %(total)s.")
            if named
            else _("Most often: “%(first)s”, %(number)s of %(total)s.")
        ) % names
    return _("At the top: “%(first)s” and “%(second)s”. They are too close to say which of the two comes first.") % (
        names | {"second": rows[first_rows[1]][0]}
    )


def share_sentence(indicator: str, figure: Measured | None) -> str:
    """A sentence with a share or a number of days and how sure it is, or why it cannot be said."""
    if figure is None:
        return str(_TOO_FEW_DAYS if indicator.startswith("lead_time") else _TOO_FEW)
    if not isinstance(figure, Share):
        within, between, longer, over_a_year = _DAYS[indicator]
        if figure.low > LAST_END:
            return str(over_a_year)
        words = longer if figure.high is None else between if figure.low else within
        return str(words) % {"low": figure.low, "high": figure.high}
    ends = {"value": figure.value, "low": figure.low, "high": figure.high}
    if figure.is_rough:
        return str(_ROUGH_SHARES[indicator]) % ends
    about = _("about %(value)s%% (%(low)s to %(high)s%%)") % ends
    return capfirst(str(_SHARES[indicator]) % {"found": about})


_SAYS = {
    Verdict.MORE: gettext_lazy(
        "More %(counted)s than in %(earlier)s: %(number)s in %(year)s, %(before)s in %(earlier)s."
    ),
    Verdict.FEWER: gettext_lazy(
        "Fewer %(counted)s than in %(earlier)s: %(number)s in %(year)s, %(before)s in %(earlier)s."
    ),
    Verdict.SLIGHTLY_MORE: gettext_lazy(
        "Slightly more %(counted)s than in %(earlier)s: %(number)s in %(year)s, %(before)s in %(earlier)s."
    ),
    Verdict.SLIGHTLY_FEWER: gettext_lazy(
        "Slightly fewer %(counted)s than in %(earlier)s: %(number)s in %(year)s, %(before)s in %(earlier)s."
    ),
    Verdict.ABOUT: gettext_lazy(
        "About as many %(counted)s as in %(earlier)s: %(number)s in %(year)s, %(before)s in %(earlier)s."
    ),
    Verdict.UNSAID: gettext_lazy(
        "In %(year)s there were %(number)s %(counted)s. These are too few to say whether that is more or fewer than in %(earlier)s."
    ),
    Verdict.FIRST: gettext_lazy("In %(year)s there were %(number)s %(counted)s."),
}
_SAME_MEANING = {Verdict.SLIGHTLY_MORE: Verdict.ABOUT, Verdict.SLIGHTLY_FEWER: Verdict.ABOUT}
_MEANS = {
    Verdict.MORE: gettext_lazy(
        "There were more reports than in %(earlier)s. Perhaps more happened, perhaps it was reported more often. These figures do not say which."
    ),
    Verdict.FEWER: gettext_lazy(
        "There were fewer reports than in %(earlier)s. Perhaps less happened, perhaps it was reported less often. These figures do not say which."
    ),
    Verdict.ABOUT: gettext_lazy(
        "The number of reports hardly differs from %(earlier)s. That does not say that as much happened: it can be reported more or less often."
    ),
    Verdict.UNSAID: gettext_lazy(
        "The numbers of %(earlier)s and this year are too small to see a difference that is certain. Small numbers go up and down by chance and by rounding."
    ),
    Verdict.FIRST: gettext_lazy("This is the first year with figures. There is nothing yet to compare it with."),
}
_SHARES = {
    "share_online": gettext_lazy(
        "where it is known how it happened, %(found)s came online: by e-mail, social media or messaging app."
    ),
    "share_severe": gettext_lazy("%(found)s of the reports with an answer say “very serious” or “terrible”."),
    "share_anonymous": gettext_lazy("%(found)s of the reports were anonymous."),
    "share_police_report": gettext_lazy("in %(found)s of the cases where it is known, a police report was filed."),
}
_ROUGH_SHARES = {  # for shares whose ends are further apart than ROUGH (monitor/reading/certainty.py)
    "share_online": gettext_lazy(
        "Of the reports where it is known how it happened, %(low)s to %(high)s%% came online: by e-mail, social media or messaging app."
    ),
    "share_severe": gettext_lazy(
        "Of the reports with an answer, %(low)s to %(high)s%% say “very serious” or “terrible”."
    ),
    "share_anonymous": gettext_lazy("Of the reports, %(low)s to %(high)s%% were anonymous."),
    "share_police_report": gettext_lazy(
        "Of the cases where it is known, %(low)s to %(high)s%% led to a police report."
    ),
}
_DAYS = {  # for a percentile in the first class, between two ends, without an upper end, in the last class
    "lead_time_median": (
        gettext_lazy("Half were closed within %(high)s days."),
        gettext_lazy("Half were closed within %(low)s to %(high)s days."),
        gettext_lazy("Half took at least %(low)s days."),
        gettext_lazy("Half took more than a year."),
    ),
    "lead_time_p90": (
        gettext_lazy("Nine out of ten were closed within %(high)s days."),
        gettext_lazy("Nine out of ten were closed within %(low)s to %(high)s days."),
        gettext_lazy("One out of ten took at least %(low)s days."),
        gettext_lazy("One out of ten took more than a year."),
    ),
}
_TOO_FEW = gettext_lazy("There are too few to give a percentage: fewer than 100 were counted.")
_TOO_FEW_DAYS = gettext_lazy("There are too few to give a number of days.")
