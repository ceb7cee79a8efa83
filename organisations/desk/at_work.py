"""What every page for people at work shares: signed in, an active organisation, and allowed to do what the page does."""

from collections.abc import Callable
from functools import wraps

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render

from organisations.access.policy import may
from organisations.desk.kept import PARAMETER, sign_in_first, take
from organisations.desk.middleware import WorkRequest

View = Callable[..., HttpResponse]


def at_work(action: str) -> Callable[[View], View]:
    """A page for people at work: signed in, with an active organisation, allowed to do `action`. One transaction, so
    that what is shown and the ledger's event of it stand or fall together."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: WorkRequest, *args, **kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            if not request.actor:
                return render(request, "organisations/desk/no_work.html", status=403)
            if not may(request.actor, action):
                return render(request, "organisations/desk/not_yours.html", status=403)
            if request.method == "GET" and PARAMETER in request.GET and (kept := take(request)):
                return render(request, "organisations/desk/kept.html", {"kept": kept})
            with transaction.atomic():
                return view(request, *args, **kwargs)

        return checked

    return decorate
