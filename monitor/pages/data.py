"""The page for programmers: which data there is, and how to read a table in five lines."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from monitor.formats.dcat import LICENCE
from monitor.models import Edition

EXAMPLES = Path(__file__).parent / "examples"  # the same text as in docs/api.md
PLACE, YEAR = "https://weerbaar.example", "/editions/2025/"
NAMES = {"python": "Python", "r": "R", "excel": "Excel (Power Query)"}


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """The page for programmers: downloads, the API, and examples that run."""
    out = Edition.objects.standing().yearly()
    newest = out.order_by("-id").values_list("id", flat=True).first()
    address = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    context = {
        "section": "data",
        "newest": newest,
        "address": address,
        "licence": LICENCE,
        "examples": [
            (name, words, example_lines(name, address, newest or YEAR.split("/")[2])) for name, words in NAMES.items()
        ],
    }
    return render(request, "monitor/pages/data.html", context)


def example_lines(name: str, address: str, edition: str) -> str:
    """The lines of an example, with the address of this installation and an edition that it has."""
    text = (EXAMPLES / f"{name}.txt").read_text("utf-8")
    return text.replace(PLACE, address).replace(YEAR, f"/editions/{edition}/")
