"""Saying that somebody is not free of a case, and handing a task over to a colleague."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.desk.access import visible_cases
from cases.desk.page import case_or_404, frame
from cases.people.handover import GROUND_WORDS, CannotHandOver, Successor, colleagues, declare_conflict, hand_over
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from organisations.models import Assignment

MOST_CHARACTERS = 4000


class ReasonForm(forms.Form):
    use_required_attribute = False
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Sealed with the case."),
        max_length=MOST_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data, auto_id="%s")


class ConflictForm(ReasonForm):
    grounds = forms.MultipleChoiceField(
        label=_("Why are they not free?"),
        choices=list(GROUND_WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    field_order = ("grounds", "reason")


class HandOverForm(ReasonForm):
    to = forms.ChoiceField(
        label=_("To whom"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a colleague from the list.")},
    )
    field_order = ("to", "reason")

    def __init__(self, data: QueryDict | None, *, options: list[Successor]) -> None:
        super().__init__(data)
        self.fields["to"].choices = [(str(one.person.id), one.person.name) for one in options]  # type: ignore[attr-defined]


@at_work("work.list")
def conflict(request: WorkRequest, case_id: UUID, task_id: UUID) -> HttpResponse:
    """Who is not free loses the case at once; the page afterwards shows nothing of it to them."""
    case = case_or_404(request.actor, case_id, "case.conflict")
    task = _task(case_id, task_id)
    form = ConflictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            declare_conflict(case, task.id, actor=request.actor, grounds=given["grounds"], reason=given["reason"])
        except CannotHandOver as cannot:
            form.add_error("reason", str(cannot))
        else:
            still = visible_cases(request.actor).filter(id=case.id).exists()
            return redirect(f"{reverse('cases:people', args=[case.id])}?gedaan=vrij" if still else "cases:worklist")
    context = {
        **frame(request, case, "people"),
        "form": form,
        "task": task,
        "own": task.person_id == request.actor.person.id,
    }
    return render(request, "cases/people/conflict.html", context, status=422 if form.errors else 200)


@at_work("work.list")
def give(request: WorkRequest, case_id: UUID, task_id: UUID) -> HttpResponse:
    case = case_or_404(request.actor, case_id, "case.hand_over")
    task = _task(case_id, task_id)
    form = HandOverForm(request.POST or None, options=colleagues(case))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            hand_over(case, task.id, UUID(given["to"]), actor=request.actor, reason=given["reason"])
        except CannotHandOver as cannot:
            form.add_error("reason", str(cannot))
        else:
            still = visible_cases(request.actor).filter(id=case.id).exists()
            return redirect(f"{reverse('cases:people', args=[case.id])}?gedaan=over" if still else "cases:worklist")
    context = {**frame(request, case, "people"), "form": form, "task": task}
    return render(request, "cases/people/give.html", context, status=422 if form.errors else 200)


def _task(case_id: UUID, task_id: UUID) -> Assignment:
    task = Assignment.objects.select_related("person").filter(id=task_id, case=case_id, ended=False).first()
    if task is None:
        raise Http404
    return task
