"""The administrator's page for what the organisation tells of itself in the figures. Nothing of a case is ever on it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from organisations.administration.forms import ProfileForm
from organisations.administration.profile import Elsewhere, ProfileAnswers, keep_profile, layers, told_of, years_to_tell
from organisations.codes import code_list
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import code_of, done

STALE = _("Somebody changed the profile meanwhile. Look at it in another window, and save again if yours is right.")


@require_http_methods(["GET", "HEAD", "POST"])
@at_work("admin.profile")
def profile(request: WorkRequest) -> HttpResponse:
    organisation = request.actor.organisation
    rules = layers().get(organisation.kind)
    if rules is None:  # a ministry handles cases, but nothing of it is counted
        return render(request, "organisations/administration/profile_none.html", {"section": "admin"})
    years = years_to_tell()
    asked = request.GET.get("jaar", str(years[0]))
    year = next((choice for choice in years if str(choice) == asked), None)
    if year is None:  # of another year nothing is shown or kept: that would pass for the year that was asked
        return render(
            request, "organisations/administration/profile_year.html", {"section": "admin", "years": years}, status=404
        )
    told, before = told_of(organisation, year), told_of(organisation, year - 1)
    first = told or ProfileAnswers(holders=before.holders if before else {})
    form = ProfileForm(request.POST or None, asked=rules.asked, told=first, organisation=organisation.slug)
    if request.method == "POST" and form.is_valid():
        try:
            if (
                form.cleaned_data["organisation"] != organisation.slug
            ):  # made before this person switched to another organisation
                raise Elsewhere
            keep_profile(request.actor, year, form.told())
            return done(f"{request.path}?jaar={year}", "kept")
        except Elsewhere:
            form.add_error(None, STALE)
            form.renew(revision=first.revision, organisation=organisation.slug)
    context = {
        "section": "admin",
        "organisation": organisation,
        "year": year,
        "years": [(choice, told_of(organisation, choice) is not None) for choice in years],
        "form": form,
        "once": [code_list("group")[function].label.lower() for function in rules.once],
        "from_before": year - 1 if not told and before and before.holders else None,
        "done": code_of(request) == "kept" and not form.is_bound,
    }
    return render(request, "organisations/administration/profile.html", context, status=422 if form.errors else 200)
