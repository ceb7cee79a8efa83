"""What runs from the receipt of a report, and when it is due. The officer's deadlines and what the reporter is promised are
both computed here."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from math import ceil

from django.utils import timezone

from cases.protocol.definitions import Protocol
from cases.protocol.kinds import deadline_kinds as rules
from jobs.outbox import LONGEST_TO_SLOT
from reporting.models import Report
from reporting.moments import may_leave

LINES = {"ack": "will_be_read", "feedback": "you_will_hear"}  # group of a deadline: line of progress.yaml


def asked_at_opening(protocol: Protocol, codes: Mapping[str, str]) -> Iterator[str]:
    """The codes of deadlines that the opening of a case starts. `codes` are those of the report, {code list: code}.

    What runs from the acknowledgement begins here too: a forgotten acknowledgement never stops a clock of the law.
    """
    yield from protocol.on_opening
    if codes.get("danger") == "now":
        yield from protocol.on_danger
    for code, kind in rules.deadline_kinds().items():
        by_answer = kind.is_started_by(codes)
        if by_answer or kind.starts_at == "acknowledgement":
            yield code


def due_of_receipt(report: Report, code: str, protocol: Protocol, now: datetime | None = None) -> datetime | None:
    """When a deadline that runs from the receipt of this report is due."""
    by_hour = rules.deadline_kinds()[code].unit == "hours"
    # Nobody promised hours before it was written down; the days of the law count from when it came.
    start = (report.written_at if by_hour else None) or report.received_at or coarse_start(report, code, now)
    return rules.due_from_receipt(code, start, protocol.deadline_lengths.get(code))


def promised_at_receipt(report: Report) -> dict[str, date]:
    """What the reporter was promised when the report came in, {line of progress.yaml: the first day that was named}."""
    told = report.told.exclude(before=None).order_by("-sequence")
    return {row.code: row.before for row in told if row.before}


def as_promised(code: str, due: datetime | None, promised: Mapping[str, date]) -> datetime | None:
    """No case opens with a deadline on a later day than its reporter was promised, however long it waited to be opened.
    `promised`: of :func:`promised_at_receipt`."""
    day = promised.get(LINES.get(rules.deadline_kinds()[code].group, ""))
    return min(due, rules.end_of(day)) if due and day else due


def read_within(protocol: Protocol, *, anonymous: bool) -> tuple[int, rules.Unit] | None:
    """The length and unit of time within which a report is read by this protocol; None where it asks that of nobody. Hours of
    an anonymous report begin with a mail slot (:func:`coarse_start`), so that whole days stand for them."""
    kinds = [rules.deadline_kinds()[code] for code in protocol.on_opening]
    kind = next((kind for kind in kinds if LINES.get(kind.group) == "will_be_read"), None)
    if kind is None:
        return None
    if anonymous and kind.unit == "hours":
        return ceil((timedelta(hours=kind.length) + LONGEST_TO_SLOT) / timedelta(days=1)), "days"
    return kind.length, kind.unit


def coarse_start(report: Report, code: str, now: datetime | None = None) -> datetime:
    """From when a deadline runs that an act of an anonymous reporter starts.

    Such a report has a week and no moment: its days run from the Monday of the week, so early and never late, and its hours
    from the next mail slot after `now`, in which the handler is told (docs/domain.md#deadlines).
    """
    by_hour = rules.deadline_kinds()[code].unit == "hours"
    if not by_hour:
        return rules.beginning_of(report.received_on)
    now = now or timezone.now()
    return may_leave(report, now, now=now) or now
