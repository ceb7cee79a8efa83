"""The page behind the link of a fixed contact outside. It sets no cookie and asks no sign-in."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cases.alarm.alarm import answer, is_free, keep_call, number_for_outside, reach_of
from cases.alarm.outside import call_of_link, is_same_page, page_of
from cases.desk.refusals import Refused
from reporting.form.cookieless import cookieless
from reporting.models import Alarm, AlarmCall
from reporting.questions.reading import Answered


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@cookieless
def alarm_outside(request: HttpRequest, which: UUID, until: int, signature: str) -> HttpResponse:
    called = call_of_link(which, until, signature)
    if called is None or not is_free(called):
        raise Http404
    number: list[Answered] = []
    refused = ""
    if request.method == "POST":
        try:
            number = _act(called, request.POST.get("what", ""), request.POST.get("page", ""))
        except Refused as cannot:
            refused = cannot.message
        called.refresh_from_db()
        called.alarm.refresh_from_db()
    row = called.alarm
    context = {
        "alarm": row,
        "own": called.used,
        "began": called.began and not row.came_of,
        "reach": reach_of(row.report),
        "number": [(one.label, one.text) for one in number],
        "refused": refused,
        "record_minutes": settings.ALARM_RECORD_MINUTES,
        "page": "" if row.answered_on else page_of(called),
    }
    return render(request, "cases/alarm/outside.html", context, status=422 if refused else 200)


@transaction.atomic
def _act(called: AlarmCall, what: str, page: str) -> list[Answered]:
    """What the button says. Returns the number, where it opens by it: once for each time that the alarm rang, and again for the
    same page a short while, as long as nobody said what the call came to. Raises :class:`Refused`."""
    row = Alarm.objects.select_for_update(of=("self",)).select_related("report").get(id=called.alarm_id)
    called = AlarmCall.objects.select_related("shift").get(id=called.id)  # as it stands under the lock
    called.alarm = row
    if what != "call":
        keep_call(row, called, what, None)
        return []
    if called.used:  # the link opened the number already
        runs = row.answer == Alarm.Answer.CALLS and not row.came_of
        return number_for_outside(called) if runs and is_same_page(called, page) else []
    answer(row, called, None)
    called.used = True
    called.save(update_fields=["used"])
    return number_for_outside(called) if row.answer == Alarm.Answer.CALLS else []
