"""What leaves of documents, evidence and files: as they are, masked and made anew, or not at all. Of what is masked nothing
is left in the bytes: a page is gone, a square of a picture is painted over, a text is written anew."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import pikepdf
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from cases.masking.grounds import grounds
from cases.masking.masking import blocked, in_line, survivors
from cases.masking.office import OFFICE, words_in_office
from cases.redaction.sets import OpenedRedaction
from cases.redaction.source import COLUMNS, ROWS, Shape, Source
from reporting.evidence import sandbox
from reporting.pdf import pdf

LANGUAGE = "nl"
FOLDERS = {"document": "brieven", "evidence": "bewijs", "file": "bestanden"}
SAVED_AS: dict[str, tuple[str, dict[str, Any]]] = {
    "jpg": ("JPEG", {"quality": 88}),
    "png": ("PNG", {}),
    "webp": ("WEBP", {"lossless": True}),
}
LEAST_WIDE = 48  # pixels of a square in which the code of the ground can be read
Grounds = dict[int, str]  # {number of the part: ground}


class NotMasked(Exception):
    """A word that must be masked can still be read. Nothing leaves."""


class How(StrEnum):
    """What becomes of something in a redacted export."""

    NOT_ADDED = "not_added"  # nobody went through it
    WHOLE = "whole"
    MASKED = "masked"
    LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Fate:
    """What becomes of one thing in a redacted export, and the grounds."""

    how: How
    grounds: tuple[str, ...] = ()

    @property
    def in_words(self) -> str:
        words = {
            How.NOT_ADDED: _("not added"),
            How.WHOLE: _("added whole"),
            How.MASKED: _("added, partly masked"),
            How.LEFT_OUT: _("left out"),
        }[self.how]
        short = ", ".join(grounds()[code].short for code in self.grounds)
        return f"{words} ({short})" if short else words


def fate_of(source: Source, redaction: OpenedRedaction) -> Fate:
    """What becomes of something. Raises FileNotFoundError where its bytes are lost."""
    if not redaction.is_gone_through(source):
        return Fate(How.NOT_ADDED)
    if source.is_text:
        pieces = redaction.pieces(source)
        used = tuple(dict.fromkeys(piece.ground for piece in pieces if piece.ground))
        is_gone = not any(piece.text.strip() for piece in pieces if not piece.ground)
        return Fate((How.LEFT_OUT if is_gone else How.MASKED) if used else How.WHOLE, used)
    chosen = redaction.chosen[source.id].grounds
    used = tuple(dict.fromkeys(chosen.values()))
    if not chosen:
        return Fate(How.WHOLE)
    return Fate(How.LEFT_OUT if len(chosen) >= source.units else How.MASKED, used)


def copies_of(sources: list[Source], redaction: OpenedRedaction, on: date) -> Iterator[tuple[str, bytes]]:
    """(name in a zip, bytes) of everything that leaves as a file of its own. Raises :class:`NotMasked`, FileNotFoundError and
    FileRefused."""
    for source in sources:
        in_paper = source.id.startswith("evidence:messages")  # messages stand in the paper as text
        if source.kind in FOLDERS and not in_paper and fate_of(source, redaction).how in {How.WHOLE, How.MASKED}:
            yield name_of(source), copy_of(source, redaction, on)


def name_of(source: Source) -> str:
    """The name of the copy of something in the zip."""
    return f"{FOLDERS[source.kind]}/{source.number:04d}.{_form(source)}"


def copy_of(source: Source, redaction: OpenedRedaction, on: date) -> bytes:
    """The bytes as they leave. Raises as :func:`copies_of`."""
    if source.is_text:
        words = in_line(blocked(redaction.pieces(source)))
        return _letter(source, redaction, on) if source.kind == "document" else words.encode()
    chosen = redaction.chosen[source.id].grounds
    if not chosen:
        if source.form in OFFICE and survivors([words_in_office(source.data)], redaction.words):
            raise NotMasked
        return source.data
    match source.shape:
        case Shape.PICTURE:
            return _painted_over(source, chosen)
        case Shape.PAGES:
            return _without_pages(source.data, chosen, on)
    raise NotMasked  # what goes whole or not at all cannot be masked in part


def _form(source: Source) -> str:
    if source.kind == "document":
        return "pdf"
    return "txt" if source.is_text else source.form


def _letter(source: Source, redaction: OpenedRedaction, on: date) -> bytes:
    """A letter, made anew of its words."""
    with translation.override(LANGUAGE):
        page = render_to_string(
            "cases/redaction/copy_paper.html", {"title": source.label, "pieces": blocked(redaction.pieces(source))}
        )
    return pdf(page, on)


def _painted_over(source: Source, chosen: Grounds) -> bytes:
    """A picture with black squares, each with the code of its ground."""
    kind, options = SAVED_AS[source.form]
    with Image.open(io.BytesIO(source.data)) as opened:
        picture = opened.convert("RGBA" if "A" in opened.getbands() and kind != "JPEG" else "RGB")
    draw = ImageDraw.Draw(picture)
    wide, high = picture.width / COLUMNS, picture.height / ROWS
    for at, code in chosen.items():
        row, column = divmod(at, COLUMNS)
        left, top = int(column * wide), int(row * high)
        right, bottom = -int(-(column + 1) * wide // 1), -int(-(row + 1) * high // 1)  # rounded up: no edge is left
        draw.rectangle((left, top, right, bottom), fill="black")
        if wide >= LEAST_WIDE and high >= LEAST_WIDE / 2:
            font = ImageFont.load_default(size=int(min(wide / 6, high / 2)))
            draw.text((left + wide / 2, top + high / 2), grounds()[code].short, fill="white", font=font, anchor="mm")
    fresh = Image.new(picture.mode, picture.size)
    fresh.paste(picture)
    out = io.BytesIO()
    fresh.save(out, kind, **options)
    return out.getvalue()


def _without_pages(data: bytes, chosen: Grounds, on: date) -> bytes:
    """A PDF in which each page that is left out is a page that says so. It is made anew as a file that comes in is, so that
    nothing of the pages that are gone comes along."""
    fresh = pikepdf.Pdf.new()
    with pikepdf.open(io.BytesIO(data)) as document:
        for at, page in enumerate(document.pages):
            if at in chosen:
                with pikepdf.open(io.BytesIO(_gone(at + 1, chosen[at], on))) as instead:
                    fresh.pages.extend(instead.pages)
            else:
                fresh.pages.append(page)
        out = io.BytesIO()
        fresh.save(out)
    return sandbox.clean_file(out.getvalue()).data


def _gone(number: int, code: str, on: date) -> bytes:
    with translation.override(LANGUAGE):
        words = _("Page %(number)d is left out: %(ground)s.") % {"number": number, "ground": grounds()[code].in_words}
        return pdf(render_to_string("cases/redaction/copy_paper.html", {"title": words, "pieces": []}), on)
