"""A file as an answer to the browser."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which a spreadsheet begins a formula


def harmless(words: str) -> str:
    """Words for a cell of a CSV file, which no spreadsheet runs as a formula."""
    return f"'{words}" if words.startswith(_FORMULA) else words


def to_save(content: bytes, media_type: str, name: str, *, shown: bool = False) -> HttpResponse:
    """A file for the browser to save (or to show, where that does no harm), in which nothing runs."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(not shown, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
