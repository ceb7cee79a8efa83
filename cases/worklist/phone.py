"""Writing down what somebody tells by telephone or at the desk, or what came by e-mail, by letter or in the corridor: the same
form, with a code for the reporter to confirm."""

from datetime import timedelta

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.access.policy import Actor
from organisations.codes import code_list
from organisations.desk.at_work import at_work
from organisations.desk.forms import DeskForm, day_field
from organisations.desk.middleware import WorkRequest
from reporting.form.drafts import Draft
from reporting.form.written import MOST_DAYS_BACK, SPOKEN, needs_code_sent


class CameForm(DeskForm):
    """How something came that was not told at this moment, and when."""

    came_by = forms.ChoiceField(
        label=_("How did it come?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it came.")},
    )
    came_on = day_field(
        _("On which day did it come?"),
        help_text=_("The days that the law gives count from here, also when you write it down later."),
    )

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data)
        self.choose_from(
            "came_by", [(way.id, way.label) for way in code_list("came_by").codes if needs_code_sent(way.id)]
        )

    def clean_came_on(self):
        """Not in the future, and not so long ago that nobody means it."""
        day, today = self.cleaned_data["came_on"], timezone.localdate()
        if not today - timedelta(days=MOST_DAYS_BACK) <= day <= today:
            raise forms.ValidationError(_("Give the day on which it came: not in the future and at most a year ago."))
        return day


@at_work("report.enter")
def phone(request: WorkRequest) -> HttpResponse:
    """The doors, each with a draft that names who writes it down and how it came; the draft is sealed, so nobody can claim
    another."""
    organisation = request.actor.organisation
    form = CameForm(request.POST if request.method == "POST" else None)
    came_by, came_on = SPOKEN, ""
    if form.is_valid():
        came_by, came_on = form.cleaned_data["came_by"], form.cleaned_data["came_on"].isoformat()
    context = {
        "section": "phone",
        "organisation": organisation,
        "doors": doors_for(request.actor, came_by, came_on),
        "form": form,
        "way": code_list("came_by")[came_by] if needs_code_sent(came_by) else None,
        "came_on": form.cleaned_data["came_on"] if came_on else None,
    }
    return render(request, "cases/worklist/phone.html", context, status=422 if form.errors else 200)


def doors_for(actor: Actor, came_by: str = SPOKEN, came_on: str = "", review_on: str = "") -> list[tuple]:
    """(kind, sealed draft) of each kind of report, written down by this actor. `came_on` and `review_on` are days (ISO); with
    the second it is parked as a signal. Empty where the organisation takes no reports."""
    doors, organisation = [], actor.organisation
    for kind in code_list("kind").codes if organisation.live and organisation.kind != "authority" else ():
        draft = Draft.begin(organisation, kind.id)
        draft.taker, draft.came_by, draft.came_on = str(actor.person.id), came_by, came_on
        draft.review_on = review_on
        doors.append((kind, draft.seal()))
    return doors
