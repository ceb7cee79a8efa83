"""Headers and language of every answer."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponsePermanentRedirect
from django.middleware.security import SecurityMiddleware
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


class Security(SecurityMiddleware):
    """Django's own, and the onion address: Tor encrypts it already, so it is neither redirected to https nor told to
    stay there; on the open web a page says where the onion is."""

    def process_request(self, request: HttpRequest) -> HttpResponsePermanentRedirect | None:
        return None if _is_onion(request) else super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        if _is_onion(request):
            del response["Strict-Transport-Security"]
        elif settings.ONION_HOST:
            response["Onion-Location"] = f"http://{settings.ONION_HOST}{request.get_full_path()}"
        return response


def _is_onion(request: HttpRequest) -> bool:
    return bool(settings.ONION_HOST) and request.get_host() == settings.ONION_HOST


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
