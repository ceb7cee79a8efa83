"""Accessible PDF (PDF/UA) from a template, without fetching anything from elsewhere."""

import logging
from datetime import date, datetime, time
from functools import cache
from typing import Any

from django.contrib.staticfiles import finders

logger = logging.getLogger(__name__)
STYLE = "weerbaar-document.css"
VARIANT = "pdf/ua-1"


class NoPdf(Exception):
    """This machine lacks the libraries that WeasyPrint needs (pango). Callers offer the text version instead."""


def pdf(
    page: str,
    day: date | None = None,
    *,
    attachments: dict[str, bytes] | None = None,
    style: str = STYLE,
    fit: tuple[int, str] | None = None,
) -> bytes:
    """A tagged PDF (PDF/UA-1) of a page of HTML. It is dated by the day, and does not tell when it was made.

    `attachments`: {file name: content}. `style`: the file name of a style sheet. `fit`: (most pages, CSS that is added
    when there would be more). The page cannot fetch anything. Raises :class:`NoPdf`.
    """
    weasyprint = _weasyprint()
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    fonts = FontConfiguration()  # sheet and document must share it; otherwise the house font is not loaded
    sheet = weasyprint.CSS(
        filename=str(finders.find(style)), font_config=fonts, url_fetcher=URLFetcher(allowed_protocols=["file"])
    )
    source = weasyprint.HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=[]))
    at = datetime.combine(day, time()) if day else None
    attached = [
        weasyprint.Attachment(string=content, name=name, created=at, modified=at)
        for name, content in (attachments or {}).items()
    ]
    options = {"font_config": fonts, "pdf_variant": VARIANT, "attachments": attached}
    document = source.render(stylesheets=[sheet], **options)
    if fit and len(document.pages) > fit[0]:
        document = source.render(stylesheets=[sheet, weasyprint.CSS(string=fit[1])], **options)
    return document.write_pdf(pdf_variant=VARIANT, attachments=attached)


def can_make_pdf() -> bool:
    """Whether this machine has the libraries for it."""
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
