"""How long a request waits for the database. A worker or a command waits as long as it takes; whoever reads a page does not:
a reporter must see within ten seconds that it did not work, and what to do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse


@dataclass
class Patience:
    """`seconds` for each statement. After one that took longer, `is_over`: the rest of the request asks nothing more."""

    seconds: float
    is_over: bool = False


_patience: ContextVar[Patience | None] = ContextVar("weerbaar.patience", default=None)


def patience() -> Patience | None:
    """That of the request which is answered now; None outside of requests, or where the setting says so."""
    return _patience.get()


@contextmanager
def patient_for(seconds: float) -> Iterator[None]:
    """Inside, no statement takes longer than this: OperationalError comes instead. With 0 there is no limit."""
    token = _patience.set(Patience(seconds) if seconds else None)
    try:
        yield
    finally:
        _patience.reset(token)


class PatientRequests:
    """Middleware: each request waits for the database as long as WEERBAAR_STATEMENT_TIMEOUT says."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with patient_for(settings.STATEMENT_TIMEOUT):
            return self.get_response(request)
