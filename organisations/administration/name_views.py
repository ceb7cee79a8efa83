"""The administrator's pages for the names of the people at work, in parts. Nothing of a case is ever on them."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from organisations.administration.name_forms import NameForm
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import Notice, Notices, done
from organisations.names import plain
from organisations.people.appointments import organisations_of
from organisations.people.naming import (
    NamedPerson,
    NamesChangedMeanwhile,
    check_names,
    fingerprint,
    former_names_of,
    people_to_name,
)

PAGE = 50
STALE = _("Somebody changed this name meanwhile. Look at it in another window, and save again if yours is right.")
NOTICES = Notices({"nagekeken": Notice(_("The name is kept as checked."))})


@require_safe
@at_work("admin.names")
def names(request: WorkRequest) -> HttpResponse:
    people = people_to_name(request.actor.organisation)
    sought = request.GET.get("zoek", "").strip()
    found = [named for named in people if _is_sought(named, sought)]
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "admin",
        "organisation": request.actor.organisation,
        "sought": sought,
        "page": page,
        "query": f"&{urlencode({'zoek': sought})}" if sought else "",
        "unchecked": sum(not named.person.names_checked for named in people),
        "total": len(people),
        "notice": NOTICES.of(request),
    }
    return render(request, "organisations/administration/names.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_work("admin.names")
def name(request: WorkRequest, person: UUID) -> HttpResponse:
    organisation = request.actor.organisation
    named = next((row for row in people_to_name(organisation) if row.person.id == person), None)
    if named is None:
        raise Http404
    form = NameForm(
        request.POST or None,
        parts=named.person.parts,
        former=former_names_of(named.person),
        seen=fingerprint(named.person),
    )
    if request.method == "POST" and form.is_valid():
        try:
            check_names(
                person,
                form.parts(),
                form.former(),
                organisation=organisation,
                by=request.actor.person,
                seen=form.cleaned_data["seen"],
            )
            return done(reverse("organisation_administration:names"), "nagekeken")
        except NamesChangedMeanwhile:
            form.add_error(None, STALE)
            form.renew(seen=fingerprint(named.person))
    context = {
        "section": "admin",
        "named": named,
        "form": form,
        "elsewhere": [other for other in organisations_of(named.person) if other != organisation],
        "is_own": named.person == request.actor.person,
    }
    return render(request, "organisations/administration/name.html", context, status=422 if form.errors else 200)


def _is_sought(named: NamedPerson, sought: str) -> bool:
    return plain(sought) in plain(named.person.name)
