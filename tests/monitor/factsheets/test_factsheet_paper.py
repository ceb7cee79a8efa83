"""Factsheets on paper: two pages, tagged (PDF/UA-1), in the house font; every chart says its numbers in words."""

import io
import re

import pikepdf
import pytest
from django.core.cache import cache
from django.test import Client
from pypdf import PdfReader

from monitor.editions.release import withdraw
from monitor.factsheets import views as factsheet_views
from monitor.rules.catalogue import TOTAL
from monitor.rules.factsheets import factsheets
from reporting import pdf as documents
from reporting.pdf import can_make_pdf
from tests.support.figures.editions import publishers, the_editions
from tests.support.paper import fonts_of, language_and_title, tags_of, words_of_pdf

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not can_make_pdf(), reason="no PDF on this machine"),
]
CHARTS = 9  # the years, seven figures and the clocks
WANTED = {"/H1", "/H2", "/P", "/Figure", "/Table", "/TH", "/TD", "/Caption", "/L", "/Link"}


def _heights(page: bytes) -> list[tuple[str, float]]:
    """Every piece of text of the first page, with how high it stands in points."""
    heights = []
    PdfReader(io.BytesIO(page)).pages[0].extract_text(
        visitor_text=lambda text, frame, matrix, *_font: heights.append((text.strip(), matrix[5] * frame[3] + frame[5]))
    )
    return [height for height in heights if height[0]]


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def _get(slug: str, *, english: bool = False, **headers: str):
    return Client().get(f"{'/en' if english else ''}/monitor/factsheets/{slug}.pdf", headers=headers)


def _no_pdf():
    raise documents.NoPdf


@pytest.mark.parametrize("slug", [sheet.slug for sheet in factsheets().factsheets.values()])
def test_every_factsheet_is_two_accessible_pages(slug):
    the_editions("2024", "2025")
    answer = _get(slug)
    assert answer["Content-Type"] == "application/pdf"
    page = answer.content
    assert len(PdfReader(io.BytesIO(page)).pages) == 2
    language, title = language_and_title(page)
    assert language == "nl"
    assert title.endswith(": cijfers over meldingen in 2025")
    with pikepdf.open(io.BytesIO(page)) as document:
        assert document.open_metadata()["pdfuaid:part"] == "1"
    tags, figures = tags_of(page)
    assert tags >= WANTED
    assert len(figures) == CHARTS
    assert all(": " in picture for picture in figures)
    fonts = fonts_of(page)
    assert all(fonts.values())
    assert {name.rstrip(",") for name in fonts} == {"Source-Sans-3", "Source-Sans-3-Semi-Bold", "Source-Sans-3-Bold"}


def test_in_english_its_charts_say_the_numbers_of_the_table():
    edition = the_editions("2024", "2025")[1]
    page = _get("wethouders", english=True).content
    assert language_and_title(page) == ("en", "Aldermen: figures on reports in 2025")
    assert len(PdfReader(io.BytesIO(page)).pages) == 2
    table = {tuple(codes): value for *codes, value in edition.stored.get(table="T2").rows}
    forms = next(tag for tag in tags_of(page)[1] if tag.startswith("What kind of aggression?"))
    assert f"Threatening: {table['threat_intimidation', 'alderman']}" in forms
    said = " ".join(words_of_pdf(page).split())
    assert f"about {table[TOTAL, 'alderman']}" in said
    assert "From the survey of the ministry" in said


def test_a_paper_is_made_once_until_an_edition_is_withdrawn(monkeypatch):
    the_editions("2024", "2025")
    calls = []
    really = factsheet_views.as_pdf
    monkeypatch.setattr(factsheet_views, "as_pdf", lambda page: calls.append(page) or really(page))
    first, second = _get("provincies"), _get("provincies")
    assert first.content == second.content
    assert len(calls) == 1
    assert first["Cache-Control"] == "public, no-cache"
    assert _get("provincies", **{"If-None-Match": first["ETag"]}).status_code == 304
    why = "Bij de provincies was dubbel geteld."
    for year in ("2024", "2025"):
        withdraw(year, publishers()[1], why)
    marked = _get("provincies", **{"If-None-Match": first["ETag"]})
    assert marked.status_code == 200
    assert why in " ".join(words_of_pdf(marked.content).split())
    assert len(PdfReader(io.BytesIO(marked.content)).pages) == 2
    assert len(calls) == 2


def test_where_no_pdf_can_be_made_the_page_offers_none(monkeypatch):
    the_editions("2025")
    monkeypatch.setattr(documents, "_weasyprint", _no_pdf)
    assert _get("wethouders").status_code == 404
    assert ".pdf" not in Client().get("/monitor/factsheets/wethouders/").content.decode()


def test_how_sure_a_key_number_is_stands_right_below_it():
    the_editions("2024", "2025")
    heights = _heights(Client().get("/monitor/factsheets/ambtsdragers.pdf").content)
    position = next(n for n, (text, _height) in enumerate(heights) if re.fullmatch(r"\d+ tot \d+%", text))
    (number, above), (_ends, below) = heights[position - 1], heights[position]
    assert number.endswith("%")
    assert 0 < abs(above - below) < 16
