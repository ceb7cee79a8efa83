"""The request that is answered now: whose page it is, and by which code its error is found in the log.

Nothing dates what somebody does who reports: no code stands on their pages, and what the log says of them waits for the next mail slot
(docs/security.md).
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import Http404, HttpRequest
from django.urls import ResolverMatch, resolve

from reporting.form.cookieless import COOKIELESS

MACHINES = "/api/"
REPORTERS = ("reporting.form.", "reporting.mailbox.", "reporting.api.")
_asked: ContextVar[HttpRequest | None] = ContextVar("weerbaar.asked", default=None)
_CODE = "_correlation_id"


@contextmanager
def answering(request: HttpRequest) -> Iterator[None]:
    """Inside, what is logged knows of which request it is."""
    token = _asked.set(request)
    try:
        yield
    finally:
        _asked.reset(token)


def asked_now() -> HttpRequest | None:
    """The request that this thread answers; None in a worker or a command."""
    return _asked.get()


def view_of(request: HttpRequest) -> str:
    """The view as `module.function`, which names no path and no identifier; empty for an address that there is not."""
    match = _match(request)
    return f"{match.func.__module__}.{getattr(match.func, '__name__', '')}".rstrip(".") if match else ""


def is_of_outsiders(request: HttpRequest) -> bool:
    """Whether it is a page of somebody who has no account: who reports, who reads papers of a case, a contact outside. What
    cannot be told is taken for one."""
    match = _match(request)
    if match is None:
        return True
    return getattr(match.func, COOKIELESS, False) or match.func.__module__.startswith(REPORTERS)


def is_for_machines(request: HttpRequest) -> bool:
    """Whether it is an address of the API."""
    return request.path_info.startswith(MACHINES)


def correlation_id(request: HttpRequest) -> str:
    """The random code of this request, the same in its error page and in the log; empty on the pages of outsiders."""
    if is_of_outsiders(request):
        return ""
    if not hasattr(request, _CODE):
        setattr(request, _CODE, secrets.token_hex(4))
    return getattr(request, _CODE)


def _match(request: HttpRequest) -> ResolverMatch | None:
    if request.resolver_match is None:  # it broke before the address was read
        try:
            request.resolver_match = resolve(request.path_info)
        except Http404:
            return None
    return request.resolver_match
