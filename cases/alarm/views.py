"""The page of an alarm, for whom it called: that something cannot wait, and the button by which it stops."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from cases.alarm.alarm import call_for, number_of, say_to_call
from cases.desk.refusals import Refused
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import Notice, Notices, done

NOTICES = Notices({"belt": Notice(_("Recorded: you call now. Nobody else is called any more."))})


@require_http_methods(["GET", "HEAD", "POST"])
@at_work("work.list")
def alarm(request: WorkRequest, occasion: UUID) -> HttpResponse:
    called = call_for(request.actor, occasion)
    if called is None:
        raise Http404
    refused = ""
    if request.method == "POST":
        try:
            say_to_call(occasion, actor=request.actor)
            return done(request.path, "belt")
        except Refused as too_late:
            refused = too_late.message
            called.alarm.refresh_from_db()
    row = called.alarm
    context = {
        "section": "work",
        "alarm": row,
        "own": row.answered_by_id == request.actor.person.id,
        "refused": refused,
        "number": [(one.label, one.text) for one in number_of(called, request.actor)],
        "notice": NOTICES.of(request),
    }
    return render(request, "cases/alarm/alarm.html", context, status=422 if refused else 200)
