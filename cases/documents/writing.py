"""From a text and the values filled in to a document, and from a document to PDF/UA and DOCX. Nothing is stored here."""

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
class PaperBlock:
    """One block of a document: a `title`, `heading`, `paragraph` or `item` with its text; or a `table` with a caption,
    a head and rows."""

    kind: str
    text: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class DocumentPaper:
    """What a document says. `footer` stands on every page."""

    title: str
    organisation: str
    day: date
    footer: str
    blocks: list[PaperBlock] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The document as plain text, for the mailbox of the reporter."""
        return "\n\n".join(f"- {block.text}" if block.kind == "item" else block.text for block in self.blocks)


def blocks_of(kind: Kind, values: Mapping[str, str]) -> list[PaperBlock]:
    """The blocks of a text with the values filled in, {name: words}. What somebody typed never becomes a heading or a
    tag."""
    blocks: list[PaperBlock] = []
    for name, template in _templates(kind.text):
        text = template.render(Context(dict(values), autoescape=False)).strip()
        lines = [line.strip() for line in text.splitlines()]
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
        if text:
            is_first = name == "heading" and not any(block.kind == "title" for block in blocks)
            blocks.append(PaperBlock("title" if is_first else name, text))
    return blocks


def as_pdf(paper: DocumentPaper) -> bytes:
    """A tagged PDF (PDF/UA-1). Raises :class:`reporting.pdf.NoPdf`."""
    return pdf(as_html(paper), paper.day)


def as_html(paper: DocumentPaper) -> str:
    """The HTML of which the PDF is made, in Dutch."""
    with translation.override(LANGUAGE):
        return render_to_string("cases/documents/document_paper.html", {"paper": paper})


def printable(text: str) -> str:
    """The text without the characters that XML cannot hold. Such characters come along when people paste."""
    return _NOT_IN_XML.sub("", text)


def as_docx(paper: DocumentPaper) -> bytes:
    """The document for a word processor."""
    document = docx.Document()
    document.core_properties.title, document.core_properties.author = paper.title, paper.organisation
    document.core_properties.language = LANGUAGE
    document.sections[0].footer.paragraphs[0].text = paper.footer
    document.add_paragraph(f"{paper.organisation}\n{paper.day:%d-%m-%Y}")
    for block in paper.blocks:
        match block.kind:
            case "title" | "heading":
                document.add_heading(printable(block.text), level=1 if block.kind == "title" else 2)
            case "item":
                document.add_paragraph(printable(block.text), style="List Bullet")
            case "table":
                document.add_heading(printable(block.text), level=2)
                table = document.add_table(rows=0, cols=len(block.head), style="Table Grid")
                for row in (block.head, *block.rows):
                    for cell, text in zip(table.add_row().cells, row, strict=True):
                        cell.text = printable(text)
            case _:
                document.add_paragraph(printable(block.text))
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


@cache
def _templates(source: str) -> list[tuple[str, Template]]:
    """The blocks of a text, [(kind of block, template)]. The text is cut before anything is filled in."""
    engine = Engine(autoescape=False)
    templates: list[tuple[str, Template]] = []
    for part in re.split(r"\n\s*\n", source.strip()):
        name = "heading" if part.startswith("# ") else "paragraph"
        if part.startswith("- "):
            templates += [("item", engine.from_string(line.removeprefix("- "))) for line in part.splitlines()]
            continue
        templates.append((name, engine.from_string(part.removeprefix("# "))))
    return templates
