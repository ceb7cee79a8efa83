"""The whole queue on a page of its own, where more waits than the worklist shows."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cases.waiting.queue import waiting_for
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from organisations.people.duty import roster_of
from vault.keyring.looked_up import reading


@at_work("work.list")
def waiting(request: WorkRequest) -> HttpResponse:
    with reading():
        return _waiting(request)


def _waiting(request: WorkRequest) -> HttpResponse:
    roster, me = roster_of(request.actor.organisation), request.actor.person.id
    on_duty = [shift.person.name for shift in roster.on_duty(timezone.now()) if shift.person]
    context = {
        "section": "work",
        "waiting": waiting_for(request.actor),
        "on_duty": list(dict.fromkeys(on_duty)),
        "has_roster": bool(roster.shifts or roster.stand_ins),
        "is_on_roster": any(shift.person_id == me for shift in (*roster.shifts, *roster.stand_ins)),
    }
    return render(request, "cases/waiting/waiting.html", context)
