"""Deadline arithmetic over deadlines.yaml: when something is due, in Dutch time and with Dutch public holidays."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import holidays
from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from organisations.codes import code_list
from organisations.legal_sources import NO_SOURCE, LegalSources
from organisations.rule_files import read_rules
from organisations.texts import Labelled, Text

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_END_OF_DAY = time(23, 59, 59)


Unit = Literal["hours", "days", "weeks", "months", "workdays", "meeting"]


class Length(BaseModel):
    """A length of time."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    length: int
    unit: Unit


class Extension(Length):
    """By how much a deadline may be moved, how often, and the rule that allows it."""

    times: int
    source: LegalSources

    @property
    def rests_on(self) -> str:
        """As :attr:`DeadlineKind.rests_on`."""
        return term_cited(self.source)


class DeadlineKind(Labelled):
    """One line of deadlines.yaml. `length` counts `unit`s. A statutory deadline runs in calendar time, and no
    organisation lengthens it."""

    length: int
    unit: Unit
    starts_at: Literal["receipt", "now", "acknowledgement"] = Field(alias="from")
    at_latest: Length | None = None
    group: str
    statutory: bool = False
    source: LegalSources = NO_SOURCE
    rests_on_hold: bool = False
    extend: Extension | None = None
    not_before: Length | None = None
    then: Length | None = None
    by_hand: bool = False
    counted: bool = True
    starts_with: dict[str, list[str]] = {}
    starts_unless: dict[str, list[str]] = {}
    since_known: bool = False
    lengths: dict[int, LegalSources] = {}
    note: Text | None = None

    @property
    def begins(self) -> str:
        """From when it runs, in words; empty for what begins with the step that starts it."""
        if self.at_latest is None:
            return ""
        words = {"length": f"{self.at_latest.length} {unit_words(self.at_latest.unit, self.at_latest.length)}"}
        return (
            _("It runs from the confirmation of the receipt, and at the latest from %(length)s after the receipt.")
            % words
        )

    @property
    def rests_on(self) -> str:
        """What a page prints as its source, in Dutch: a law only where the law sets the term."""
        return term_cited(self.source)

    def rested_on(self, length: int) -> str:
        """As :attr:`rests_on`, for the length that an organisation chose."""
        return term_cited(self.lengths.get(length, self.source))

    @model_validator(mode="after")
    def _begins_somewhere(self) -> "DeadlineKind":
        if (self.starts_at == "acknowledgement") != (self.at_latest is not None):
            raise ValueError(
                "what runs from the acknowledgement says from when it runs at the latest, and nothing else does"
            )
        return self

    @field_validator("group")
    @classmethod
    def _is_counted_under(cls, group: str) -> str:
        return code_list("clock")[group].id

    def is_started_by(self, codes: Mapping[str, str]) -> bool:
        """Whether a report with these codes ({code list: code}) starts it."""
        return _have(codes, self.starts_with) and not _have(codes, self.starts_unless)


def _have(codes: Mapping[str, str], wanted: Mapping[str, list[str]]) -> bool:
    return any(codes.get(name) in values for name, values in wanted.items())


@cache
def deadline_kinds() -> dict[str, DeadlineKind]:
    """The lines of deadlines.yaml, {code: kind}."""
    return read_rules(Path(__file__).with_name("deadlines.yaml"), dict[str, DeadlineKind])


def due(code: str, start: datetime, length: int | None = None) -> datetime | None:
    """The moment before which it must be done; None for a deadline that waits for the day of a meeting. `length` is
    the organisation's own, in the unit of the deadline. A term of somebody else is followed by time to act on it (`then`)."""
    kind = deadline_kinds()[code]
    if kind.unit == "meeting":
        return None
    ends = after(start, length or kind.length, kind.unit)
    return after(ends, kind.then.length, kind.then.unit) if kind.then else ends


def due_from_receipt(code: str, receipt: datetime, length: int | None = None) -> datetime | None:
    """As :func:`due`, for what runs from the receipt of a report. What runs from the acknowledgement runs from its latest
    day: three months after day 7, also where nobody ever acknowledged (Directive 2019/1937, 9)."""
    latest = deadline_kinds()[code].at_latest
    return due(code, after(receipt, latest.length, latest.unit) if latest else receipt, length)


