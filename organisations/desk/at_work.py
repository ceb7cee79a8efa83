"""What every page for people at work shares: signed in, an active organisation, and allowed to do what the page does."""

from collections.abc import Callable
from functools import wraps

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render

from organisations.access.failing_closed import CannotWeigh
from organisations.access.policy import NOT_COMPARED, may
from organisations.desk.kept import remember_typist, sign_in_first, take, typed_in
from organisations.desk.middleware import WorkRequest

View = Callable[..., HttpResponse]
THEIRS = {200, 405}  # 405: a page that takes only what is sent to it, and that they may send to


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
            answered = may(request.actor, action)
            if answered == NOT_COMPARED:
                return _not_yet(request)
            if not answered:
                return render(request, "organisations/desk/not_yours.html", status=403)
            try:
                with transaction.atomic():
                    answer = view(request, *args, **kwargs)
            except CannotWeigh:
                return _not_judged(request)
            # Only now it is sure that the page is still theirs: whoever lost it gets the answer of a page that is not.
            if request.method == "GET" and answer.status_code in THEIRS and (kept := take(request)):
                answer = render(request, "organisations/desk/kept.html", {"kept": kept})
            remember_typist(request, answer)
            return answer

        return checked

    return decorate


def _not_judged(request: WorkRequest) -> HttpResponse:
    """The page where it could not be judged who may know of what stands on it: nothing of it, but what this person typed."""
    return render(request, "organisations/desk/not_judged.html", {"typed": typed_in(request)}, status=503)


def _not_yet(request: WorkRequest) -> HttpResponse:
    """Every page on which something of a case can stand, for who must be compared with the cases first, with what this person
    typed. It is the same for each case, also for one that does not exist."""
    return render(request, "organisations/desk/not_yet.html", {"typed": typed_in(request)}, status=404)
