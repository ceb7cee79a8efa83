"""Destroying a case that has ended: one person asks, a second one agrees, and nothing of it is left but a tombstone.

Nobody who is kept out of the case has a part in it, and nobody destroys what still runs.
"""

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.deciding.records.ended import ended_for_retention
from cases.desk.keys import locked_cases
from cases.desk.refusals import NotAllowed, Refused
from cases.desk.two_people import keep_answer, refuse_asker, refuse_same, waiting
from cases.destroying.everything import destroy
from cases.events import CaseEvent
from cases.job_kinds import CaseJob
from cases.models import Case, Destruction, Ground, TwoPersonRequest
from jobs.models import Job
from organisations.access.policy import Actor, may
from reporting.models import Report
from vault import ledger, tombstones
from vault.models import CaseShare

ACTION = "case.destroy"
ASKED_FOR = [Ground.RETENTION, Ground.ERASURE, Ground.ORDER]  # what people ask


@transaction.atomic
def ask_destruction(case: Case, ground: str, *, actor: Actor) -> Destruction:
    """Ask that a case is destroyed. Raises NotAllowed and Refused."""
    case = _locked(case, actor)
    _refuse_what_runs(case)
    if ground not in ASKED_FOR:
        raise Refused(_("This is no ground to destroy a case."))
    if case.destructions.filter(state=TwoPersonRequest.State.ASKED).exists():
        raise Refused(_("Somebody asked this already. A second person agrees or refuses."))
    asked = Destruction.objects.create(case=case, ground=ground, asked_by=actor.person)
    ledger.record(case.id, CaseEvent.DESTRUCTION_ASKED, actor=actor.person.id, ground=ground)
    return asked


@transaction.atomic
def agree_to_destruction(case: Case, *, actor: Actor) -> None:
    """The second person agrees, and everything of the case is destroyed. Raises NotAllowed and Refused."""
    case = _locked(case, actor)
    asked = waiting(case.destructions.all())
    refuse_same(asked, actor)
    if not may(Actor.at(asked.asked_by, case.organisation), ACTION, case):
        refuse_asker(asked.asked_by_id)
    _refuse_what_runs(case)
    ledger.record(
        case.id, CaseEvent.DESTROYED, actor=actor.person.id, asked_by=str(asked.asked_by_id), ground=asked.ground
    )
    destroy(case.id, case.report_id, asked.ground, timezone.localdate())


@transaction.atomic
def refuse_destruction(case: Case, *, actor: Actor) -> None:
    """The second person does not agree, or who asked takes it back. Raises NotAllowed and Refused."""
    case = _locked(case, actor)
    asked = waiting(case.destructions.all())
    own = asked.asked_by_id == actor.person.id
    if not own:
        refuse_same(asked, actor)
    keep_answer(asked, TwoPersonRequest.State.WITHDRAWN if own else TwoPersonRequest.State.REFUSED, actor)
    ledger.record(case.id, CaseEvent.DESTRUCTION_REFUSED, actor=actor.person.id)


def destroy_again() -> list[UUID]:
    """Destroy what has a tombstone and is there all the same, because a restore brought it back. Returns the cases."""
    reports = dict(Report.objects.values_list("case", "id"))
    there = set(reports) | set(CaseShare.objects.values_list("case", flat=True))
    again = list(tombstones.destroyed_among(there))
    for case, _ground in again:
        destroy(case, reports.get(case), "", timezone.localdate(), again=True)
        ledger.record(case, CaseEvent.DESTROYED_AGAIN)
    return [case for case, _ground in again]


def _locked(case: Case, actor: Actor) -> Case:
    row = locked_cases().filter(id=case.id, organisation=actor.organisation).first()
    if row is None or not may(actor, ACTION, row):
        raise NotAllowed
    return row


def _refuse_what_runs(case: Case) -> None:
    if not ended_for_retention(case, timezone.localdate()):
        raise Refused(
            _(
                "This case has not ended: it is open, something in it still runs, or nobody looked at it in the last year."
            )
        )
    if case.joined.exists():
        raise Refused(_("Other cases are handled together with this one. Destroy those first, or separate them."))
    if any(True for _job in _counting(case)):
        raise Refused(_("Something of this case still has to be counted for the figures. Let the worker finish first."))


def _counting(case: Case) -> Iterator[Job]:
    targets = [case.id, *case.deadlines.values_list("id", flat=True)]
    kinds = [CaseJob.COUNT_REPORT, CaseJob.COUNT_DEADLINE]
    yield from Job.objects.filter(kind__in=kinds, target__in=targets, due__lte=timezone.now()).exclude(state="done")
