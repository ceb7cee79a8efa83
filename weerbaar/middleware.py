"""Headers and language of every answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import get_script_prefix, set_script_prefix
from django.utils import translation

Next = Callable[[HttpRequest], HttpResponse]

ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}


class SecurityHeaders:
    """Isolation, and nothing kept in any cache unless the answer says otherwise. TRACE is refused."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "TRACE":
            return HttpResponseNotAllowed(["GET", "HEAD", "POST", "OPTIONS"])
        response = self.get_response(request)
        for name, value in ISOLATION.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class LanguageFromPath:
    """Dutch, and English under /en/. The address alone decides: no cookie, no guess from the browser's settings."""

    PREFIX = "/en/"

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        english = request.path_info.startswith(self.PREFIX)
        language = "en" if english else "nl"
        request.LANGUAGE_CODE = language
        prefix = get_script_prefix()
        if english:
            request.path_info = request.path_info[len(self.PREFIX) - 1 :]
            set_script_prefix(prefix + self.PREFIX[1:])
        try:
            with translation.override(language):
                response = self.get_response(request)
        finally:
            set_script_prefix(prefix)
        response.headers.setdefault("Content-Language", language)
        return response
