"""Doing one thing in several cases: chosen on the worklist, done after a reason, told case by case."""

from collections.abc import Collection
from contextlib import suppress
from typing import ClassVar
from uuid import UUID

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from cases.deciding.together.together import Act, acts_for, chosen_cases, do_together
from cases.events import CaseEvent
from cases.models import Case
from cases.people.hearing import about_field
from organisations.desk.at_work import at_work
from organisations.desk.forms import MOST_IN_REASON, DeskForm, reason_field
from organisations.desk.middleware import WorkRequest
from organisations.desk.numbers import number_in
from vault import ledger


class TogetherForm(DeskForm):
    act = forms.ChoiceField(
        label=_("What do you do in these cases?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you do."), "invalid_choice": _("Choose what you do.")},
    )
    sometimes_needed: ClassVar[Collection[str]] = ("about",)
    reason = reason_field(
        help_text=_("Sealed with each case. Write nothing here that belongs to one case only."),
        max_length=MOST_IN_REASON,
    )
    about = about_field()

    def __init__(self, data: QueryDict | None, *, acts: list[Act], total: int) -> None:
        super().__init__(data)
        words = _("%(what)s (in at most %(count)d of %(total)d)")
        self.choose_from(
            "act", [(act.code, words % {"what": act.label, "count": act.count, "total": total}) for act in acts]
        )


@at_work("work.list")
def together(request: WorkRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect("cases:worklist")
    ids = _ids(request.POST.getlist("case"))
    cases = chosen_cases(request.actor, ids)
    acts = acts_for(cases, request.actor)
    is_sent = "act" in request.POST or "reason" in request.POST
    form = TogetherForm(request.POST if is_sent else None, acts=acts, total=len(cases))
    context = {"section": "work", "cases": cases, "acts": acts, "form": form}
    if is_sent and cases and form.is_valid():
        with form.refusals("reason"):
            results = do_together(
                cases,
                form.cleaned_data["act"],
                actor=request.actor,
                reason=form.cleaned_data["reason"],
                revisions=_revisions(request.POST, cases),
                about=form.cleaned_data["about"],
            )
            return render(request, "cases/deciding/together_done.html", context | {"results": results})
    seen = [case.id for case in cases]
    ledger.record_in_each(seen, CaseEvent.SEEN, actor=request.actor.person.id, part="together")
    return render(request, "cases/deciding/together.html", context, status=422 if form.errors else 200)


def _ids(given: list[str]) -> list[UUID]:
    ids = []
    for text in given:
        with suppress(ValueError):
            ids.append(UUID(text))
    return ids


def _revisions(given: QueryDict, cases: list[Case]) -> dict[UUID, int]:
    """As the page showed them."""
    shown = {case.id: number_in(given.get(f"revision-{case.id}", "")) for case in cases}
    return {case: number for case, number in shown.items() if number is not None}
