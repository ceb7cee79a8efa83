"""Asking that another organisation handles a case, and deciding about that."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from cases.desk.page import POST, READ_AND_POST, CasePage, case_page
from cases.models import Transfer
from cases.people.handover import Successor
from cases.people.handover_views import ReasonForm
from cases.people.transfer import ask_transfer, decide_transfer, destinations
from cases.people.views import show_people


class TransferForm(ReasonForm):
    to = forms.ChoiceField(
        label=_("To which organisation"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an organisation from the list.")},
    )
    field_order = ("to", "reason", "about")

    def __init__(self, data: QueryDict | None, *, options: list[Successor]) -> None:
        super().__init__(data)
        self.choose_from("to", [(str(option.organisation.id), option.organisation.title) for option in options])


@case_page("case.hand_over", tab="people", methods=READ_AND_POST)
def ask(page: CasePage) -> HttpResponse:
    form = TransferForm(page.sent(), options=destinations(page.case))
    if page.is_sent and form.is_valid():
        given = form.cleaned_data
        with form.refusals("reason"):
            ask_transfer(page.case, UUID(given["to"]), actor=page.actor, reason=given["reason"], about=given["about"])
            return page.done_or_away("people", "asked")
    return page.show("cases/people/transfer.html", form=form)


@case_page("case.file", tab="people", methods=POST)
def decide(page: CasePage, transfer_id: UUID) -> HttpResponse:
    transfer = Transfer.objects.filter(id=transfer_id, case=page.case).first()
    if transfer is None:
        raise Http404
    with page.refusals():
        decide_transfer(transfer, actor=page.actor, agree="agree" in page.request.POST)
        return page.done_or_away("people", "decided")
    return show_people(page)
