from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from care.events import CareEvent
from care.overview import overview as overview_of
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from vault import ledger


@at_work("care.view")
def overview(request: WorkRequest) -> HttpResponse:
    """The chair's page for the running year or the year before; of another year it says that it has none."""
    this_year = timezone.localdate().year
    asked = request.GET.get("jaar", str(this_year))
    year = this_year - 1 if asked == str(this_year - 1) else this_year
    shown = overview_of(request.actor, year)
    ledger.record(request.actor.organisation.id, CareEvent.SEEN, actor=request.actor.person.id, year=year)
    context = {
        "overview": shown,
        "this_year": this_year,
        "last_year": this_year - 1,
        "is_another_year": asked != str(year),
        "section": "care",
        "today": timezone.localdate(),
    }
    return render(request, "care/overview.html", context)
