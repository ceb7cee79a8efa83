"""Factsheets on each group of functions and each layer, as a page and as PDF/UA, from published yearly editions only."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from monitor.factsheets.paper import as_pdf, paper_of, trend
from monitor.factsheets.reading import NotCounted, Sheet, read_sheet
from monitor.models import Edition
from monitor.rules.factsheets import Factsheet, by_slug, factsheets
from monitor.rules.periods import settled_on
from reporting.pdf import NoPdf, can_make_pdf

TREND_HEIGHT = 220
MOST_EARLIER = 5  # so many years before fit on the page


@dataclass(frozen=True)
class SheetOfYear:
    """A factsheet with the edition of the year that is shown, the editions of years before that stand beside it, and all
    years between which a reader can choose."""

    factsheet: Factsheet
    edition: Edition
    years_before: list[Edition]
    years: list[Edition]

    def read(self) -> Sheet:
        """The factsheet with its numbers. Raises :class:`NotCounted`."""
        return read_sheet(self.factsheet, self.edition, self.years_before)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All factsheets, or when the first ones come."""
    editions = _years()
    context = {
        "section": "factsheets",
        "factsheets": factsheets().factsheets.values(),
        "edition": newest(editions) if editions else None,
        "coming": _coming(),
    }
    return render(request, "monitor/factsheets/index.html", context)


@require_safe
def factsheet(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of a factsheet for the newest year, or the year that the address names (?jaar=)."""
    sheet = by_slug(slug)
    if sheet is None:
        raise Http404
    editions = _years()
    context = {"section": "factsheets", "factsheets": factsheets().factsheets.values(), "here": sheet}
    if not editions:
        return render(request, "monitor/factsheets/parts/empty.html", context | {"coming": _coming()})
    chosen = _sheet_of_year(request, sheet, editions)
    try:
        read = chosen.read()
    except NotCounted:
        return render(request, "monitor/factsheets/parts/not_counted.html", context | {"chosen": chosen}, status=404)
    context |= {"sheet": read, "chosen": chosen, "trend": trend(read, TREND_HEIGHT), "can_make_pdf": can_make_pdf()}
    return render(request, "monitor/factsheets/sheet.html", context)


@require_safe
def factsheet_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The factsheet as PDF. It changes only when an edition is withdrawn, so it is made once and kept."""
    sheet, editions = by_slug(slug), _years()
    if sheet is None or not editions:
        raise Http404
    chosen = _sheet_of_year(request, sheet, editions)
    method = request.build_absolute_uri(reverse("monitor:method"))
    key = _key(chosen, method)
    etag = quote_etag(key)
    if answer := get_conditional_response(request, etag=etag):
        return answer
    content = cache.get(key)
    if content is None:
        try:
            page = render_to_string("monitor/factsheets/paper.html", paper_of(chosen.read(), method))
            content = as_pdf(page)
        except (NoPdf, NotCounted):
            raise Http404 from None
        cache.set(key, content, timeout=None)
    name = f"factsheet-{slug}-{chosen.edition.id}-{get_language()}.pdf"
    headers = {
        "Content-Disposition": content_disposition_header(False, name) or "inline",
        "ETag": etag,
        "Cache-Control": "public, no-cache",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def newest(editions: Sequence[Edition]) -> Edition:
    """The newest edition that was not withdrawn; where all were withdrawn, the newest of all."""
    return next((edition for edition in editions if edition.status_now != Edition.Status.WITHDRAWN), editions[0])


def _years() -> list[Edition]:
    """Public yearly editions, the newest first."""
    return list(Edition.objects.public().yearly().order_by("-id"))


def _sheet_of_year(request: HttpRequest, sheet: Factsheet, editions: list[Edition]) -> SheetOfYear:
    year = request.GET.get("jaar", "")
    edition = next((edition for edition in editions if edition.id == year), None) if year else newest(editions)
    if edition is None:
        raise Http404
    standing = Edition.objects.standing().yearly().filter(id__lt=edition.period)
    before = list(standing.order_by("-id"))
    return SheetOfYear(sheet, edition, before[:MOST_EARLIER], editions)


def _key(chosen: SheetOfYear, method: str) -> str:
    """A key of everything that the PDF depends on: the editions that it shows, their status, language, address and
    software version."""
    editions = [
        f"{edition.id}:{edition.number}:{edition.status_now}:{edition.manifest}"
        for edition in [chosen.edition, *chosen.years_before]
    ]
    parts = [chosen.factsheet.id, str(get_language()), method, version("weerbaar"), *editions]
    return "factsheet-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _coming() -> dict[str, str | date]:
    """The current year, and the first day on which its edition can be built."""
    year = str(timezone.localdate().year)
    return {"year": year, "day": settled_on(year)}
