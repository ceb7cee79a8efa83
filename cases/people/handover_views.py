"""Saying that somebody is not free of a case, and handing an assignment over to a colleague."""

from collections.abc import Collection, Mapping
from typing import ClassVar
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.people.colleague import hand_over, may_give
from cases.people.dividing.load import WorkLoad, loads_by_person
from cases.people.handover import GROUND_WORDS, Successor, colleagues
from cases.people.hearing import about_field
from cases.people.not_free import declare_conflict
from organisations.desk.forms import MOST_IN_REASON, DeskForm, text_area
from organisations.models import Assignment
from organisations.people.namesakes import names_in_list

NO_LOADS: Mapping[UUID, WorkLoad] = {}


class ReasonForm(DeskForm):
    """The act judges the reason, after everything that would make it needless."""

    sometimes_needed: ClassVar[Collection[str]] = ("reason", "about")
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Sealed with the case."),
        max_length=MOST_IN_REASON,
        required=False,
        widget=text_area(4),
    )
    about = about_field()


class ConflictForm(ReasonForm):
    sometimes_needed = ("grounds", "reason", "about")
    grounds = forms.MultipleChoiceField(
        label=_("Why are they not free?"),
        choices=list(GROUND_WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    field_order = ("grounds", "reason", "about")

    def __init__(self, data: QueryDict | None, *, own: bool) -> None:
        super().__init__(data)
        if own:
            self.fields["grounds"].label = _("Why are you not free?")


class HandOverForm(ReasonForm):
    to = forms.ChoiceField(
        label=_("To whom"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a colleague from the list.")},
    )
    field_order = ("to", "reason", "about")

    def __init__(
        self, data: QueryDict | None, *, options: list[Successor], loads: Mapping[UUID, WorkLoad] = NO_LOADS
    ) -> None:
        super().__init__(data)
        called = names_in_list(one.person for one in options)
        choices = [(str(one), _with_load(name, loads.get(one))) for one, name in called.items()]
        self.choose_from("to", choices)


def _with_load(name: str, load: WorkLoad | None) -> str:
    if load is None:
        return name
    words = _("%(name)s (open cases %(cases)d, late deadlines %(late)d, to-dos %(todos)d)")
    return words % {"name": name, "cases": load.cases, "late": load.late, "todos": load.todos}


@case_page("case.conflict", tab="people", methods=READ_AND_POST)
def conflict(page: CasePage, assignment_id: UUID) -> HttpResponse:
    """Who is not free loses the case at once; the page afterwards shows nothing of it to them."""
    assignment = _assignment_of(page, assignment_id)
    if assignment.ended:
        return page.done("people", "already")
    own = assignment.person_id == page.actor.person.id
    form = ConflictForm(page.sent(), own=own)
    if page.is_sent and form.is_valid():
        given = form.cleaned_data
        with form.refusals("reason"):
            said = declare_conflict(
                page.case,
                assignment.id,
                actor=page.actor,
                grounds=given["grounds"],
                reason=given["reason"],
                about=given["about"],
            )
            return page.done_or_away("people", "stopped" if said == "stopped" else "asked_not_free")
    reads = page.may("case.read")
    return page.show("cases/people/conflict.html", form=form, assignment=assignment, own=own, reads=reads)


@case_page("case.give", tab="people", methods=READ_AND_POST)
def give(page: CasePage, assignment_id: UUID) -> HttpResponse:
    assignment = _assignment_of(page, assignment_id)
    if assignment.ended:
        return page.done("people", "already")
    if not may_give(page.actor, page.case, assignment):
        raise Http404
    loads = loads_by_person(page.actor) if page.may("work.divide") else NO_LOADS
    form = HandOverForm(page.sent(), options=colleagues(page.case), loads=loads)
    if page.is_sent and form.is_valid():
        given = form.cleaned_data
        with form.refusals("reason"):
            hand_over(
                page.case,
                assignment.id,
                UUID(given["to"]),
                actor=page.actor,
                reason=given["reason"],
                about=given["about"],
            )
            return page.done_or_away("people", "handed_over")
    return page.show("cases/people/give.html", form=form, assignment=assignment, loads=bool(loads))


def _assignment_of(page: CasePage, assignment_id: UUID) -> Assignment:
    assignments = Assignment.objects.select_related("person").filter(case=page.case.id)
    assignment = assignments.filter(id=assignment_id).first()
    if assignment is None:
        raise Http404
    return assignment
