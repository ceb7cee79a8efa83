"""The page on which who coordinates sees how the work is divided, and gives an assignment to a colleague."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from cases.events import CaseEvent
from cases.people.dividing.load import division
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from organisations.people.namesakes import names_in_list
from vault import ledger

PAGE = 50


@at_work("work.divide")
def divide(request: WorkRequest) -> HttpResponse:
    """Giving itself is done on the page of the case, which judges who is free of it."""
    actor = request.actor
    divided = division(actor)
    page = Paginator(divided.to_give, PAGE).get_page(request.GET.get("page"))
    ledger.record(actor.organisation.id, CaseEvent.DIVISION_SEEN, actor=actor.person.id, count=divided.counted)
    context = {"section": "work", "division": divided, "page": page, "query": ""}
    people = [*(load.person for load in divided.loads), *(row.person for _case, row in divided.to_give)]
    context["called"] = names_in_list(people)
    return render(request, "cases/people/division.html", context)
