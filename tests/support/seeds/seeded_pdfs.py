"""PDFs that carry the secret where their drawing itself is kept: fonts, profiles, layers, and what is no longer drawn."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image

from tests.support.seeds.seed import RAW, SEED, Seeded, exif, picture, saved
from tests.support.seeds.seeded import icc, page_with_words, xmp

Change = Callable[[Pdf], None]


def pdf(*changes: Change, **options) -> bytes:
    document = Pdf.new()
    page_with_words(document)
    for change in changes:
        change(document)
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def drawn(more: bytes) -> Change:
    """More instructions on the first page."""

    def change(document: Pdf) -> None:
        page = document.pages[0]
        page.Contents = document.make_stream(page.Contents.read_bytes() + b"\n" + more)

    return change


def resource(category: str, name: str, make: Callable[[Pdf], object]) -> Change:
    def change(document: Pdf) -> None:
        resources = document.pages[0].Resources
        if category not in resources:
            resources[category] = Dictionary()
        resources[category][name] = make(document)

    return change


def image(data: bytes, **keys) -> Callable[[Pdf], Stream]:
    def make(document: Pdf) -> Stream:
        rest = {"Width": 96, "Height": 64, "BitsPerComponent": 8, "ColorSpace": Name.DeviceRGB, **keys}
        return Stream(document, data, Type=Name.XObject, Subtype=Name.Image, **rest)

    return make


def swelling(megabytes: int) -> bytes:
    """Zeros, packed a thousandfold; made quickly because each million packs alike."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    million = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    end = struct.pack(">HH", (megabytes << 20) % 65_521, 1)
    return b"\x78\x01" + million * megabytes + b"\x03\x00" + end


def scan(data: bytes, **keys) -> bytes:
    return pdf(resource("/XObject", "/Im1", image(data, **keys)), drawn(b"q 96 0 0 64 10 10 cm /Im1 Do Q"))


def group4() -> bytes:
    """A black and white page as a fax machine packs it."""
    tiff = Image.open(io.BytesIO(saved(picture().convert("1"), "TIFF", compression="group4")))
    start, length = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
    tiff.fp.seek(start)
    return tiff.fp.read(length)


def upside_down() -> bytes:
    """A photo of which the camera says that it lies on its side. A PDF shows it as it lies."""
    tags = Image.Exif()
    tags[0x0112], tags[0x013B] = 6, SEED
    return saved(picture(), "JPEG", exif=tags.tobytes())


def _scans() -> Iterator[Seeded]:
    photo = saved(picture(), "JPEG", comment=RAW, exif=exif(), icc_profile=icc())
    dct, flate = {"Filter": Name.DCTDecode}, {"Filter": Name.FlateDecode}
    yield Seeded("pdf: a photo that lay on its side", scan(upside_down(), **dct), "pdf")
    twice = {"Filter": Array([Name.FlateDecode, Name.DCTDecode])}
    yield Seeded("pdf: a photo packed twice", scan(zlib.compress(photo), **twice), "pdf")
    grey = saved(picture("L"), "JPEG", comment=RAW)
    keys = {"ColorSpace": Name.DeviceGray, "Decode": Array([1, 0]), **dct}
    yield Seeded("pdf: a grey photo, black for white", scan(grey, **keys), "pdf")
    cmyk = saved(picture().convert("CMYK"), "JPEG", comment=RAW)
    keys = {"ColorSpace": Name.DeviceCMYK, "Decode": Array([1, 0] * 4), **dct}
    yield Seeded("pdf: a photo for a printer", scan(cmyk, **keys), "pdf")
    if_read = saved(picture(), "JPEG2000", comment=RAW)
    yield Seeded("pdf: a photo in JPEG 2000", scan(if_read, Filter=Name.JPXDecode), "pdf")
    yield Seeded("pdf: a photo in JPEG 2000 that is none", scan(RAW, Filter=Name.JPXDecode), refused="picture_in_pdf")
    keys = {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 1, "Afzender": String(SEED)}
    parms = Dictionary(K=-1, Columns=96, Rows=64)
    yield Seeded("pdf: a fax", scan(group4(), **keys, Filter=Name.CCITTFaxDecode, DecodeParms=parms), "pdf")
    yield Seeded("pdf: a scan in JBIG2", scan(bytes(range(60)), **keys, Filter=Name.JBIG2Decode), "pdf")
    dots = zlib.compress(picture().tobytes())
    noted = {"Metadata": Dictionary(A=String(SEED)), "Name": Name(f"/{SEED}"), "ID": String(SEED), **flate}
    yield Seeded("pdf: a scan with a note", scan(dots, **noted), "pdf")
    colours = Array([Name.Indexed, Name.DeviceRGB, 1, String("\x00\x00\x00zzz")])
    yield Seeded(
        "pdf: a scan of two colours",
        scan(zlib.compress(bytes(96 * 64)), **flate, ColorSpace=colours, Maker=SEED),
        "pdf",
    )
    profile = resource("/ColorSpace", "/CS1", lambda document: Array([Name.ICCBased, Stream(document, icc(), N=3)]))
    coloured = drawn(b"/CS1 cs 1 0 0 sc 0 0 5 5 re f")
    yield Seeded("pdf: a colour profile with a name", pdf(profile, coloured), "pdf")
    inside = b"q BI /W 96 /H 64 /BPC 8 /CS /RGB /F /DCT ID " + photo + b"\nEI Q"
    yield Seeded("pdf: a photo between the lines", pdf(drawn(inside)), refused="picture_in_pdf")
    left = resource("/XObject", "/Im9", image(picture().tobytes() + RAW))
    yield Seeded("pdf: a picture that was deleted and is still there", pdf(left), "pdf")


