"""The days that a reporter is promised are those of the officer's deadlines."""

from collections.abc import Mapping
from datetime import date

from django.utils import timezone

from cases.administration.adoption import protocol_in_force
from cases.deadlines.receipt import asked_at_opening, due_of_receipt
from cases.models import Deadline
from cases.protocol.deadline_kinds import deadline_kinds
from reporting.dialogue.promised import answers_promises
from reporting.models import Report

LINES = {"ack": "will_be_read", "feedback": "you_will_hear"}  # group of a deadline: line of progress.yaml


@answers_promises
def promised_by_deadlines(report: Report, kept: Mapping[str, date]) -> dict[str, date]:
    """The days of the case's own deadlines; before there is a case, those with which it will open. A promise whose
    deadline was met or waived keeps its day, since nothing asks for another one."""
    deadlines = Deadline.objects.filter(case=report.case, due__isnull=False, met_at=None, waived=False)
    running = [(deadline.code, deadline.due) for deadline in deadlines]
    if not running and not kept and report.handled_by is not None:
        _own, protocol = protocol_in_force(report.handled_by, report.kind)
        running = [(code, due_of_receipt(report, code, protocol)) for code in asked_at_opening(protocol, {})]
    promised: dict[str, date] = {}
    for code, due in running:
        line = LINES.get(deadline_kinds()[code].group)
        if line and due:
            day = timezone.localdate(due)
            promised[line] = min(day, promised.get(line, day))
    return {**kept, **promised}
