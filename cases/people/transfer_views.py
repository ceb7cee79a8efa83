"""Asking that another organisation handles a case, and deciding about that."""

from typing import cast
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.desk.access import visible_cases
from cases.desk.page import case_or_404, frame
from cases.models import Transfer
from cases.people.handover import CannotHandOver, Successor
from cases.people.handover_views import ReasonForm
from cases.people.transfer import ask_transfer, decide_transfer, destinations
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest


class TransferForm(ReasonForm):
    to = forms.ChoiceField(
        label=_("To which organisation"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an organisation from the list.")},
    )
    field_order = ("to", "reason")

    def __init__(self, data: QueryDict | None, *, options: list[Successor]) -> None:
        super().__init__(data)
        choices = [(str(one.organisation.id), one.organisation.title) for one in options]
        cast(forms.ChoiceField, self.fields["to"]).choices = choices


@at_work("work.list")
def ask(request: WorkRequest, case_id: UUID) -> HttpResponse:
    case = case_or_404(request.actor, case_id, "case.hand_over")
    form = TransferForm(request.POST or None, options=destinations(case))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            ask_transfer(case, UUID(given["to"]), actor=request.actor, reason=given["reason"])
        except CannotHandOver as cannot:
            form.add_error("reason", str(cannot))
        else:
            return redirect(f"{reverse('cases:people', args=[case.id])}?gedaan=gevraagd")
    context = {**frame(request, case, "people"), "form": form}
    return render(request, "cases/people/transfer.html", context, status=422 if form.errors else 200)


@at_work("work.list")
def decide(request: WorkRequest, case_id: UUID, transfer_id: UUID) -> HttpResponse:
    case = case_or_404(request.actor, case_id, "case.file")
    transfer = Transfer.objects.filter(id=transfer_id, case=case).first()
    if transfer is None or request.method != "POST":
        raise Http404
    done = "besloten"
    try:
        decide_transfer(transfer, actor=request.actor, agree="agree" in request.POST)
    except CannotHandOver:
        done = "veranderd"
    still = visible_cases(request.actor).filter(id=case.id).exists()
    return redirect(f"{reverse('cases:people', args=[case.id])}?gedaan={done}" if still else "cases:worklist")
