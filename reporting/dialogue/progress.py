"""What the reporter is told. Cases write it down here; the mailbox reads nothing else."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID, uuid5

from django.utils import timezone

from jobs.outbox import enqueue
from organisations.rule_files import read_rules
from organisations.texts import Text
from reporting.models import Report, Told


@dataclass(frozen=True)
class Line:
    text: str
    on: date | None
    before: date | None

    @property
    def is_done(self) -> bool:
        return self.on is not None


@cache
def messages() -> dict[str, Text]:
    return read_rules(Path(__file__).with_name("progress.yaml"), dict[str, Text])


def week_of(day: date) -> date:
    """The Monday of the week: all that an anonymous report keeps of its time."""
    return day - timedelta(days=day.weekday())


def day_of(report: Report, day: date) -> date:
    """What may be kept of the day of a reporter's act: the week, for an anonymous one."""
    return week_of(day) if report.is_anonymous else day


def chain_of_reporter(report: Report) -> UUID:
    """Where the ledger keeps what a reporter does. An anonymous one has a chain of their own: between the acts of staff,
    which have a moment, the order alone would tell when the reporter was there."""
    return uuid5(report.case, "reporter") if report.is_anonymous else report.case


def tell(report: Report, code: str, *, before: date | None = None, on: date | None = None) -> None:
    """Write one line for the reporter. The same line is not told twice in a row; `before` promises what comes."""
    messages()[code]
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
        enqueue("reporting.ping", report.id, key=f"reporting.ping:{told.id}")


def begin_telling(report: Report, today: date, *said: tuple[str, date | None]) -> None:
    """The first lines of a new report, in one go: (code, before) each; without `before` it has happened."""
    for code, _before in said:
        messages()[code]
    on = day_of(report, today)
    Told.objects.bulk_create(
        Told(report=report, sequence=number, code=code, on=on, before=before)
        for number, (code, before) in enumerate(said, 1)
    )


def lines(report: Report) -> list[Line]:
    """What the mailbox shows: what happened, then what is promised and not yet kept."""
    told = list(report.told.all())
    done = [Line(str(messages()[one.code]), one.on, None) for one in told if one.before is None]
    kept = {one.code for one in told if one.before is None}
    keeps = {"will_be_read": "acknowledged", "you_will_hear": "informed"}
    closed = "closed" in kept
    promised = [
        Line(str(messages()[one.code]), None, one.before)
        for one in told
        if one.before and not closed and keeps.get(one.code, one.code) not in kept
    ]
    return done + promised
