"""Reports that look as if a machine sent them. Each of them is kept; people look, and two of them together set one
aside.

A report in this lane has no case yet: opening thousands of nonsense cases would delay the real ones. A person with an
assignment in it, who holds its key, may read it and say what it is.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from cases.deciding.opening import open_case
from cases.events import CaseEvent
from cases.waiting.sources import suspected
from jobs.outbox import enqueue
from organisations.access.bars import hidden_cases
from organisations.access.policy import Actor
from organisations.access.recusal import rows_of_one
from reporting.dialogue.progress import tell
from reporting.events import ReportEvent
from reporting.job_kinds import ReportJob
from reporting.models import Message, Report
from reporting.questions.meanings import Meaning
from reporting.questions.questions import answer_meaning
from reporting.questions.reading import codes_of, main_code
from vault import ledger
from vault.compartments import Compartment, open_many, read_text, texts_of_many
from vault.keyring.keys import Codes


@dataclass(frozen=True)
class Suspect:
    """A report of the lane with the beginning of its words. `own_proposal`: this actor has said that it is no report."""

    report: Report
    title: str
    words: str
    own_proposal: bool


def how_many_suspects(actor: Actor, waiting: Collection[UUID]) -> int:
    """Of :func:`suspects`, where the cases of :func:`suspected` are known; no query where nothing waits, as nearly
    always."""
    return len(set(waiting) - hidden_cases(actor.person.id, waiting)) if waiting else 0


def suspects(actor: Actor) -> QuerySet[Report]:
    """The reports that this actor may judge: with an assignment of theirs, not recused, not judged yet."""
    waiting = suspected(actor)
    hidden = hidden_cases(actor.person.id, waiting.values_list("case", flat=True))
    return waiting.exclude(case__in=hidden).order_by("lane", "number")


def described(reports: list[Report], actor: Actor) -> list[Suspect]:
    """The reports with their words, which the key of the actor opens, in a fixed number of queries. Each reading stands in the
    ledger of its report. Raises KeyError for one of which the actor has no key."""
    if not reports:
        return []
    cases = [report.case for report in reports]
    keys = open_many(cases, [Compartment.CONTENT], actor.organisation.id, actor.person.id)
    sealed = {row.case: row for row in texts_of_many(cases, ["answers"]) if row.compartment == Compartment.CONTENT}
    codes, opened = Codes(report.organisation_id for report in reports), []
    for report in reports:
        told = json.loads(read_text(keys[report.case, Compartment.CONTENT], sealed[report.case]))
        words = str(answer_meaning(Meaning.ACCOUNT, told) or "")
        own = report.lane == Report.Lane.PROPOSED and report.lane_by_id == actor.person.id
        opened.append(Suspect(report, main_code(codes_of(report, codes)), words, own))
    ledger.record_in_each(cases, ReportEvent.REPORT_SEEN, actor=actor.person.id, parts="quarantine")
    return opened


@transaction.atomic
def judge(actor: Actor, reports: list[UUID], *, real: bool) -> int:
    """Say of reports (by id) what they are, and return how many changed.

    A real report becomes a case at once. One that is no report is set aside when a second person says so too.
    """
    changed = 0
    for report in suspects(actor).filter(id__in=reports).select_for_update(of=("self",)):
        if real:
            report.lane, report.lane_by = Report.Lane.NORMAL, actor.person
        elif report.lane == Report.Lane.QUARANTINE:
            report.lane, report.lane_by = Report.Lane.PROPOSED, actor.person
        elif report.lane_by_id and rows_of_one(report.lane_by_id, [actor.person.id]):
            continue
        else:
            report.lane, report.lane_by = Report.Lane.SET_ASIDE, actor.person
            tell(report, "set_aside")
        report.save(update_fields=["lane", "lane_by"])
        ledger.record(report.case, CaseEvent.QUARANTINE_JUDGED, actor=actor.person.id, lane=str(report.lane))
        if real:
            open_case(report)
            for message in report.messages.filter(by=Message.By.REPORTER, seen=False):
                enqueue(ReportJob.REPORTER_WROTE, message.id, key=f"cases.reporter_wrote:again:{message.id}")
        changed += 1
    return changed
