"""A protocol on paper: as a page and as an accessible PDF; and the protocol of one case."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header

from cases.administration.adoption import CannotAdopt, move_to, offered, protocol_differences
from cases.administration.paper import paper
from cases.desk.page import case_or_404, frame
from cases.events import CaseEvent
from cases.models.protocol import own_protocol
from cases.protocol.definitions import Protocol
from organisations.access.policy import may
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from organisations.models import Organisation
from reporting.pdf import NoPdf, pdf
from vault import ledger


def answer_paper(
    request: WorkRequest, protocol: Protocol, organisation: Organisation, effective_on: date | None, form: str
) -> HttpResponse:
    """The document as a page, or as PDF/UA."""
    shown = {"paper": paper(protocol, organisation, effective_on), "language": translation.get_language()}
    if form == "pdf":
        try:
            content = pdf(
                render_to_string("cases/administration/paper.html", shown), effective_on or timezone.localdate()
            )
        except NoPdf:
            raise Http404 from None
        answer = HttpResponse(content, content_type="application/pdf")
        name = f"{protocol.id}-{organisation.slug}-{protocol.version}.pdf"
        answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return answer
    return render(
        request, "cases/administration/document.html", {**shown, "section": "admin", "organisation": organisation}
    )


@at_work("work.list")
def protocol_of_case(request: WorkRequest, case_id: UUID) -> HttpResponse:
    """What a case runs, and the newer version that it could go on with."""
    case = case_or_404(request.actor, case_id, "case.follow")
    decides = bool(may(request.actor, "case.decide", case))
    newer = offered(case) if decides else None
    problem = ""
    if request.method == "POST" and newer:
        revision = request.POST.get("revision", "")
        try:
            move_to(case, newer, actor=request.actor, revision=int(revision) if revision.isdigit() else -1)
            return redirect(f"{reverse('cases:overview', args=[case.id])}?gedaan=protocol")
        except CannotAdopt as cannot:
            problem = str(cannot)
            case.refresh_from_db()
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="protocol")
    context = {
        **frame(request, case, "overview"),
        "paper": paper(case.protocol, case.organisation),
        "newer": newer,
        "protocol_differences": protocol_differences(case.protocol, own_protocol(newer.id)) if newer else [],
        "problem": problem,
    }
    return render(request, "cases/administration/case.html", context, status=422 if problem else 200)
