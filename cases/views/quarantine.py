"""The lane of reports that look as if a machine sent them."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render

from cases.quarantine import described, judge, suspects
from organisations.desk import at_work
from organisations.middleware import WorkRequest

PAGE = 25


@at_work("quarantine.see")
def quarantine(request: WorkRequest) -> HttpResponse:
    if request.method == "POST":
        chosen = [one for one in request.POST.getlist("report") if len(one) == 36]
        changed = judge(request.actor, chosen, real=request.POST.get("action") == "real") if chosen else 0
        return redirect(f"{request.path}?gedaan={changed}")
    page = Paginator(suspects(request.actor), PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "work",
        "page": page,
        "found": described(list(page.object_list), request.actor),
        "done": request.GET.get("gedaan", ""),
    }
    return render(request, "cases/quarantine.html", context)