def _drawings() -> Iterator[Seeded]:
    said = String(SEED)
    notes = f"/Span <</ActualText ({SEED}) /MCID 0>> BDC EMC /P /MC0 BDC EMC /A MP /B <</C ({SEED})>> DP".encode()
    listed = resource("/Properties", "/MC0", lambda _found: Dictionary(Author=said))
    yield Seeded("pdf: notes between the lines", pdf(listed, drawn(notes)), "pdf")
    odd = f"BX ({SEED}) XYZ EX ({SEED}) 1 w <</A ({SEED})>> 0 0 5 5 re f".encode()
    yield Seeded("pdf: words that no reader knows", pdf(drawn(odd)), "pdf")
    tile = {
        "Type": Name.Pattern,
        "PatternType": 1,
        "PaintType": 1,
        "TilingType": 1,
        "BBox": [0, 0, 9, 9],
        "XStep": 9,
        "YStep": 9,
    }
    pattern = resource(
        "/Pattern",
        "/P1",
        lambda document: Stream(document, b"% " + RAW + b"\n0 0 5 5 re f", Resources=Dictionary(), **tile),
    )
    yield Seeded("pdf: a comment in a pattern", pdf(pattern, drawn(b"/Pattern cs /P1 scn 0 0 20 20 re f")), "pdf")

    def type3(document: Pdf) -> Dictionary:
        glyph = Stream(document, b"9 0 d0 % " + RAW + b"\n0 0 5 5 re f")
        keys = {
            "FontBBox": [0, 0, 9, 9],
            "FontMatrix": [0.1, 0, 0, 0.1, 0, 0],
            "FirstChar": 97,
            "LastChar": 97,
            "Widths": [9],
        }
        coded = Dictionary(Type=Name.Encoding, Differences=[97, Name.a])
        return Dictionary(
            Type=Name.Font, Subtype=Name.Type3, CharProcs=Dictionary(a=glyph), Encoding=coded, Author=said, **keys
        )

    yield Seeded(
        "pdf: a comment in a letter", pdf(resource("/Font", "/F3", type3), drawn(b"BT /F3 9 Tf (a) Tj ET")), "pdf"
    )

    def font(document: Pdf) -> Dictionary:
        cmap = Stream(document, b"%%Title: " + RAW + b"\nbegincmap\nendcmap")
        told = Dictionary(
            Type=Name.FontDescriptor, FontName=Name.Helvetica, FontFamily=said, Lang=said, Style=Dictionary(A=said)
        )
        return Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, ToUnicode=cmap, FontDescriptor=told, Maker=said
        )

    yield Seeded("pdf: a font with notes", pdf(resource("/Font", "/F2", font), drawn(b"BT /F2 9 Tf (a) Tj ET")), "pdf")

    def shading(document: Pdf) -> Dictionary:
        function = Stream(document, b"{ % " + RAW + b"\n pop 0 0 1 }", FunctionType=4, Domain=[0, 1], Range=[0, 1] * 3)
        return Dictionary(ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=[0, 0, 9, 9], Function=function, Maker=said)

    yield Seeded("pdf: a comment in a shade", pdf(resource("/Shading", "/S1", shading), drawn(b"/S1 sh")), "pdf")

    def layers(document: Pdf) -> None:
        layer = document.make_indirect(
            Dictionary(Type=Name.OCG, Name=said, Usage=Dictionary(CreatorInfo=Dictionary(Creator=said)))
        )
        other = document.make_indirect(Dictionary(Type=Name.OCG, Name=said))
        shown = Dictionary(Name=said, Creator=said, ON=Array([layer]), OFF=Array([other]), Order=Array([said, layer]))
        document.Root.OCProperties = Dictionary(
            OCGs=Array([layer, other]), D=shown, Configs=Array([Dictionary(Name=said)])
        )
        document.pages[0].Resources.Properties = Dictionary(MC0=layer)

    layered = drawn(b"/OC /MC0 BDC 0 0 5 5 re f EMC")
    yield Seeded("pdf: layers with names", pdf(layers, layered), "pdf")


