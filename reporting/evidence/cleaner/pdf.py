"""PDFs are written anew from what is drawn on the pages: no history, no notes, no forms, no programs, no properties."""

from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from . import images
from .refusal import Refused

MOST_PAGES = 500
MOST_OBJECTS = 200_000
_ROOT = {"/Type", "/Pages", "/OCProperties"}
_PAGE = {"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents", "/Group", "/UserUnit"}
_NOWHERE = {
    "/Metadata",
    "/PieceInfo",
    "/LastModified",
    "/Thumb",
    "/AA",
    "/Usage",
    "/Creator",
    "/Author",
    "/OPI",
    "/Info",
}


def clean(data: bytes) -> tuple[bytes, str]:
    try:
        with pikepdf.open(BytesIO(data), suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise Refused("encrypted")
            if len(pdf.pages) > MOST_PAGES or len(pdf.objects) > MOST_OBJECTS:
                raise Refused("too_long")
            return _made_anew(pdf), "pdf"
    except pikepdf.PasswordError:
        raise Refused("encrypted") from None
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, RuntimeError):
        raise Refused("broken") from None


def _made_anew(pdf: Pdf) -> bytes:
    for key in [str(key) for key in pdf.Root if key not in _ROOT]:
        del pdf.Root[key]
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    for page in pdf.pages:
        for key in [str(key) for key in page.obj if key not in _PAGE]:
            del page.obj[key]
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(pikepdf.parse_content_stream(page)))
    for found in pdf.objects:
        if isinstance(found, Dictionary | Stream):
            _strip(pdf, found)
    fresh = Pdf.new()  # only what the pages reach comes along
    if "/OCProperties" in pdf.Root:
        fresh.Root.OCProperties = fresh.copy_foreign(pdf.make_indirect(pdf.Root.OCProperties))
    fresh.pages.extend(pdf.pages)
    made = BytesIO()
    fresh.save(made, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=True)
    return made.getvalue()


def _strip(pdf: Pdf, found: Dictionary | Stream) -> None:
    for key in [str(key) for key in found if key in _NOWHERE]:
        del found[key]
    if not isinstance(found, Stream):
        return
    subtype = found.get("/Subtype")
    if subtype == Name.Image:
        _repaint(found)
    elif subtype == Name.Form:
        found.write(pikepdf.unparse_content_stream(pikepdf.parse_content_stream(found)))


def _repaint(image: Stream) -> None:
    """A picture that carries its own file format may carry that format's notes too."""
    filters = image.get("/Filter")
    names = [str(one) for one in filters] if isinstance(filters, Array) else [str(filters)]
    if "/JPXDecode" in names:
        raise Refused("picture_in_pdf")
    if names[-1:] != ["/DCTDecode"]:
        return
    raw = image.read_raw_bytes() if len(names) == 1 else image.read_bytes(pikepdf.StreamDecodeLevel.generalized)
    try:
        picture = images.repaint(raw, "JPEG")
    except Refused:
        raise Refused("picture_in_pdf") from None
    grey = image.get("/ColorSpace") in (Name.DeviceGray, Name.CalGray) or image.get("/ImageMask")
    made = BytesIO()
    picture.convert("L" if grey else "RGB").save(made, "JPEG", quality=88)
    image.write(made.getvalue(), filter=Name.DCTDecode)
    image.ColorSpace = Name.DeviceGray if grey else Name.DeviceRGB
    for key in ("/Decode", "/DecodeParms"):
        if key in image:
            del image[key]