def earlier_now(code: str, due_at: datetime, now: datetime, length: int | None = None) -> datetime | None:
    """When a deadline that runs from the acknowledgement is due if the report is acknowledged now; None where that is on
    no earlier day, as it is once it was acknowledged. `due_at` is when it is due today."""
    if deadline_kinds()[code].at_latest is None:
        return None
    then = due(code, now, length)
    return then if then and then.astimezone(AMSTERDAM).date() < due_at.astimezone(AMSTERDAM).date() else None


def term_cited(source: LegalSources) -> str:
    """The source of a term in Dutch. What is our own says so first, and then what it belongs to."""
    if source and all(one.own is None for one in source.root):
        return str(source)
    belongs = LegalSources(tuple(inner for one in source.root for inner in one.own or ()))
    return "eigen termijn" + (f", bij {belongs}" if belongs else "")


def extended(code: str, due: datetime) -> datetime:
    """A due moment moved by the extension of its deadline. Raises ValueError where the rules know no extension."""
    extension = deadline_kinds()[code].extend
    if extension is None:
        raise ValueError(f"{code} is never extended")
    return after(due, extension.length, extension.unit)


def moved(code: str, due: datetime, by: timedelta) -> datetime:
    """A due moment moved by how long its deadline rested, to the end of that day unless it counts hours.

    Nobody gets less time than was left. Example: a deadline at 10 March 23:59:59 that rested for 36 hours is due at
    12 March 11:59:59, so at the end of that day: 12 March 23:59:59. A day ends with its last second. Rested for 2 days
    and half a second, the deadline is due at 12 March 23:59:59.5 and stays so: the end of that day would be half a second
    too early, and the end of the next day almost a day too late.
    """
    later = due + by
    if deadline_kinds()[code].unit == "hours":
        return later
    return max(later, end_of(later.astimezone(AMSTERDAM).date()))


def unit_words(unit: Unit, length: int) -> str:
    """The unit after a length: "1 day", "7 days"."""
    if unit == "meeting":
        return str(code_list("deadline_unit")[unit])
    forms = {
        "hours": ngettext("hour", "hours", length),
        "days": ngettext("day", "days", length),
        "workdays": ngettext("working day", "working days", length),
        "weeks": ngettext("week", "weeks", length),
        "months": ngettext("month", "months", length),
    }
    return forms[unit]


def opens(code: str, start: datetime) -> datetime | None:
    """The moment before which the deadline may not be met yet, where the law has one: the end of the day on which a
    whole early period has passed. None without one."""
    early = deadline_kinds()[code].not_before
    return after(start, early.length, early.unit) if early else None


def after(start: datetime, length: int, unit: Unit) -> datetime:
    """The moment that lies a length of time after a start.

    Hours are counted as they pass, at night and where the clock is changed. Everything else ends with the end of a day
    in Amsterdam. Working days skip weekends and the holidays of article 3 of the Algemene termijnenwet, with Good
    Friday and every 5 May too.
    """
    if unit == "hours":
        return start.astimezone(UTC) + timedelta(hours=length)
    day = start.astimezone(AMSTERDAM).date()
    if unit == "workdays":
        for _number in range(length):
            day = working_day_from(day + timedelta(days=1))
    else:
        lengths = {"days": 0, "weeks": 0, "months": 0} | {unit: length}
        day += relativedelta(days=lengths["days"], weeks=lengths["weeks"], months=lengths["months"])
    return end_of(day)


def working_day_from(day: date) -> date:
    """This day, or the next one that is neither in a weekend nor a holiday of article 3 of the Algemene termijnenwet, to which
    Good Friday and every 5 May count too."""
    free = holidays.country_holidays("NL", categories=("public", "optional"))
    while day.weekday() > 4 or day in free:
        day += timedelta(days=1)
    return day


def beginning_of(day: date) -> datetime:
    """The first moment of a day in Amsterdam."""
    return datetime.combine(day, time(), AMSTERDAM)


def end_of(day: date) -> datetime:
    """The last moment of a day in Amsterdam."""
    return datetime.combine(day, _END_OF_DAY, AMSTERDAM)
