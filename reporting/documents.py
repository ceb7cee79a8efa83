"""Accessible PDF (PDF/UA) from a template, without fetching anything from elsewhere."""

import logging
from datetime import date, datetime, time
from functools import cache
from typing import Any

from django.contrib.staticfiles import finders

logger = logging.getLogger(__name__)
FONT = "vendor/fonts/source-sans-3-latin-wght-normal.woff2"
STYLE = "weerbaar-document.css"


class NoPdf(Exception):
    """This machine lacks the libraries that WeasyPrint needs (pango). The text version is there all the same."""


def pdf(page: str, day: date, *, attachments: dict[str, bytes] | None = None) -> bytes:
    """A tagged PDF of a page of HTML, dated by the day and not by the moment at which it is made.
    `attachments`: {file name: content}. Raises :class:`NoPdf`."""
    weasyprint = _weasyprint()
    at = datetime.combine(day, time())
    attached = [
        weasyprint.Attachment(string=content, name=name, created=at, modified=at)
        for name, content in (attachments or {}).items()
    ]
    style = weasyprint.CSS(filename=str(finders.find(STYLE)), url_fetcher=_fetch)
    return weasyprint.HTML(string=page, url_fetcher=_fetch).write_pdf(
        stylesheets=[style], pdf_variant="pdf/ua-1", attachments=attached
    )


def can_make_pdf() -> bool:
    try:
        _weasyprint()
    except NoPdf:
        return False
    return True


@cache
def _weasyprint() -> Any:
    try:
        import weasyprint  # half a second and system libraries: only when somebody wants a PDF
    except OSError:
        raise NoPdf from None
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    return weasyprint


def _fetch(url: str, *args, **kwargs) -> dict[str, Any]:
    """Only the house font; a document never reaches out."""
    if url.endswith("weerbaar-font.woff2") and (found := finders.find(FONT)):
        return {"file_obj": open(str(found), "rb"), "mime_type": "font/woff2"}  # noqa: PTH123 WeasyPrint closes it
    raise ValueError("documents fetch nothing")
