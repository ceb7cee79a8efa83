"""The active organisation: chosen after sign-in by who works in several, kept in the session, never in the URL."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from organisations.access.policy import Actor
from organisations.models import Organisation
from organisations.people.appointments import Workplace, workplaces_of

SESSION_KEY = "organisation"


class WorkRequest(HttpRequest):
    """A request of somebody who may be at work; `actor` is checked before a page of the workplace is reached."""

    actor: Actor
    organisations: list[Organisation]


class ActiveOrganisation:
    """Puts `request.actor` (an Actor or None) and `request.organisations` on the request, both only when asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        work = cast(WorkRequest, request)
        workplaces = cast(list[Workplace], SimpleLazyObject(lambda: _workplaces(request)))
        work.organisations = cast(
            list[Organisation], SimpleLazyObject(lambda: [row.organisation for row in workplaces])
        )
        work.actor = cast(Actor, SimpleLazyObject(lambda: _actor(work, workplaces)))
        return self.get_response(request)


def _workplaces(request: HttpRequest) -> list[Workplace]:
    return workplaces_of(request.user) if request.user.is_authenticated else []


def _actor(request: WorkRequest, workplaces: list[Workplace]) -> Actor | None:
    if not request.user.is_authenticated or not workplaces:
        return None
    chosen = request.session.get(SESSION_KEY)
    at = next((row for row in workplaces if str(row.organisation.id) == chosen), workplaces[0])
    return Actor(request.user, at.organisation, at.roles, at.functions, at.is_compared)


def choose(request: WorkRequest, slug: str) -> bool:
    """Make an organisation the active one. False when the person does not work there."""
    organisation = next((row for row in request.organisations if row.slug == slug), None)
    if organisation is None:
        return False
    request.session[SESSION_KEY] = str(organisation.id)
    return True
