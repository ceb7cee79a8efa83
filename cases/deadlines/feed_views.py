"""The page on which somebody makes or drops a calendar address, and the calendar itself."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cases.deadlines.feed import choose_feed, drop_feed, feed_of, read_feed, renew_feed
from cases.models import CalendarFeed
from organisations.desk.at_work import at_work
from organisations.desk.forms import DeskForm
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import Notice, Notices, done

NOTICES = Notices({"chosen": Notice(_("Kept. Your calendar shows it when it asks again."))})


class FeedForm(DeskForm):
    alarm = forms.ChoiceField(
        label=_("Reminder before it is due"),
        choices=CalendarFeed.Alarm.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an alarm.")},
    )
    shows_number = forms.TypedChoiceField(
        label=_("Does the case number stand in it?"),
        help_text=_("Whoever sees your calendar then sees which cases you have, by number. Nothing else is shown."),
        choices=[("no", _("No number")), ("yes", _("Show the case number"))],
        widget=forms.RadioSelect,
        coerce=lambda chosen: chosen == "yes",
        error_messages={"required": _("Choose whether the number stands in it.")},
    )

    def __init__(self, data: QueryDict | None, *, feed: CalendarFeed | None) -> None:
        self.feed = feed
        kept = {"alarm": feed.alarm, "shows_number": "yes" if feed.shows_number else "no"} if feed else {}
        super().__init__(data, initial=kept)


@at_work("work.list")
def calendar(request: WorkRequest) -> HttpResponse:
    """The address is on the page that made it and never again."""
    address = ""
    form = FeedForm(request.POST if request.POST.get("what") == "choose" else None, feed=feed_of(request.actor))
    if form.is_bound:
        if form.is_valid():
            choose_feed(request.actor, **form.cleaned_data)
            return done(request.path, "chosen")
        return _page(request, form)
    if request.method == "POST" and request.POST.get("what") == "drop":
        drop_feed(request.actor)
        return redirect("cases:calendar")
    if request.method == "POST":
        address = request.build_absolute_uri(reverse("calendar_feed", args=[renew_feed(request.actor)]))
        form = FeedForm(None, feed=feed_of(request.actor))
    return _page(request, form, address)


def _page(request: WorkRequest, form: FeedForm, address: str = "") -> HttpResponse:
    context = {
        "section": "work",
        "address": address,
        "feed": feed_of(request.actor) if address else form.feed,
        "form": form,
        "notice": NOTICES.of(request),
    }
    return render(request, "cases/deadlines/calendar.html", context, status=422 if form.errors else 200)


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Without signing in: the address is the key."""
    body = read_feed(token, request.build_absolute_uri("/").rstrip("/"))
    if body is None:
        raise Http404
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
