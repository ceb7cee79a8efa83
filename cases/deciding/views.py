"""The pages on which decisions are read and taken."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from cases.deciding.decisions import decide, decisions_taken, options_of
from cases.deciding.forms import DecisionForm
from cases.desk.page import READ_AND_POST, CasePage, case_page


@case_page("case.file", tab="decisions", part="decisions")
def decisions(page: CasePage) -> HttpResponse:
    return page.show("cases/deciding/decisions.html", taken=decisions_taken(page.case, page.actor))


@case_page("case.decide", methods=READ_AND_POST)
def decision(page: CasePage, code: str) -> HttpResponse:
    """One decision: a page to take it, and taking it. Who cannot take it now is sent to the case page, which says why."""
    case = page.case
    option = next((option for option in options_of(case) if option.code == code), None)
    rule = option.decision if option else dict(case.protocol.every_decision()).get(code)
    if rule is None:
        raise Http404
    form = DecisionForm(page.sent(), rule=rule, revision=case.revision, layer=case.report.organisation.kind)
    if page.is_sent and form.is_valid():
        with form.refusals("reason"):
            decide(
                case,
                code,
                actor=page.actor,
                reason=form.cleaned_data["reason"],
                revision=form.cleaned_data["revision"],
                outcome=form.cleaned_data.get("outcome", ""),
                details=form.details,
                about=form.cleaned_data["about"],
            )
            return page.done_or_away("overview", code)
        case.refresh_from_db()
        form.renew(revision=case.revision)
    elif not page.is_sent and (option is None or not option.allowed or not page.standing.relations & set(rule.who)):
        return redirect(page.address("overview"))
    return page.show("cases/deciding/decision.html", rule=rule, code=code, form=form)
