"""Writing down what somebody tells by telephone or at the desk: the same form, with a code for the reporter to confirm."""

from django.http import HttpResponse
from django.shortcuts import render

from organisations.codes import code_list
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from reporting.form.drafts import Draft


@at_work("report.enter")
def phone(request: WorkRequest) -> HttpResponse:
    """The doors, each with a draft that names who writes it down; the draft is sealed, so nobody can claim another."""
    organisation = request.actor.organisation
    doors = []
    for kind in code_list("kind").codes if organisation.live and organisation.kind != "authority" else ():
        draft = Draft.begin(organisation, kind.id)
        draft.taker = str(request.actor.person.id)
        doors.append((kind, draft.seal()))
    return render(
        request, "cases/worklist/phone.html", {"section": "phone", "organisation": organisation, "doors": doors}
    )
