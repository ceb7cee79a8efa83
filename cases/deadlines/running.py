"""The deadlines of a case: decisions start, meet and waive them; the worklist shows them."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils import timezone

from cases.counting.facts import count_as_met, count_deadlines
from cases.deadlines.receipt import as_promised, asked_at_opening, coarse_start, due_of_receipt, promised_at_receipt
from cases.deadlines.reminders import promise, promise_anew
from cases.models import Case, CaseRecord, Deadline, DeadlineQuerySet
from cases.protocol.after_closing import stops_at_closing
from cases.protocol.kinds import deadline_kinds as rules


def start_at_opening(case: Case, codes: Mapping[str, str]) -> None:
    """Start what the opening of a case starts, from the receipt of its report. `codes`: {code list: code}."""
    wanted = dict.fromkeys(asked_at_opening(case.protocol, codes))
    promised = promised_at_receipt(case.report)
    dues = {code: due_of_receipt(case.report, code, case.protocol) for code in wanted}
    begun = [Deadline(case=case, code=code, due=as_promised(code, due, promised)) for code, due in dues.items()]
    promise(*Deadline.objects.bulk_create(begun))


def start_deadlines(case: Case, codes: Iterable[str], start: datetime | None) -> None:
    """Start deadlines by their codes, except those of the case that still run. What already runs from the receipt because
    nobody had acknowledged yet becomes earlier instead, and never begins twice.

    `start` is None for an act of an anonymous reporter (:func:`coarse_start`).
    """
    wanted = list(dict.fromkeys(codes))
    if not wanted:
        return
    there = list(case.deadlines.filter(code__in=wanted, record=None))
    kept = {deadline.code for deadline in there if deadline.is_running or deadline.kind.at_latest}
    for deadline in there:
        if deadline.is_running and deadline.kind.at_latest and deadline.due:
            bring_forward(deadline, _begun(case, deadline.code, start).due)
    promise(*Deadline.objects.bulk_create(_begun(case, code, start) for code in wanted if code not in kept))


def start_own(case: Case, record: CaseRecord, codes: list[str], start: datetime) -> None:
    """Start the deadlines that a record has for itself, beside those of others."""
    begun = [_begun(case, code, start) for code in codes]
    for deadline in begun:
        deadline.record = record
    promise(*Deadline.objects.bulk_create(begun))
    if days := [timezone.localdate(deadline.due) for deadline in begun if deadline.due]:
        record.hear_by = min(days)
        record.save(update_fields=["hear_by"])


def _begun(case: Case, code: str, start: datetime | None) -> Deadline:
    kind, start = rules.deadline_kinds()[code], start or coarse_start(case.report, code)
    due = rules.due(code, start, case.protocol.deadline_lengths.get(code))
    latest = due_of_receipt(case.report, code, case.protocol) if kind.at_latest else None
    return Deadline(
        case=case,
        code=code,
        due=min(due, latest) if due and latest else due,
        opens=rules.opens(code, start),
        counts=not _was_counted_whole(case),
    )


def _was_counted_whole(case: Case) -> bool:
    """Whether the case closed before, so that the figures have it: what begins after that leaves no fact."""
    return case.registered_on is not None and bool(case.closed_on or case.reopened_on)


def bring_forward(deadline: Deadline, due: datetime | None) -> None:
    """Make a deadline earlier; one that is as early already stays as it is."""
    if due is None or (deadline.due is not None and deadline.due <= due):
        return
    deadline.due = due
    deadline.save(update_fields=["due"])
    promise_anew(deadline)


def bring_hours_forward(case: Case, now: datetime | None = None) -> None:
    """Somebody who handles an anonymous report opened it before the slot from which its hours run: they run from now."""
    if not case.report.is_anonymous:
        return
    for deadline in case.deadlines.pending():
        if deadline.kind.unit == "hours":
            length = case.protocol.deadline_lengths.get(deadline.code)
            bring_forward(deadline, rules.due(deadline.code, now or timezone.now(), length))


def rest(case: Case, now: datetime) -> None:
    """The case waits for the prosecution. Deadlines that may wait stop until :func:`go_on`."""
    codes = [code for code, kind in rules.deadline_kinds().items() if kind.rests_on_hold]
    case.deadlines.pending().filter(code__in=codes, paused_at=None, due__gt=now).update(paused_at=now)


def go_on(case: Case, now: datetime) -> None:
    """The case goes on. A deadline that rested has as much time left as when it stopped."""
    for deadline in case.deadlines.pending().exclude(paused_at=None):
        _wake(deadline, now)


def _wake(deadline: Deadline, now: datetime) -> None:
    if deadline.due and deadline.paused_at:
        deadline.due = rules.moved(deadline.code, deadline.due, now - deadline.paused_at)
    deadline.paused_at = None
    deadline.save(update_fields=["due", "paused_at"])
    promise(deadline)


def meet(case: Case, codes: list[str], done_at: datetime, *, record: CaseRecord | None = None) -> None:
    """What deadlines of these codes ask was done at `done_at`, which may lie before the moment at which it is recorded.
    `record`: that has them for itself; without it those of the case."""
    if not codes:
        return
    for deadline in case.deadlines.pending().filter(code__in=codes, record=record):
        meet_deadline(deadline, done_at)


def meet_deadline(deadline: Deadline, done_at: datetime) -> None:
    """What the deadline asks was done at `done_at`. A resting deadline is met in time; one that was met before it came to
    rest keeps its due moment. What was counted as missed before anybody recorded that it was met in time is put right, as
    long as its quarter is open (docs/domain.md#deadlines)."""
    if deadline.paused_at and deadline.paused_at < done_at:
        _wake(deadline, done_at)
    deadline.met_at, deadline.paused_at = done_at, None
    deadline.save(update_fields=["met_at", "paused_at"])
    if deadline.due is None:  # no job will count it
        count_deadlines(deadline.case, deadline.case.deadlines.filter(id=deadline.id), done_at)
    elif not deadline.is_missed():
        count_as_met(deadline.case, deadline, timezone.now())


def waive(case: Case, codes: list[str], now: datetime) -> None:
    """Deadlines of these codes ask nothing more. Those that fell due before count all the same."""
    if codes:
        _waive(case, case.deadlines.pending().filter(code__in=codes), now)


def stop_own(record: CaseRecord, now: datetime) -> None:
    """A record ended, so its own deadlines ask nothing more."""
    _waive(record.case, record.case.deadlines.pending().filter(record=record), now)


def stop_at_closing(case: Case, now: datetime, *, reporter_is_told: bool) -> None:
    """The case closed: a deadline asks nothing more unless closing does not stop it. `reporter_is_told`: by a text that closes
    the case."""
    pending = set(case.deadlines.pending().order_by().values_list("code", flat=True))
    stopped = [code for code in pending if stops_at_closing(code, reporter_is_told=reporter_is_told)]
    _waive(case, case.deadlines.pending().filter(code__in=stopped), now)


def _waive(case: Case, deadlines: DeadlineQuerySet, now: datetime) -> None:
    count_deadlines(case, deadlines, now)
    deadlines.update(waived=True, waived_at=now)
