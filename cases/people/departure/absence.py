"""When somebody is away, so that new cases go to whoever is there."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.desk.at_work import at_work
from organisations.desk.forms import DeskForm, day_field
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import Notice, Notices, done
from organisations.people.appointments import be_away, be_back

NOTICES = Notices({"added": Notice(_("Recorded.")), "removed": Notice(_("Taken back."))})


class AbsenceForm(DeskForm):
    away_from = day_field(_("First day"), missing=_("Give a day."))
    away_to = day_field(_("Last day"), missing=_("Give a day."))

    def clean(self) -> dict[str, object]:
        given = super().clean()
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
        return done(request.path, "removed") if gone else redirect(request.path)
    if request.method == "POST" and form.is_valid():
        be_away(actor.person, actor.organisation, form.cleaned_data["away_from"], form.cleaned_data["away_to"])
        return done(request.path, "added")
    rows = actor.person.absences.filter(organisation=actor.organisation, away_to__gte=timezone.localdate())
    context = {"section": "work", "form": form, "told": list(rows), "notice": NOTICES.of(request)}
    return render(request, "cases/people/absence.html", context, status=422 if form.errors else 200)
