"""The days that a reporter is promised. Cases compute them, with the deadlines of whoever handles the report, so that the
reporter and the officer read the same day."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from reporting.models import Report


class Promised(NamedTuple):
    """The day before which something is promised. `gets_earlier`: it becomes an earlier one when the report is
    acknowledged."""

    day: date
    gets_earlier: bool = False


Promises = Callable[[Report, Mapping[str, date]], dict[str, Promised]]
_ANSWERING: list[Promises] = []
Reading = Callable[[str, bool], str]
_READING: list[Reading] = []


def answers_promises(answer: Promises) -> Promises:
    """Register the one function that knows the days. Raises ValueError for a second one."""
    if _ANSWERING:
        raise ValueError("somebody answers for promises already")
    _ANSWERING.append(answer)
    return answer


def promised_days(report: Report, kept: Mapping[str, date]) -> dict[str, Promised]:
    """{code of progress.yaml: the day before which it is promised}. `kept` is what was promised at the receipt, and stands
    while there is no case; empty at the receipt itself. Raises LookupError where nobody answers: no day is guessed."""
    if not _ANSWERING:
        raise LookupError("nobody answers for promises")
    return _ANSWERING[0](report, kept)


def answers_reading(answer: Reading) -> Reading:
    """Register the one function that knows within which time a report is read. Raises ValueError for a second one."""
    if _READING:
        raise ValueError("somebody answers for reading already")
    _READING.append(answer)
    return answer


def read_within(kind: str, *, anonymous: bool) -> str:
    """Within which time a report of this kind is read at the latest, in words ("7 days"); empty where nobody promises it. The
    day that the reporter is promised at the receipt is never a later one."""
    return _READING[0](kind, anonymous) if _READING else ""
