"""What the reporter is told about the report. Cases write it through this module; the mailbox shows nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid5

from django.utils import timezone

from jobs.outbox import enqueue
from organisations.models import HANDLING, Assignment
from organisations.rule_files import read_rules
from organisations.texts import Text
from reporting.dialogue.promised import Promised, promised_days
from reporting.events import ReportEvent
from reporting.job_kinds import ReportJob
from reporting.models import Message, Report, Told
from reporting.moments import may_leave
from vault import ledger

# A promise of the left column ends with the lines of the right one.
# What can have happened before anybody read the report; of the same day, reading comes before everything else.
BEFORE_READING = {"received", "kept", "alarmed_one", "alarmed_two", "acknowledged"}
# What is begun once: earlier versions told it again when it ended. It can begin anew in a report that opened again.
BEGUN_ONCE = {"weighed", "care", "inquiry"}
KEPT_BY = {"will_be_read": {"read", "set_aside"}, "you_will_hear": {"informed", "set_aside"}}


@dataclass(frozen=True)
class ProgressLine:
    text: str
    on: date | None
    before: date | None
    is_late: bool = False
    gets_earlier: bool = False  # the day becomes an earlier one when the report is acknowledged

    @property
    def is_done(self) -> bool:
        """Whether it has happened; else it is promised."""
        return self.on is not None


@cache
def progress_words() -> dict[str, Text]:
    """{code: words} of progress.yaml: every line that a reporter can be told. Raises BadRules for a wrong file."""
    return read_rules(Path(__file__).with_name("progress.yaml"), dict[str, Text])


def week_of(day: date) -> date:
    """The Monday of the week of a day. An anonymous report keeps nothing finer of its time."""
    return day - timedelta(days=day.weekday())


def day_of(report: Report, day: date) -> date:
    """What is kept of the day of a reporter's act: the Monday of its week when the report is anonymous."""
    return week_of(day) if report.is_anonymous else day


def chain_of_reporter(report: Report) -> UUID:
    """The chain of the ledger that keeps what the reporter does.

    An anonymous reporter has a chain apart from that of the case. Acts of staff have a moment; in one chain with them,
    the order alone would tell when the reporter came.
    """
    return uuid5(report.case, "reporter") if report.is_anonymous else report.case


def tell(report: Report, code: str, *, before: date | None = None, on: date | None = None) -> None:
    """Write one line for the reporter. `code`: of progress.yaml. `before`: the day before which it is promised;
    without it, it has happened. The same line twice in a row is written once. `on`: another day than today."""
    progress_words()[code]  # raises KeyError for an unknown code
    today = on or timezone.localdate()
    last = report.told.order_by("-sequence").first()
    if last and last.code == code and last.before == before:
        return
    told = Told.objects.create(
        report=report,
        sequence=last.sequence + 1 if last else 1,
        code=code,
        on=day_of(report, today),
        before=before,
    )
    if before is None and hasattr(report, "ping_address"):
        enqueue(ReportJob.PING_REPORTER, report.id, key=f"reporting.ping:{told.id}", due=may_leave(report))


def begin_telling(report: Report, today: date, *said: tuple[str, date | None]) -> None:
    """Write the first lines of a new report. Each is (code, before); without `before` it has happened."""
    for code, _before in said:
        progress_words()[code]
    on = day_of(report, today)
    Told.objects.bulk_create(
        Told(report=report, sequence=number, code=code, on=on, before=before)
        for number, (code, before) in enumerate(said, 1)
    )


def lines(report: Report) -> list[ProgressLine]:
    """The lines of the mailbox: first what happened, then what is promised and did not happen yet, with the day that it has
    now: the day of the officer's deadline, which may have become earlier. That somebody read the report or wrote is taken
    from the ledger and the messages, so that no line says more than was done."""
    told, words = _without_repeats(report.told.all()), progress_words()
    happened = {row.code for row in told if row.before is None}
    # The text of an acknowledgement says that the report came in, not that anybody read it or what was done.
    acknowledged = sum(row.code == "acknowledged" for row in told)
    answered = report.messages.filter(by=Message.By.DESK).count() > acknowledged
    of_past = [row for row in told if row.before is None]
    done = [
        ProgressLine(
            str(words["informed_unsaid" if row.code == "informed" and not answered else row.code]), row.on, None
        )
        for row in of_past
    ]
    if reading := _first_reading(report):
        happened.add("read")
        at = next((at for at, row in enumerate(of_past) if _comes_after(row, reading.on)), len(done))
        code = "read" if reading.is_handled_by_reader and not says_closed(of_past) else "read_before"
        done.insert(at, ProgressLine(str(words[code]), reading.on, None))
    kept = {
        row.code: row.before
        for row in told
        if row.before
        and "closed" not in happened
        and not happened & KEPT_BY.get(row.code, {row.code})
        and not (row.code == "will_be_read" and answered)
    }
    days, today = promised_days(report, kept) if kept else {}, timezone.localdate()
    promised = [
        ProgressLine(str(words[code]), None, there.day, is_late=there.day < today, gets_earlier=there.gets_earlier)
        for code, there in ((code, days[code]) for code in kept)
    ]
    return done + promised


def day_to_hear(report: Report) -> Promised | None:
    """Before which day the reporter hears what is done; None where no day was promised."""
    told = report.told.filter(code="you_will_hear", before__isnull=False).order_by("sequence").first()
    return promised_days(report, {told.code: told.before})[told.code] if told and told.before else None


def says_closed(told: Iterable[Told]) -> bool:
    """Whether the last of these lines about it, the oldest first, says that the report is closed or set aside."""
    codes = [row.code for row in told if row.code in {"closed", "set_aside", "reopened"}]
    return bool(codes) and codes[-1] != "reopened"


def read_on(report: Report) -> date | None:
    """When somebody who handles the report first read it, by the ledger (of an anonymous report the Monday of the week);
    None while nobody did. A confidential adviser does not handle it."""
    reading = _first_reading(report)
    return reading.on if reading else None


class _Reading(NamedTuple):
    on: date
    is_handled_by_reader: bool  # who read it first handles it still


def _first_reading(report: Report) -> _Reading | None:
    parts = Assignment.objects.filter(case=report.case, relation__in=HANDLING).values_list("person", "ended")
    handling = {person: False for person, _ended in parts} | {person: True for person, ended in parts if not ended}
    opened = ledger.entries_of(report.case, ReportEvent.REPORT_SEEN)
    first = next((entry for entry in opened if entry.actor in handling), None)
    if first is None:
        return None
    on = timezone.localdate(first.at) if isinstance(first.at, datetime) else first.at
    return _Reading(day_of(report, on), first.actor is not None and handling[first.actor])


def _comes_after(row: Told, read: date) -> bool:
    return row.on > read or (row.on == read and row.code not in BEFORE_READING)


def _without_repeats(told: Iterable[Told]) -> list[Told]:
    kept: list[Told] = []
    begun: set[str] = set()
    for row in told:
        begun = set() if row.code == "reopened" else begun
        if row.code not in begun:
            kept.append(row)
        begun |= {row.code} & BEGUN_ONCE
    return kept
