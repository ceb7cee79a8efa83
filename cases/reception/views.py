"""The page of the reception."""

from django.http import HttpResponse
from django.shortcuts import render

from cases.reception.list import bans_for
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest


@at_work("reception.list")
def reception(request: WorkRequest) -> HttpResponse:
    """Who may not come where, for who is at the reception."""
    context = {"section": "reception", "bans": bans_for(request.actor)}
    return render(request, "cases/reception/reception.html", context)
