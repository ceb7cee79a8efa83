"""The timeline of a case, to read and to print."""

from django.http import HttpResponse

from cases.desk.page import CasePage, case_page
from cases.file.timeline import KINDS, timeline


@case_page("case.file", shows="timeline")
def timeline_of_case(page: CasePage) -> HttpResponse:
    wanted = page.request.GET.get("soort", "")
    return page.show(
        "cases/file/timeline.html",
        events=[
            (event, f"cases:{event.page}" if event.page else "") for event in timeline(page.case, page.actor, wanted)
        ],
        kinds=list(KINDS.items()),
        wanted=wanted if wanted in KINDS else "",
    )
