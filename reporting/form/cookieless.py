"""Protects pages without a cookie, where Django's CSRF token cannot: the browser says from where a POST comes."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]
COOKIELESS = "is_cookieless"  # marks such a view for what must not tell when somebody was here


def cookieless(view: View) -> View:
    """A view that takes a POST from this site only, by the header Sec-Fetch-Site or else Origin.

    A browser that sends neither is let through: the form carries a sealed state or receipt that only the reporter has,
    and that proves what the token would prove.
    """

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method == "POST" and not _is_from_here(request):
            return render(request, "reporting/form/elsewhere.html", status=403)
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        return response

    setattr(checked, COOKIELESS, True)
    return checked


def _is_from_here(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin", "")
    return origin in {"", "null"} or urlsplit(origin).netloc == request.get_host()
