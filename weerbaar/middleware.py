"""Headers and language of every answer."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponsePermanentRedirect
from django.middleware.security import SecurityMiddleware
from django.utils import translation

from weerbaar.logs import release
from weerbaar.operation.asked import answering

Next = Callable[[HttpRequest], HttpResponse]

ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}


class Asked:
    """The outermost: the log knows which page is answered, and afterwards writes what waited for its moment."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with answering(request):
            response = self.get_response(request)
        release()
        return response


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


class LanguageOfAddress:
    """The address alone decides: Dutch, and another language of LANGUAGES under its code, such as /en/ (urls.py). No cookie
    is set and the browser's wish is not read (docs/decisions/language-in-the-address.md).

    Django's LocaleMiddleware would take the first address of De Bilt, /de-bilt/, for German.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request.path_info)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def language_of(path: str) -> str:
    """The language of an address without its host: the code at its beginning, else Dutch."""
    _before, _slash, rest = path.partition("/")
    first = rest.partition("/")[0]
    return first if first in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def in_language(path: str, language: str) -> str:
    """The address of the same page in another language of LANGUAGES. It has one slash at its beginning: a browser reads
    what stands after two as the name of another site."""
    now = language_of(path)
    rest = "/" + (path if now == settings.LANGUAGE_CODE else path.removeprefix(f"/{now}")).lstrip("/")
    return rest if language == settings.LANGUAGE_CODE else f"/{language}{rest}"
