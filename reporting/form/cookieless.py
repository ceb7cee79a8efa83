"""Pages of the reporter set no cookie, so Django's CSRF token cannot protect them. The browser's own word does."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]


def cookieless(view: View) -> View:
    """Take a POST from this site only: by Sec-Fetch-Site, else by Origin. A browser without both posts from a form
    whose sealed state or receipt only the reporter has, which is what the token would prove."""

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method == "POST" and not _is_from_here(request):
            return render(request, "reporting/form/elsewhere.html", status=403)
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        return response

    return checked


def _is_from_here(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin", "")
    return origin in {"", "null"} or urlsplit(origin).netloc == request.get_host()
