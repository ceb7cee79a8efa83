"""Answers to what went wrong, in words that say what to do."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


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
    """500. It shows nothing of the error."""
    return render(request, "weerbaar/server_error.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was sent from elsewhere or kept open too long."""
    return render(request, "weerbaar/csrf.html", status=403)
