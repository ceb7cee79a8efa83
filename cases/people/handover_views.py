"""Saying that somebody is not free of a case, and handing a task over to a colleague."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.people.handover import GROUND_WORDS, Successor, colleagues, declare_conflict, hand_over
from organisations.desk.forms import MOST_CHARACTERS, DeskForm, text_area
from organisations.models import Assignment


class ReasonForm(DeskForm):
    """The act judges the reason, after everything that would make it needless."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Sealed with the case."),
        max_length=MOST_CHARACTERS,
        required=False,
        widget=text_area(4),
    )


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
        self.choose_from("to", [(str(successor.person.id), successor.person.name) for successor in options])


@case_page("case.conflict", tab="people", methods=READ_AND_POST)
def conflict(page: CasePage, task_id: UUID) -> HttpResponse:
    """Who is not free loses the case at once; the page afterwards shows nothing of it to them."""
    task = _task(page, task_id)
    form = ConflictForm(page.sent())
    if page.is_sent and form.is_valid():
        given = form.cleaned_data
        with form.refusals("reason"):
            declare_conflict(page.case, task.id, actor=page.actor, grounds=given["grounds"], reason=given["reason"])
            return page.done_or_away("people", "vrij")
    own = task.person_id == page.actor.person.id
    return page.show("cases/people/conflict.html", form=form, task=task, own=own)


@case_page("case.hand_over", tab="people", methods=READ_AND_POST)
def give(page: CasePage, task_id: UUID) -> HttpResponse:
    task = _task(page, task_id)
    form = HandOverForm(page.sent(), options=colleagues(page.case))
    if page.is_sent and form.is_valid():
        given = form.cleaned_data
        with form.refusals("reason"):
            hand_over(page.case, task.id, UUID(given["to"]), actor=page.actor, reason=given["reason"])
            return page.done_or_away("people", "over")
    return page.show("cases/people/give.html", form=form, task=task)


def _task(page: CasePage, task_id: UUID) -> Assignment:
    tasks = Assignment.objects.select_related("person").filter(case=page.case.id, ended=False)
    task = tasks.filter(id=task_id).first()
    if task is None:
        raise Http404
    return task
