"""The page on which somebody makes or drops a calendar address, and the calendar itself."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cases.deadlines.feed import drop_feed, feed_of, read_feed, renew_feed
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest


@at_work("work.list")
def calendar(request: WorkRequest) -> HttpResponse:
    """The address is on the page that made it and never again."""
    address = ""
    if request.method == "POST" and request.POST.get("what") == "drop":
        drop_feed(request.actor)
        return redirect("cases:calendar")
    if request.method == "POST":
        address = request.build_absolute_uri(reverse("calendar_feed", args=[renew_feed(request.actor)]))
    context = {"section": "work", "address": address, "feed": feed_of(request.actor)}
    return render(request, "cases/deadlines/calendar.html", context)


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
