"""What a reader of a PDF gets: its words, its tags, its language and title."""

import io

import pikepdf
from pypdf import PdfReader


def words_of_pdf(page: bytes) -> str:
    return "\n".join(one.extract_text() for one in PdfReader(io.BytesIO(page)).pages)


def language_and_title(page: bytes) -> tuple[str, str]:
    with pikepdf.open(io.BytesIO(page)) as document:
        assert bool(document.Root.MarkInfo.Marked)
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
        return str(document.Root.Lang), str(document.open_metadata()["dc:title"])


def tags_of(page: bytes) -> tuple[set[str], list[str]]:
    """All tags, and the alternative text of each figure."""
    with pikepdf.open(io.BytesIO(page)) as document:
        return _tags(document.Root.StructTreeRoot)


def _tags(node, depth: int = 0) -> tuple[set[str], list[str]]:
    tags, figures = set(), []
    if "/S" in node:
        tags.add(str(node.S))
        if str(node.S) == "/Figure":
            figures.append(str(node.get("/Alt", "")))
    kids = node.get("/K")
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and depth < 60:
            more, pictures = _tags(kid, depth + 1)
            tags |= more
            figures += pictures
    return tags, figures


def fonts_of(page: bytes) -> dict[str, bool]:
    """Each font by its name, and whether it is in the file."""
    found = {}
    with pikepdf.open(io.BytesIO(page)) as document:
        for one in document.pages:
            for font in one.Resources.Font.values():
                described = font.DescendantFonts[0].FontDescriptor
                found[str(font.BaseFont).partition("+")[2]] = "/FontFile2" in described or "/FontFile3" in described
    return found


def a_pdf(*pages: str) -> bytes:
    """A PDF with these words, one text a page."""
    document = pikepdf.Pdf.new()
    for words in pages:
        document.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page = document.pages[-1]
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = document.make_stream(f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET".encode())
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
