from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.text import capfirst
from django.utils.translation import get_language_info

from weerbaar.middleware import in_language, language_of


def site(request: HttpRequest) -> dict:
    """The demo banner, and this page in every other language: {"code", "name" in that language, "url"} each."""
    root = get_script_prefix().rstrip("/")
    return {
        "is_demo": settings.DEMO,
        "other_languages": [
            {
                "code": code,
                "name": capfirst(get_language_info(code)["name_local"]),
                "url": root + in_language(request.path_info, code),
            }
            for code, _name in settings.LANGUAGES
            if code != language_of(request.path_info)
        ],
    }
