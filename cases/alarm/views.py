"""The page of an alarm, for whom it called: that something cannot wait, and the button by which it stops."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from cases.alarm.alarm import call_for, number_of, reach_of, read_case, record_call, say_to_call, sign_of
from cases.desk.refusals import Refused
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import Notice, Notices, done
from reporting.models import Alarm

NOTICES = Notices(
    {
        "calls": Notice(_("Recorded: you call now. Say below what it came to: else the alarm rings again.")),
        "messaged": Notice(_("Recorded. The reporter reads it in the mailbox, and nobody is called any more.")),
        "called": Notice(_("Recorded. The number is closed again.")),
    }
)


@require_http_methods(["GET", "HEAD", "POST"])
@at_work("work.list")
def alarm(request: WorkRequest, occasion: UUID) -> HttpResponse:
    called = call_for(request.actor, occasion)
    if called is None:
        raise Http404
    refused = ""
    if request.method == "POST":
        try:
            return done(request.path, _act(request, occasion))
        except Refused as too_late:
            refused = too_late.message
            called.refresh_from_db()
            called.alarm.refresh_from_db()
    row = called.alarm
    context = {
        "section": "work",
        "alarm": row,
        "sign": sign_of(row.occasion),
        "own": row.answered_by_id == request.actor.person.id,
        "began": called.began and not row.came_of,
        "case": read_case(row, request.actor),
        "refused": refused,
        "record_minutes": settings.ALARM_RECORD_MINUTES,
        "reach": reach_of(row.report),
        "number": [(one.label, one.text) for one in number_of(called, request.actor)],
        "notice": NOTICES.of(request),
    }
    return render(request, "cases/alarm/alarm.html", context, status=422 if refused else 200)


def _act(request: WorkRequest, occasion: UUID) -> str:
    """What the button says; which notice tells that it was done. Raises :class:`Refused`."""
    came_of = request.POST.get("came_of")
    if came_of is not None:
        record_call(occasion, came_of, actor=request.actor)
        return "called"
    say_to_call(occasion, actor=request.actor)
    calls = Alarm.objects.filter(occasion=occasion, answer=Alarm.Answer.CALLS).exists()
    return "calls" if calls else "messaged"
