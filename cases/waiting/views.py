"""The whole queue on a page of its own, where more waits than the worklist shows."""

from django.http import HttpResponse
from django.shortcuts import render

from cases.waiting.queue import waiting_for
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest


@at_work("work.list")
def waiting(request: WorkRequest) -> HttpResponse:
    context = {"section": "work", "waiting": waiting_for(request.actor)}
    return render(request, "cases/waiting/waiting.html", context)
