"""A file as an answer to the browser."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def to_save(content: bytes, media_type: str, name: str, *, shown: bool = False) -> HttpResponse:
    """A file for the browser to save (or to show, where that is harmless), in which nothing runs."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(not shown, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
