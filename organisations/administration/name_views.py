"""The administrator's pages for the names of the people at work, in parts. Nothing of a case is ever on them."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from organisations.administration.name_forms import AgreeForm, NameForm
from organisations.administration.renaming import agree, digest, rename, still_asked
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import Notice, Notices, done
from organisations.desk.refusals import Refused
from organisations.name_parts import NOTHING, NameParts
from organisations.names import plain
from organisations.people.appointments import organisations_of
from organisations.people.namesakes import names_at_work, names_in_list
from organisations.people.naming import (
    NamedPerson,
    NamesChangedMeanwhile,
    fingerprint,
    former_names_of,
    people_to_name,
)

PAGE = 50
STALE = _("Somebody changed this name meanwhile. Look at it in another window, and save again if yours is right.")
ASKED = _("Asked: this name takes two people. It counts when a second person agrees.")
NOTICES = Notices({"checked": Notice(_("The name is kept as checked.")), "asked": Notice(ASKED)})


@require_safe
@at_work("admin.names")
def names(request: WorkRequest) -> HttpResponse:
    people = people_to_name(request.actor.organisation)
    sought = request.GET.get("zoek", "").strip()
    called = names_in_list(named.person for named in people)
    found = [named for named in people if _is_sought(called[named.person.id], named, sought)]
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "admin",
        "organisation": request.actor.organisation,
        "sought": sought,
        "page": page,
        "called": called,
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
            with form.refusals("surname"):
                is_kept = rename(
                    person, form.parts(), form.former(), actor=request.actor, seen=form.cleaned_data["seen"]
                )
                return done(reverse("organisation_administration:names"), "checked" if is_kept else "asked")
        except NamesChangedMeanwhile:
            form.add_error(None, STALE)
            form.renew(seen=fingerprint(named.person))
    context = {
        "section": "admin",
        "named": named,
        "is_split": named.person.parts != NOTHING,
        "called": names_at_work([named.person], organisation.id)[named.person.id],
        "form": form,
        "elsewhere": [other for other in organisations_of(named.person) if other != organisation],
        "is_own": named.person == request.actor.person,
    }
    return render(request, "organisations/administration/name.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@at_work("admin.agree")
def agree_name(request: WorkRequest, person: UUID) -> HttpResponse:
    """The names that an administrator asks for somebody, for a second person."""
    asked = next((one for one in still_asked(request.actor.organisation) if one.person_id == person), None)
    if asked is None:
        raise Http404
    form = AgreeForm(request.POST or None, initial={"shown": digest(asked)})
    if form.is_valid():
        try:
            agree(asked, actor=request.actor, shown=form.cleaned_data["shown"])
            return render(request, "organisations/administration/name_agreed.html", {"section": "admin"})
        except Refused as refused:
            form.add_error(None, refused.message)
            form.renew(shown=digest(asked))
        except NamesChangedMeanwhile:
            form.add_error(None, STALE)
    context = {
        "section": "admin",
        "asked": asked,
        "called": names_at_work([asked.person, asked.asked_by], request.actor.organisation.id),
        "form": form,
        "parts": NameParts(**asked.names["parts"]),
        "former": [" ".join(pair).strip() for pair in asked.names["former"]],
    }
    return render(request, "organisations/administration/name_agree.html", context, status=422 if form.errors else 200)


def _is_sought(called: str, named: NamedPerson, sought: str) -> bool:
    """By a part of the name, or of the address with which somebody signs in."""
    return plain(sought) in plain(called) or sought.casefold() in (named.person.email or "").casefold()
