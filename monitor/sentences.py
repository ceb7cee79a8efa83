"""What published numbers let anybody say. A number stands for a window of counts, and a sentence may only say what is true
of every count in it:

- "more" or "fewer" when the windows do not touch; "slightly", when moreover the larger is at most a tenth more than the
  smaller, whatever the true counts;
- "about as many" when the larger of the two, whatever the true counts, is at most a quarter more than the smaller;
- "too few to say" otherwise;
- "the most" when no other window reaches the lower end of the first; "these two" when that holds for two together.

Words are templates in `_SAYS`; they speak of reports, cases and clocks, never of people. Shares come from
:func:`monitor.indicators.figure`, which gives none below its denominator.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ABOUT, SLIGHTLY = 4, 10  # a difference of at most one part in so many of the smaller


@dataclass(frozen=True)
class Number:
    """A published value, or a sum of them, with the counts that it can stand for."""

    value: int
    low: int
    high: int

    def __add__(self, other: "Number") -> "Number":
        return Number(self.value + other.value, self.low + other.low, self.high + other.high)

    @property
    def words(self) -> str:
        """ "about 45"; a zero is "at most 6"."""
        if not self.value:
            return _("at most %(number)s") % {"number": said(self.high)}
        return _("about %(number)s") % {"number": said(self.value)}

    @property
    def window(self) -> str:
        return _("%(low)s to %(high)s") % {"low": said(self.low), "high": said(self.high)}


NOTHING = Number(0, 0, 0)


class Verdict(StrEnum):
    MORE = "more"
    SLIGHTLY_MORE = "slightly_more"
    FEWER = "fewer"
    SLIGHTLY_FEWER = "slightly_fewer"
    ABOUT = "about"
    UNSAID = "unsaid"
    FIRST = "first"


def compare(now: Number, before: Number | None) -> Verdict:
    """What can be said of two years; FIRST where there is only one."""
    if before is None:
        return Verdict.FIRST
    if now.low > before.high:
        return Verdict.SLIGHTLY_MORE if _near(now.high, before.low, SLIGHTLY) else Verdict.MORE
    if now.high < before.low:
        return Verdict.SLIGHTLY_FEWER if _near(before.high, now.low, SLIGHTLY) else Verdict.FEWER
    if _near(now.high, before.low, ABOUT) and _near(before.high, now.low, ABOUT):
        return Verdict.ABOUT
    return Verdict.UNSAID


def leading(numbers: Sequence[Number]) -> list[int]:
    """The places of the number, or of the two, that are surely larger than all others; nothing where none stands out."""
    order = sorted(range(len(numbers)), key=lambda place: (-numbers[place].value, place))
    for first in (1, 2):
        rest = [numbers[place].high for place in order[first:]]
        if rest and min(numbers[place].low for place in order[:first]) > max(rest):
            return order[:first]
    return []


def headline(counted: str, now: Number, year: str, before: Number | None, earlier: str) -> str:
    """The first sentence: how many, and whether that is more than in the earlier year."""
    names = {"counted": counted, "number": now.words, "year": year, "earlier": earlier}
    names["before"] = before.words if before else ""
    return str(_SAYS[compare(now, before)]) % names


def meaning(verdict: Verdict, earlier: str) -> str:
    return str(_MEANS[_SAME_MEANING.get(verdict, verdict)]) % {"earlier": earlier}


def ranking(rows: Sequence[tuple[str, Number]], total: Number, *, named: bool) -> str:
    """Which of the rows stands out. `named`: there are reports that say nothing about it, which are not among the rows."""
    found = leading([number for _label, number in rows])
    if not found:
        return _("None of these stands out: the numbers are too small or too close to each other.")
    label, number = rows[found[0]]
    names = {"first": label, "number": number.words, "total": total.words}
    if len(found) == 1:
        return (
            _("Named most often: “%(first)s”, %(number)s of %(total)s.")
            if named
            else _("Most often: “%(first)s”, %(number)s of %(total)s.")
        ) % names
    return _("At the top: “%(first)s” and “%(second)s”. They are too close to say which of the two comes first.") % (
        names | {"second": rows[found[1]][0]}
    )


def share_words(indicator: str, share: int | None) -> str:
    """A share or a number of days; where there is none, that it cannot be said."""
    if share is None:
        return str(_TOO_FEW_DAYS if indicator.startswith("lead_time") else _TOO_FEW)
    return str(_SHARES[indicator]) % {"number": said(share)}


def said(number: int) -> str:
    return number_format(number, force_grouping=True)


def _near(larger: int, smaller: int, part: int) -> bool:
    return part * (larger - smaller) <= smaller


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
        "Where it is known how it happened, about %(number)s%% came online: by e-mail, social media or messaging app."
    ),
    "share_severe": gettext_lazy("About %(number)s%% of the reports with an answer say “very serious” or “terrible”."),
    "share_anonymous": gettext_lazy("About %(number)s%% of the reports were anonymous."),
    "share_police_report": gettext_lazy(
        "In about %(number)s%% of the cases where it is known, a police report was filed."
    ),
    "lead_time_median": gettext_lazy("Half of the cases were closed within about %(number)s days."),
    "lead_time_p90": gettext_lazy("Nine out of ten were closed within about %(number)s days."),
}
_TOO_FEW = gettext_lazy("There are too few to give a percentage.")
_TOO_FEW_DAYS = gettext_lazy("There are too few to give a number of days.")
