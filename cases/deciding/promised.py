"""The days that a reporter is promised are those of the officer's deadlines."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.utils import timezone

from cases.administration.adoption import protocol_in_force
from cases.deadlines.receipt import LINES, asked_at_opening, due_of_receipt, read_within
from cases.models import Case, Deadline
from cases.protocol.composition import national
from cases.protocol.installed import template_for
from cases.protocol.kinds.deadline_kinds import deadline_kinds, earlier_now, unit_words
from organisations.models import Organisation
from reporting.dialogue.promised import Promised, answers_promises, answers_reading
from reporting.models import Report


@answers_promises
def promised_by_deadlines(report: Report, kept: Mapping[str, date]) -> dict[str, Promised]:
    """The days of the case's own deadlines, where they were met as they stood then; before there is a case, those with which
    it will open. What was promised keeps its day where nothing asks for another one."""
    case = Case.objects.select_related("report").filter(id=report.case).first()
    if case:
        found = _earliest(_of_case(case))
        return {line: Promised(day) for line, day in kept.items()} | found
    if report.handled_by is None:
        return {line: Promised(day) for line, day in kept.items()}
    found = _earliest(_of_receipt(report, report.handled_by))
    return found | {line: Promised(day, line in found and found[line].gets_earlier) for line, day in kept.items()}


@answers_reading
def read_within_words(kind: str, anonymous: bool) -> str:
    """By the national protocol: no organisation makes this time longer, so that it holds for whoever will handle the
    report."""
    term = read_within(national(template_for(kind)), anonymous=anonymous)
    return f"{term[0]} {unit_words(term[1], term[0])}" if term else ""


def _of_case(case: Case) -> list[tuple[str, datetime, datetime | None]]:
    """(code, due, due once it is acknowledged) of the deadlines of a case that keep a promise: of each line those that
    run, and where none runs those that were met."""
    deadlines = list(Deadline.objects.filter(case=case, due__isnull=False, waived=False).select_related("case__report"))
    asked = {LINES.get(one.kind.group) for one in deadlines if one.is_running}
    return [
        (one.code, one.due, one.once_acknowledged)
        for one in deadlines
        if one.due and (one.is_running or LINES.get(one.kind.group) not in asked)
    ]


def _of_receipt(report: Report, handled_by: Organisation) -> list[tuple[str, datetime, datetime | None]]:
    """As :func:`_of_case`, of the deadlines with which the case of a report will open."""
    now = timezone.now()
    _own, protocol = protocol_in_force(handled_by, report.kind)
    dues = [(code, due_of_receipt(report, code, protocol)) for code in asked_at_opening(protocol, {})]
    return [(code, due, earlier_now(code, due, now, protocol.deadline_lengths.get(code))) for code, due in dues if due]


def _earliest(deadlines: Iterable[tuple[str, datetime, datetime | None]]) -> dict[str, Promised]:
    """{line: its earliest day}."""
    promised: dict[str, Promised] = {}
    for code, due, earlier in deadlines:
        line = LINES.get(deadline_kinds()[code].group)
        if line:
            here = Promised(timezone.localdate(due), earlier is not None)
            promised[line] = min(here, promised.get(line, here))
    return promised
