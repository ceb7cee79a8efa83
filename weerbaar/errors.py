"""Answers to what went wrong, in words that say what to do."""

import errno
import sys

from django.core.exceptions import ImproperlyConfigured, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from organisations.desk.kept import KeptField, fields_sent
from weerbaar.operation.asked import correlation_id, is_for_machines, is_of_outsiders

AWAY = (OperationalError, InterfaceError, ImproperlyConfigured)  # no database, or not the key of this one
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}  # a disk that takes nothing now
NEVER_SHOWN_AGAIN = {"password", "oldpassword", "password1", "password2", "client_secret"}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 for a request that is larger than a form can take."""
    too_big = isinstance(exception, RequestDataTooBig)
    return render(request, "weerbaar/bad_request.html", {"too_big": too_big}, status=413 if too_big else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, with what the reader can do."""
    return render(request, "weerbaar/forbidden.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, with what the reader can do."""
    return render(request, "weerbaar/not_found.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 where the database does not answer or a disk takes nothing. It shows nothing of the error, and asks the
    database nothing."""
    if _is_away(sys.exc_info()[1]):
        return unavailable(request)
    if is_for_machines(request):
        return _problem(request, 500, "Internal Server Error", "Something went wrong here.")
    return render(request, "weerbaar/server_error.html", {"code": correlation_id(request)}, status=500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: nothing can be kept now. What was typed comes back: a reporter sends the same page again by one button, since a
    report that is sent twice is one; whoever is at work gets their words to copy."""
    if is_for_machines(request):
        return _problem(request, 503, "Service Unavailable", "Nothing was kept. Send it again later.")
    sent = _sent(request)
    is_again = is_of_outsiders(request) and request.method == "POST" and bool(sent)
    context = {
        "again": [field for field in sent if field.name != "csrfmiddlewaretoken"] if is_again else [],
        "typed": [] if is_again else [field for field in sent if field.is_words],
        "had_files": is_again and request.content_type == "multipart/form-data",
        "code": correlation_id(request),
    }
    answer = render(request, "weerbaar/unavailable.html", context, status=503)
    answer["Retry-After"] = "60"
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was sent from elsewhere or kept open too long."""
    return render(request, "weerbaar/csrf.html", status=403)


def _is_away(error: BaseException | None) -> bool:
    return isinstance(error, AWAY) or (isinstance(error, OSError) and error.errno in FULL)


def _sent(request: HttpRequest) -> list[KeptField]:
    """What came with the page, without what no page shows. Nothing where it cannot be read any more."""
    try:
        return [field for field in fields_sent(request) if field.name not in NEVER_SHOWN_AGAIN]
    except Exception:  # a body that broke off, or files that need what is away
        return []


def _problem(request: HttpRequest, status: int, title: str, detail: str) -> HttpResponse:
    """As the API tells its errors (RFC 9457)."""
    problem = {"status": status, "title": title, "detail": detail}
    if code := correlation_id(request):
        problem["correlationId"] = code
    return JsonResponse(problem, status=status, content_type="application/problem+json")
