"""What every page of the workplace shares: who is at work, and finding a case without telling that it exists."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render

from cases.access import visible_cases
from cases.models import Case
from organisations.access.policy import Actor, may
from organisations.middleware import WorkRequest

View = Callable[..., HttpResponse]


def at_work(action: str) -> Callable[[View], View]:
    """A page for people at work: signed in, with an active organisation, allowed to do `action`. One transaction, so
    that what is shown and the ledger's event of it stand or fall together."""

    def decorate(view: View) -> View:
        @wraps(view)
        @login_required
        def checked(request: WorkRequest, *args, **kwargs) -> HttpResponse:
            if not request.actor:
                return render(request, "cases/no_work.html", status=403)
            if not may(request.actor, action):
                return render(request, "cases/not_yours.html", status=403)
            with transaction.atomic():
                return view(request, *args, **kwargs)

        return checked

    return decorate


def case_or_404(actor: Actor, case_id: UUID, action: str) -> Case:
    """A case that the actor may see. Unknown, foreign and recused cases answer alike."""
    case = visible_cases(actor).filter(id=case_id).first()
    if case is None or not may(actor, action, case):
        raise Http404
    return case
