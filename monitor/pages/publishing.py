"""The publishing desk, where people of the ministry build, check and release editions. Each edition takes two people.
Everybody else gets 404."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from monitor.editions.build import EditionRefused, check_buildable
from monitor.editions.builds import UNDER_WAY, ask_build
from monitor.editions.release import release, take_back, throw_away, withdraw
from monitor.models import Edition, EditionBuild
from monitor.pages.figures import edition_context, editions_before, table_context
from monitor.pages.forms import ReleaseForm, SureForm, WithdrawEditionForm
from monitor.reading.words import period_words
from monitor.rules.periods import REVISION, is_edition, quarters_of
from organisations.access.policy import may
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import code_of, done

NOTICES = {
    "asked": _("The edition is being built. This page shows how it goes."),
    "released": _("The edition is released."),
    "embargoed": _("The edition is released under embargo. The public sees nothing until then."),
    "taken_back": _("The embargo was taken back and the edition is a draft again. The public has not seen it."),
    "withdrawn": _("The edition is withdrawn. Everybody reads why."),
    "thrown_away": _("The draft is thrown away. It can be built again."),
}
FORMS: dict[str, type[forms.Form]] = {
    "release": ReleaseForm,
    "take_back": SureForm,
    "withdraw": WithdrawEditionForm,
    "throw_away": SureForm,
}
ACTS = {
    Edition.Status.DRAFT: ("release", "throw_away"),
    Edition.Status.EMBARGOED: ("take_back",),
    Edition.Status.PUBLISHED: ("withdraw",),
    Edition.Status.WITHDRAWN: (),
}
YEARS_BACK = 2
BUILDS_SHOWN = 10


def for_publishers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view for publishers. Somebody who is signed in and may not publish figures gets 404; somebody who is not signed in
    can sign in."""
    inside = at_work("figures.publish")(view)

    @wraps(view)
    def checked(request: WorkRequest, *args, **kwargs) -> HttpResponse:
        if request.user.is_authenticated and not may(request.actor or None, "figures.publish"):
            raise Http404
        return inside(request, *args, **kwargs)

    return checked


@require_http_methods(["GET", "HEAD", "POST"])
@for_publishers
def start(request: WorkRequest) -> HttpResponse:
    """The start page: what can be built, what cannot and why, the state of builds, and every edition."""
    refused, period = "", request.POST.get("period", "")
    if request.method == "POST":
        try:
            ask_build(period, request.actor)
            return done(reverse("monitor:publishing"), "asked")
        except EditionRefused as why:
            refused = str(why)
    builds = list(EditionBuild.objects.select_related("asked_by")[:BUILDS_SHOWN])
    under_way = {build.period for build in builds if build.state in UNDER_WAY}
    editions = list(Edition.objects.select_related("proposed_by", "released_by").order_by("-id"))
    ready, not_ready = _periods({listed.id for listed in editions} | under_way)
    not_ready += [_withdrawn(listed, listed.withdrawn_at) for listed in editions if listed.withdrawn_at]
    context = {
        **_frame(request),
        "refused": refused,
        "asked_for": period_words(period) if is_edition(period) else period,
        "builds": [(build, period_words(build.period)) for build in builds],
        "is_under_way": bool(under_way),
        "ready": ready,
        "not_ready": not_ready,
        "editions": [(listed, period_words(listed.id)) for listed in editions],
    }
    return render(request, "monitor/pages/publishing/start.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_publishers
def edition(request: WorkRequest, period: str) -> HttpResponse:
    """The page of one edition: its tables, what was proven, and the acts that are possible in its status."""
    shown_edition = _edition(period)
    possible = ACTS[Edition.Status(shown_edition.status_now)]
    act = request.POST.get("act", "")
    shown = {name: FORMS[name](request.POST if act == name else None, auto_id=f"{name}-%s") for name in possible}
    if request.method == "POST":
        if act not in FORMS:
            raise Http404
        form = shown.get(act) or FORMS[act](request.POST, auto_id=f"{act}-%s")
        if form.is_valid():
            try:
                return _do(act, request, period, form)
            except EditionRefused as why:
                form.add_error(None, str(why))
        if act not in shown:  # somebody else changed the status meanwhile
            shown = {**shown, act: form}
    context = {
        **_frame(request),
        **edition_context(shown_edition),
        "forms": shown,
        "possible": possible,
        "is_own": shown_edition.proposed_by_id in (None, request.actor.person.id),
        "acted": shown.get(act),
        "rests_on": [period_words(prior) for prior in shown_edition.rests_on],
    }
    return render(
        request, "monitor/pages/publishing/edition.html", context, status=422 if request.method == "POST" else 200
    )


@require_safe
@for_publishers
def table(request: WorkRequest, period: str, name: str) -> HttpResponse:
    """The page of a table of any edition, beside that of the published edition before it."""
    shown_edition = _edition(period)
    beside = next(iter(editions_before(shown_edition)), "")
    context = {**_frame(request), **table_context(shown_edition, name, request.GET, beside), "is_preview": True}
    return render(request, "monitor/pages/table.html", context)


def _do(act: str, request: WorkRequest, period: str, form: forms.Form) -> HttpResponse:
    here, actor = reverse("monitor:publishing_edition", args=[period]), request.actor
    if act == "release" and isinstance(form, ReleaseForm):
        release(period, actor, embargo_until=form.embargo_until)
        return done(here, "embargoed" if form.embargo_until else "released")
    if act == "take_back":
        take_back(period, actor)
        return done(here, "taken_back")
    if act == "withdraw":
        withdraw(period, actor, form.cleaned_data["reason"])
        return done(here, "withdrawn")
    throw_away(period, actor)
    return done(reverse("monitor:publishing"), "thrown_away")


def _edition(period: str) -> Edition:
    shown = Edition.objects.select_related("proposed_by", "released_by").filter(id=period).first()
    if shown is None:
        raise Http404
    return shown


def _periods(taken: set[str]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The periods of the last years without an edition: (period, words) of those that can be built, and (words, why) of
    those that cannot. Quarters come before their year, because a quarter cannot follow it. `taken`: the editions that exist
    or are being built."""
    ready, not_ready = [], []
    this_year = timezone.localdate().year
    for year in range(this_year - YEARS_BACK, this_year + 1):
        revision = [str(year) + REVISION] if str(year) in taken else []
        for period in [*quarters_of(str(year)), str(year), *revision]:
            if period in taken:
                continue
            try:
                check_buildable(period)
                ready.append((period, period_words(period)))
            except EditionRefused as why:
                not_ready.append((period_words(period), str(why)))
    return ready, not_ready


def _withdrawn(edition: Edition, moment: datetime) -> tuple[str, str]:
    """(words, why) of a withdrawn edition: nothing can follow it."""
    why = _(
        "Withdrawn on %(day)s. It cannot be built again: another rounding of the same counts, beside the withdrawn one that everybody may have kept, would say more of small numbers. The reason that everybody reads: %(reason)s"
    ) % {"day": date_format(timezone.localdate(moment), "j F Y"), "reason": edition.withdrawn_because}
    return period_words(edition.id), str(why)


def _frame(request: WorkRequest) -> dict:
    return {"section": "publishing", "notice": NOTICES.get(code_of(request), "")}
