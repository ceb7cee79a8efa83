"""When somebody is away, so that new cases go to whoever is there."""

from uuid import UUID

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from organisations.people.appointments import be_away, be_back

_DAY = {
    "widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    "error_messages": {
        "required": _("Give a day."),
        "invalid": _("Give a day, for example 1-1-2027."),
    },
}


class AbsenceForm(forms.Form):
    use_required_attribute = False
    away_from = forms.DateField(label=_("First day"), **_DAY)  # type: ignore[arg-type]
    away_to = forms.DateField(label=_("Last day"), **_DAY)  # type: ignore[arg-type]

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data, auto_id="%s")

    def clean(self) -> dict[str, object]:
        given = super().clean() or self.cleaned_data
        first, last = given.get("away_from"), given.get("away_to")
        if first and last and last < first:
            self.add_error("away_to", _("The last day cannot be before the first."))
        elif last and last < timezone.localdate():
            self.add_error("away_to", _("Choose a day that is not over yet."))
        return given


@at_work("relations.own")
def absence(request: WorkRequest) -> HttpResponse:
    actor, back = request.actor, request.POST.get("back", "")
    form = AbsenceForm(request.POST if request.method == "POST" and not back else None)
    if back:
        try:
            gone = be_back(actor.person, actor.organisation, UUID(back))
        except ValueError:
            gone = False
        return redirect(f"{request.path}?gedaan=weg" if gone else request.path)
    if request.method == "POST" and form.is_valid():
        be_away(actor.person, actor.organisation, form.cleaned_data["away_from"], form.cleaned_data["away_to"])
        return redirect(f"{request.path}?gedaan=erbij")
    told = actor.person.absences.filter(organisation=actor.organisation, away_to__gte=timezone.localdate())
    context = {"section": "work", "form": form, "told": list(told), "done": request.GET.get("gedaan", "")}
    return render(request, "cases/people/absence.html", context, status=422 if form.errors else 200)