def _over_the_page() -> Iterator[Seeded]:
    """What was filled in or stamped is seen, so it stays; who did it is not."""
    said = String(SEED)

    def look(document: Pdf) -> Stream:
        font = document.pages[0].Resources.Font.F1
        text = b"% " + RAW + b"\nBT /F1 9 Tf (ingevuld) Tj ET"
        return Stream(
            document,
            text,
            Subtype=Name.Form,
            BBox=[0, 0, 90, 20],
            Resources=Dictionary(Font=Dictionary(F1=font)),
            Author=said,
        )

    def filled(document: Pdf) -> None:
        keys = {"FT": Name.Tx, "T": said, "TU": said, "V": String("ingevuld"), "MK": Dictionary(CA=said)}
        widget = document.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, Rect=[9, 9, 99, 29], AP=Dictionary(N=look(document)), F=4, **keys
            )
        )
        document.Root.AcroForm = Dictionary(Fields=Array([widget]), XFA=document.make_stream(RAW), DA=said)
        document.pages[0].Annots = Array([widget])

    def stamped(document: Pdf) -> None:
        keys = {"T": said, "Contents": said, "NM": said, "A": Dictionary(S=Name.JavaScript, JS=said)}
        stamp = Dictionary(
            Type=Name.Annot, Subtype=Name.Stamp, Rect=[9, 9, 99, 29], AP=Dictionary(N=look(document)), F=4, **keys
        )
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.URI, URI=said))
        document.pages[0].Annots = Array([stamp, link])

    yield Seeded("pdf: a form that was filled in", pdf(filled), "pdf")
    yield Seeded("pdf: a stamp and a link", pdf(stamped), "pdf")


def _files() -> Iterator[Seeded]:
    said = String(SEED)

    def tagged(document: Pdf) -> None:
        document.Root.StructTreeRoot = Dictionary(
            Type=Name.StructTreeRoot, K=Dictionary(S=Name.Figure, Alt=said, T=said)
        )
        document.Root.Lang, document.Root.Names = (
            said,
            Dictionary(JavaScript=Dictionary(Names=Array([said, Dictionary(JS=said)]))),
        )
        document.Root.DSS, document.Root.Collection, document.Root.AF = (
            Dictionary(A=said),
            Dictionary(A=said),
            Array([Dictionary(F=said)]),
        )
        document.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=said))
        document.trailer.Afzender = said

    yield Seeded("pdf: tags, programs, sign-offs and an own word at the end", pdf(tagged), "pdf")

    def inherited(document: Pdf) -> None:
        parent, page = document.Root.Pages, document.pages[0].obj
        parent.Resources, parent.MediaBox, parent.Afzender = page.Resources, page.MediaBox, said
        parent.Resources.Afzender = said
        del page.Resources, page.MediaBox

    yield Seeded("pdf: pages that inherit", pdf(inherited), "pdf")
    modern = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}
    with_properties = pdf(lambda document: document.docinfo.__setitem__("/Author", SEED), **modern)
    yield Seeded("pdf: packed in the modern way", with_properties, "pdf")
    known = pdf(static_id=True).replace(bytes.fromhex("31415926535897932384626433832795"), (RAW * 2)[:16])
    yield Seeded("pdf: with a number of its own", known, "pdf")
    yield Seeded("pdf: with something before it", RAW + b"\n" * 200 + pdf(), "pdf")
    noted = resource(
        "/XObject",
        "/Fm1",
        lambda document: Stream(
            document,
            b"0 0 5 5 re f",
            Subtype=Name.Form,
            BBox=[0, 0, 9, 9],
            Metadata=document.make_stream(xmp()),
            LastModified=said,
            Ref=Dictionary(F=said),
        ),
    )
    yield Seeded("pdf: a drawing that was placed", pdf(noted, drawn(b"/Fm1 Do")), "pdf")
    yield Seeded("pdf: a page without anything", pdf(lambda document: document.add_blank_page(), tagged), "pdf")
    only_owner = pdf(tagged, encryption=pikepdf.Encryption(owner="a", user=""))
    yield Seeded("pdf: that may not be printed", only_owner, refused="encrypted")

    def bomb(document: Pdf) -> None:
        document.pages[0].Contents = Stream(document, swelling(1500), Filter=Name.FlateDecode)

    yield Seeded("pdf: that swells up", pdf(bomb), refused="broken")


def every() -> list[Seeded]:
    return [*_scans(), *_drawings(), *_over_the_page(), *_files()]
