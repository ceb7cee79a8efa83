"""The timeline of a case, to read and to print."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from cases.desk.page import case_or_404, frame
from cases.events import CaseEvent
from cases.file.timeline import KINDS, timeline
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from vault import ledger


@at_work("work.list")
def timeline_of_case(request: WorkRequest, case_id: UUID) -> HttpResponse:
    case = case_or_404(request.actor, case_id, "case.file")
    wanted = request.GET.get("soort", "")
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="timeline")
    context = {
        **frame(request, case, "overview"),
        "events": [(one, f"cases:{one.part}" if one.part else "") for one in timeline(case, wanted)],
        "kinds": list(KINDS.items()),
        "wanted": wanted if wanted in KINDS else "",
    }
    return render(request, "cases/file/timeline.html", context)
