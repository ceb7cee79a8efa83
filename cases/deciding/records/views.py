"""The pages of what was recorded in a case: the list, ending something, and giving it a later last day."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.deciding.records.faults import Faults
from cases.deciding.records.fields import as_answer, record_field
from cases.deciding.records.handing_on import answer_handing_on, ask_handing_on, asked_handing_on, who_works
from cases.deciding.records.records import (
    ShownRecord,
    by_form,
    end_fields,
    end_record,
    extend_record,
    records_of,
    running,
)
from cases.deciding.records.rows import NO_STATES, field_name, judged_row
from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.models import Case
from cases.people.hearing import about_field
from organisations.desk.forms import DeskForm, day_field, reason_field
from organisations.desk.notices import Notice, Notices
from organisations.people.namesakes import to_choose

NOTICES = Notices(
    {
        "ended": Notice(_("Recorded what it came to.")),
        "extended": Notice(_("Recorded the new last day.")),
        "asked": Notice(_("Asked. It is handed on when a second person agrees.")),
        "handed_on": Notice(_("Handed on. The last day and the day of review stay.")),
        "refused": Notice(_("Not handed on.")),
    }
)
LATER = _("Give a later last day")


class ChangeForm(DeskForm):
    """What changes of a record that runs."""

    sometimes_needed = ("about",)
    about = about_field()

    def questions(self) -> list[forms.BoundField]:
        """What is asked, but for `about`, which comes last and only where it is needed."""
        return [self[name] for name in self.fields if name not in self.sometimes_needed]


class EndForm(ChangeForm):
    """What a record came to: what its form asks then, and the day."""

    on = day_field(_("On which day?"))

    def __init__(self, data: QueryDict | None, *, case: Case, form: str, came_to: str) -> None:
        super().__init__(data)
        self.case, self.asked = case, end_fields(form, came_to)
        for name in self.asked:
            self.fields[field_name(1, name)] = record_field(case, self.asked, name)
        self.order_fields([name for name in self.fields if name != "on"])

    def clean(self) -> dict[str, Any]:
        given, faults = super().clean(), Faults()
        judged_row(self.case, self.asked, self.answers(), timezone.now(), NO_STATES, faults)
        for words, where in faults.found:
            if where not in self.errors:
                self.add_error(where, words)
        return given

    def answers(self) -> dict[str, str]:
        return {name: as_answer(self.cleaned_data.get(field_name(1, name), "")) for name in self.asked}


class ExtendForm(ChangeForm):
    """A later last day, and why."""

    until = day_field(_("New last day"))
    reason = reason_field()


class HandOnForm(ChangeForm):
    """Who looks after something when the case has closed, and why."""

    whom = forms.ChoiceField(
        label=_("Who looks after it when this case has closed?"),
        help_text=_("Somebody who works this case. It waits for this person on the day of review and on the last day."),
        error_messages={"required": _("Choose somebody who works this case.")},
    )
    reason = reason_field()

    def __init__(self, data: QueryDict | None, *, case: Case) -> None:
        super().__init__(data)
        self.choose_from("whom", [("", _("Choose")), *to_choose(who_works(case))])


@case_page("case.file", tab="decisions", shows="records", notices=NOTICES)
def records(page: CasePage) -> HttpResponse:
    shown = records_of(page.case, page.actor)
    return page.show(
        "cases/deciding/records.html",
        running=running(shown),
        groups=by_form(shown),
        works=page.may("case.decide"),
    )


@case_page("case.decide", tab="decisions", shows="record", methods=READ_AND_POST)
def end(page: CasePage, record_id: UUID, came_to: str) -> HttpResponse:
    """End one record: it came to what its link said."""
    one = _one(page, record_id)
    words = dict(one.ends).get(came_to)
    if words is None and not page.is_sent:
        raise Http404
    form = EndForm(page.sent(), case=page.case, form=one.record.form, came_to=came_to)
    if page.is_sent and form.is_valid():
        given = form.cleaned_data
        with form.refusals("on"):
            end_record(
                page.case, record_id, came_to, given["on"], form.answers(), actor=page.actor, about=given["about"]
            )
            return page.done_or_away("records", "ended")
    return page.show("cases/deciding/record_change.html", one=one, form=form, what=words or one.label)


@case_page("case.decide", tab="decisions", shows="record", methods=READ_AND_POST)
def extend(page: CasePage, record_id: UUID) -> HttpResponse:
    """Give one record a later last day."""
    one = _one(page, record_id)
    if not page.is_sent and (not one.runs or one.record.until is None):
        raise Http404
    form = ExtendForm(page.sent())
    if page.is_sent and form.is_valid():
        given = form.cleaned_data
        with form.refusals("until"):
            extend_record(page.case, record_id, given["until"], given["reason"], actor=page.actor, about=given["about"])
            return page.done_or_away("records", "extended")
    return page.show("cases/deciding/record_change.html", one=one, form=form, what=LATER)


@case_page("case.file", tab="decisions", shows="record", methods=READ_AND_POST)
def hand_on(page: CasePage, record_id: UUID) -> HttpResponse:
    """Ask that somebody looks after what runs longer than the case, or answer that."""
    one = _one(page, record_id)
    asked, decides = asked_handing_on(one.record, page.actor), page.may("case.decide")
    form = HandOnForm(page.sent("ask"), case=page.case) if decides and asked is None else None
    if page.is_sent and page.what in {"agree", "refuse"}:
        with page.refusals():
            agree = page.what == "agree"
            answer_handing_on(page.case, record_id, actor=page.actor, agree=agree)
            return page.done_or_away("records", "handed_on" if agree else "refused")
    elif (page.is_sent and form is None) or not one.can_be_handed_on:
        raise Http404
    elif form is not None and form.is_bound and form.is_valid():
        given = form.cleaned_data
        with form.refusals("whom"):
            whom = UUID(given["whom"])
            ask_handing_on(page.case, record_id, whom, given["reason"], actor=page.actor, about=given["about"])
            return page.done_or_away("records", "asked")
    return page.show(
        "cases/deciding/hand_on.html",
        one=one,
        form=form,
        asked=asked,
        own=asked is not None and asked.row.asked_by_id == page.actor.person.id,
    )


def _one(page: CasePage, record_id: UUID) -> ShownRecord:
    one = next((one for one in records_of(page.case, page.actor) if one.record.id == record_id), None)
    if one is None:
        raise Http404
    return one
