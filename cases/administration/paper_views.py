"""A protocol on paper: as a page and as an accessible PDF; and the protocol of one case."""

from collections.abc import Collection
from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation

from cases.administration.adoption import move_to, offered, protocol_differences
from cases.administration.paper import paper
from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.models.own.protocol import own_protocol
from cases.protocol.checking.contradictions import MarkedSentence
from cases.protocol.definitions import Protocol
from cases.protocol.floor import asks_less
from organisations.desk.middleware import WorkRequest
from organisations.desk.numbers import number_in
from organisations.desk.saving import to_save
from organisations.models import Organisation
from reporting.pdf import NoPdf, pdf


def answer_paper(
    request: WorkRequest,
    protocol: Protocol,
    organisation: Organisation,
    effective_on: date | None,
    form: str,
    marked: Collection[MarkedSentence] = (),
) -> HttpResponse:
    """The document as a page, or as PDF/UA. `marked` are sentences of a draft that somebody must read."""
    shown = {"paper": paper(protocol, organisation, effective_on, marked), "language": translation.get_language()}
    if form == "pdf":
        try:
            content = pdf(
                render_to_string("cases/administration/paper.html", shown), effective_on or timezone.localdate()
            )
        except NoPdf:
            raise Http404 from None
        return to_save(content, "application/pdf", f"{protocol.id}-{organisation.slug}-{protocol.version}.pdf")
    return render(
        request, "cases/administration/document.html", {**shown, "section": "admin", "organisation": organisation}
    )


@case_page("case.follow", shows="protocol", methods=READ_AND_POST)
def protocol_of_case(page: CasePage) -> HttpResponse:
    """What a case runs, and the newer version that it could go on with."""
    case = page.case
    newer = offered(case) if page.may("case.decide") else None
    if page.is_sent and newer:
        revision = number_in(page.request.POST.get("revision", ""))
        with page.refusals():
            move_to(case, newer, actor=page.actor, revision=-1 if revision is None else revision)
            return page.done("overview", "protocol")
        case.refresh_from_db()
    return page.show(
        "cases/administration/case.html",
        paper=paper(case.protocol, case.organisation),
        newer=newer,
        differences=protocol_differences(case.protocol, own_protocol(newer.id)) if newer else [],
        less=asks_less(case.protocol, own_protocol(newer.id)) if newer else [],
    )
