"""From a text with what was filled in to a paper, and from a paper to PDF/UA and DOCX. Nothing is stored here."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import docx
from django.template import Context, Engine, Template
from django.template.loader import render_to_string
from django.utils import translation

from cases.documents.kinds import Kind
from reporting.pdf import pdf

LANGUAGE = "nl"
_NOT_IN_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


@dataclass(frozen=True)
class Block:
    """`title`, `heading`, `paragraph` or `item` with its text; or a `table` with a caption, a head and rows."""

    kind: str
    text: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Paper:
    """What stands on paper. `footer` is on every page."""

    title: str
    organisation: str
    day: date
    footer: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def words(self) -> str:
        """As plain text, for the mailbox of the reporter."""
        return "\n\n".join(f"- {one.text}" if one.kind == "item" else one.text for one in self.blocks)


def blocks_of(kind: Kind, values: Mapping[str, str]) -> list[Block]:
    """The blocks of a text with the values filled in. What somebody typed never becomes a heading or a tag."""
    found: list[Block] = []
    for name, template in _templates(kind.text):
        text = template.render(Context(dict(values), autoescape=False)).strip()
        lines = [line.strip() for line in text.splitlines()]
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
        if text:
            is_first = name == "heading" and not any(one.kind == "title" for one in found)
            found.append(Block("title" if is_first else name, text))
    return found


def as_pdf(paper: Paper) -> bytes:
    """A tagged PDF (PDF/UA-1). Raises :class:`reporting.pdf.NoPdf`."""
    return pdf(as_html(paper), paper.day)


def as_html(paper: Paper) -> str:
    with translation.override(LANGUAGE):
        return render_to_string("cases/documents/document_paper.html", {"paper": paper})


def printable(text: str) -> str:
    """Without the characters that XML cannot hold, which come along when people paste."""
    return _NOT_IN_XML.sub("", text)


def as_docx(paper: Paper) -> bytes:
    """The same for a word processor."""
    made = docx.Document()
    made.core_properties.title, made.core_properties.author = paper.title, paper.organisation
    made.core_properties.language = LANGUAGE
    made.sections[0].footer.paragraphs[0].text = paper.footer
    made.add_paragraph(f"{paper.organisation}\n{paper.day:%d-%m-%Y}")
    for one in paper.blocks:
        match one.kind:
            case "title" | "heading":
                made.add_heading(printable(one.text), level=1 if one.kind == "title" else 2)
            case "item":
                made.add_paragraph(printable(one.text), style="List Bullet")
            case "table":
                made.add_heading(printable(one.text), level=2)
                table = made.add_table(rows=0, cols=len(one.head), style="Table Grid")
                for row in (one.head, *one.rows):
                    for cell, text in zip(table.add_row().cells, row, strict=True):
                        cell.text = printable(text)
            case _:
                made.add_paragraph(printable(one.text))
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


@cache
def _templates(source: str) -> list[tuple[str, Template]]:
    """The blocks of a text are cut before anything is filled in."""
    engine = Engine(autoescape=False)
    found: list[tuple[str, Template]] = []
    for part in re.split(r"\n\s*\n", source.strip()):
        name = "heading" if part.startswith("# ") else "paragraph"
        if part.startswith("- "):
            found += [("item", engine.from_string(line.removeprefix("- "))) for line in part.splitlines()]
            continue
        found.append((name, engine.from_string(part.removeprefix("# "))))
    return found
