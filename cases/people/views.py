"""Who works a case."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from cases.desk.page import case_or_404, frame
from cases.events import CaseEvent
from cases.people.handover import people_changes
from organisations.access.policy import may
from organisations.codes import code_list
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from organisations.models import Assignment
from vault import ledger


@at_work("work.list")
def people(request: WorkRequest, case_id: UUID) -> HttpResponse:
    case = case_or_404(request.actor, case_id, "case.follow")
    found = Assignment.objects.filter(case=case.id, ended=False).select_related("person", "organisation")
    order = [code.id for code in code_list("relation").codes]
    tasks = sorted(found, key=lambda task: (order.index(task.relation), task.person.name))
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="people")
    reads_file = bool(may(request.actor, "case.file", case))
    context = {
        **frame(request, case, "people"),
        "tasks": tasks,
        "actor_id": request.actor.person.id,
        "told": people_changes(case, request.actor) if reads_file else [],
        "decides_transfer": reads_file,
        "asked": case.transfers.filter(state="asked").select_related("to", "asked_by").first(),
        "hands_over": bool(may(request.actor, "case.hand_over", case)),
    }
    return render(request, "cases/people/people.html", context)
