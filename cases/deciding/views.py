"""The pages on which decisions are read and taken."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cases.deciding.decisions import CannotDecide, acts_as, decide, decisions_taken, options_of
from cases.deciding.forms import DecisionForm
from cases.desk.page import case_or_404, frame
from cases.events import CaseEvent
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from vault import ledger


@at_work("work.list")
def decisions(request: WorkRequest, case_id: UUID) -> HttpResponse:
    case = case_or_404(request.actor, case_id, "case.file")
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="decisions")
    context = {**frame(request, case, "decisions"), "taken": decisions_taken(case, request.actor)}
    return render(request, "cases/deciding/decisions.html", context)


@at_work("work.list")
def decision(request: WorkRequest, case_id: UUID, code: str) -> HttpResponse:
    """One decision: a page to take it, and taking it."""
    case = case_or_404(request.actor, case_id, "case.decide")
    option = next((one for one in options_of(case) if one.code == code), None)
    rule = option.decision if option else dict(case.protocol.every_decision()).get(code)
    if rule is None:
        raise Http404
    layer = case.report.organisation.kind
    form = DecisionForm(request.POST or None, rule=rule, revision=case.revision, layer=layer)
    if request.method == "POST" and form.is_valid():
        try:
            decide(
                case,
                code,
                actor=request.actor,
                reason=form.cleaned_data["reason"],
                revision=form.cleaned_data["revision"],
                outcome=form.cleaned_data.get("outcome", ""),
                details=form.details,
            )
        except CannotDecide as error:
            case.refresh_from_db()
            form.refuse(str(error), case.revision)
        else:
            return redirect(f"{reverse('cases:overview', args=[case.id])}?gedaan={code}")
    elif request.method != "POST" and (
        option is None or not option.allowed or not acts_as(case, request.actor) & set(rule.who)
    ):
        return redirect("cases:overview", case_id=case.id)
    context = {**frame(request, case, "overview"), "rule": rule, "code": code, "form": form}
    return render(request, "cases/deciding/decision.html", context, status=422 if form.errors else 200)
