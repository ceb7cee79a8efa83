from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict:
    """The demo banner, and this page in the other language."""
    english = getattr(request, "LANGUAGE_CODE", "nl") == "en"
    return {
        "is_demo": settings.DEMO,
        "other_language_url": request.path_info if english else "/en" + request.path_info,
        "other_language": "nl" if english else "en",
    }
