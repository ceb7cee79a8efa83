"""PDFs are written anew from what is drawn on the pages: no history, no notes, no forms, no programs, no properties."""

from io import BytesIO

import pikepdf
from pikepdf import Dictionary, Pdf

from .pdf_drawing import Drawing
from .refusal import CannotClean

MOST_PAGES = 500
MOST_OBJECTS = 200_000
_PAGE = {"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents", "/Group", "/UserUnit"}


def clean(data: bytes, kind: str = "pdf") -> tuple[bytes, str]:
    """The new document, and "pdf". Raises CannotClean("encrypted"), ("too_long"), ("picture_in_pdf") or ("broken")."""
    try:
        with pikepdf.open(BytesIO(data), suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise CannotClean("encrypted")
            if len(pdf.pages) > MOST_PAGES or len(pdf.objects) > MOST_OBJECTS:
                raise CannotClean("too_long")
            return _made_anew(pdf), "pdf"
    except pikepdf.PasswordError:
        raise CannotClean("encrypted") from None
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, RuntimeError):
        raise CannotClean("broken") from None


def _made_anew(pdf: Pdf) -> bytes:
    _fill_in(pdf)
    drawing = Drawing(pdf)
    for page in pdf.pages:
        for key in [str(key) for key in page.obj if key not in _PAGE]:
            del page.obj[key]
        page.Contents = pdf.make_stream(drawing.content(page))
    pdf.remove_unreferenced_resources()  # a picture that was "deleted" is often still here, only not drawn
    fresh = Pdf.new()  # only what the pages reach comes along
    for page in pdf.pages:
        drawing.keep_resources(page.resources)
        if "/Group" in page.obj:
            page.obj.Group = drawing.needed(page.obj.Group)
    layers = drawing.layers()
    if layers is not None:
        fresh.Root.OCProperties = fresh.copy_foreign(pdf.make_indirect(layers))
    fresh.pages.extend(pdf.pages)
    out = BytesIO()
    fresh.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=True)
    return out.getvalue()


def _fill_in(pdf: Pdf) -> None:
    """What was filled in, stamped or typed over a page is part of what people see: it is drawn on the page itself."""
    if not any("/Annots" in page.obj for page in pdf.pages):
        return
    if isinstance(pdf.Root.get("/AcroForm"), Dictionary) and pdf.Root.AcroForm.get("/NeedAppearances"):
        pdf.generate_appearance_streams()
    pdf.flatten_annotations("screen")
