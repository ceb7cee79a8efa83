"""Files that carry a secret in some hidden place, built at run time. `SEED` must be gone from what the cleaner makes."""

import io
import struct
import zlib
from collections.abc import Iterator

import pikepdf
import pillow_heif
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image, PngImagePlugin

from tests.support.seeds import seeded_documents
from tests.support.seeds.seed import RAW, SEED, WORDS, Seeded, exif, picture, saved, zipped


def corpus() -> list[Seeded]:
    samples = [*_jpegs(), *_pngs(), *_webps(), *_heics(), *_pdfs(), *seeded_documents.every(), *_refused()]
    assert len({sample.name for sample in samples}) == len(samples)
    return samples


def xmp() -> bytes:
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>{SEED}</a></x:xmpmeta>'.encode()


def icc() -> bytes:
    """Just enough of a profile that programs carry it along."""
    body = bytearray(132) + RAW
    body[0:4] = struct.pack(">I", len(body))
    body[36:40] = b"acsp"
    return bytes(body)


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def _jpegs() -> Iterator[Seeded]:
    plain = saved(picture(), "JPEG", quality=90)

    def with_segment(marker: int, body: bytes) -> bytes:
        return plain[:2] + _segment(marker, body) + plain[2:]

    thumbnail = saved(picture().resize((24, 16)), "JPEG", comment=RAW)
    yield Seeded("jpg with camera, place and user comment", saved(picture(), "JPEG", exif=exif()), "jpg")
    yield Seeded("jpg with a comment", saved(picture(), "JPEG", comment=RAW), "jpg")
    yield Seeded("jpg with a named colour profile", saved(picture(), "JPEG", icc_profile=icc()), "jpg")
    yield Seeded("jpg with XMP", with_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp()), "jpg")
    yield Seeded("jpg with IPTC", with_segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0f" + RAW), "jpg")
    yield Seeded("jpg with a thumbnail of its own", with_segment(0xE1, b"Exif\0\0" + thumbnail), "jpg")
    yield Seeded("jpg with more pictures behind it (MPF)", with_segment(0xE2, b"MPF\0" + RAW), "jpg")
    yield Seeded("jpg with an unknown segment", with_segment(0xEB, RAW * 5), "jpg")
    yield Seeded("jpg with bytes behind its end", plain + RAW, "jpg")
    yield Seeded("jpg with another jpg behind its end", plain + saved(picture(), "JPEG", comment=RAW), "jpg")
    yield Seeded("jpg in grey with a comment", saved(picture("L"), "JPEG", comment=RAW), "jpg")
    yield Seeded("jpg in CMYK with a comment", saved(picture().convert("CMYK"), "JPEG", comment=RAW), "jpg")
    yield Seeded("jpg lying on its side", saved(picture(), "JPEG", exif=_turned()), "jpg")
    yield Seeded("jpg that is a PDF too", plain + b"\n%PDF-1.4\n" + RAW, "jpg")
    yield Seeded("jpg that is a zip too", plain + zipped({"seed.txt": RAW}), "jpg")
    yield Seeded("jpg that was cut off", plain[: len(plain) // 3], refused="broken")


def _turned() -> bytes:
    tags = Image.Exif()
    tags[0x0112], tags[0x013B] = 6, SEED
    return tags.tobytes()


def _pngs() -> Iterator[Seeded]:
    plain = saved(picture(), "PNG")

    def with_chunk(kind: bytes, body: bytes) -> bytes:
        chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        return plain[:33] + chunk + plain[33:]

    words = PngImagePlugin.PngInfo()
    words.add_text("Author", SEED)
    packed = PngImagePlugin.PngInfo()
    packed.add_text("Comment", SEED, zip=True)
    international = PngImagePlugin.PngInfo()
    international.add_itxt("XML:com.adobe.xmp", xmp().decode())
    yield Seeded("png with text", saved(picture(), "PNG", pnginfo=words), "png")
    yield Seeded("png with packed text", saved(picture(), "PNG", pnginfo=packed), "png")
    yield Seeded("png with XMP", saved(picture(), "PNG", pnginfo=international), "png")
    yield Seeded("png with camera and place", saved(picture(), "PNG", exif=exif()), "png")
    yield Seeded("png with a named colour profile", saved(picture(), "PNG", icc_profile=icc()), "png")
    yield Seeded("png with a private chunk", with_chunk(b"weEr", RAW), "png")
    yield Seeded("png with bytes behind its end", plain + RAW, "png")
    frames = [picture(), picture().rotate(90)]
    yield Seeded(
        "png that moves", saved(frames[0], "PNG", save_all=True, append_images=frames[1:], pnginfo=words), "png"
    )
    yield Seeded("png that is see-through", saved(picture("RGBA"), "PNG", pnginfo=words), "png")
    yield Seeded("png with a palette", saved(picture().convert("P"), "PNG", pnginfo=words), "png")
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + b"IHDR"
        + header
        + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    )
    rows = zlib.compress(bytes(200_000))
    bomb += struct.pack(">I", len(rows)) + b"IDAT" + rows + struct.pack(">I", zlib.crc32(b"IDAT" + rows))
    yield Seeded("png of 900 million dots", bomb, refused="too_large_picture")


def _webps() -> Iterator[Seeded]:
    yield Seeded("webp with camera and place", saved(picture(), "WEBP", exif=exif()), "webp")
    yield Seeded("webp with XMP", saved(picture(), "WEBP", xmp=xmp()), "webp")
    yield Seeded("webp with a named colour profile", saved(picture(), "WEBP", icc_profile=icc()), "webp")
    moving = saved(picture(), "WEBP", save_all=True, append_images=[picture().rotate(90)], xmp=xmp())
    yield Seeded("webp that moves", moving, "webp")


def _heics() -> Iterator[Seeded]:
    def heic(**info) -> bytes:
        out = io.BytesIO()
        image = pillow_heif.from_pillow(picture())
        image.save(out, quality=80, **info)
        return out.getvalue()

    yield Seeded("heic with camera and place", heic(exif=exif()), "jpg")
    yield Seeded("heic with XMP", heic(xmp=xmp()), "jpg")


def page_with_words(pdf: Pdf, words: str = WORDS) -> None:
    pdf.add_blank_page(page_size=(300, 200))
    page = pdf.pages[-1]
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.Resources = Dictionary(Font=Dictionary(F1=font))
    page.Contents = pdf.make_stream(f"BT /F1 12 Tf 20 100 Td ({words}) Tj ET".encode())


def _pdfs() -> Iterator[Seeded]:
    def pdf(change, **options) -> bytes:
        document = Pdf.new()
        page_with_words(document)
        change(document)
        out = io.BytesIO()
        document.save(out, **options)
        return out.getvalue()

    def info(document):
        document.docinfo["/Author"], document.docinfo["/Reis"] = SEED, SEED

    def with_xmp(document):
        with document.open_metadata() as meta:
            meta["dc:creator"] = [SEED]

    def root(key, value):
        def change(document):
            document.Root[key] = value(document) if callable(value) else value

        return change

    def page(key, value):
        def change(document):
            document.pages[0].obj[key] = value(document) if callable(value) else value

        return change

    def note(document):
        return Array([Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 9, 9], T=SEED, Contents=SEED)])

    def image(document):
        data = saved(picture(), "JPEG", comment=RAW, exif=exif())
        place = pikepdf.Stream(
            document, data, Type=Name.XObject, Subtype=Name.Image, Width=96, Height=64, BitsPerComponent=8
        )
        place.ColorSpace, place.Filter = Name.DeviceRGB, Name.DCTDecode
        document.pages[0].Resources.XObject = Dictionary(Im1=place)
        document.pages[0].Contents = document.make_stream(b"q 96 0 0 64 10 10 cm /Im1 Do Q")

    def form(document):
        drawn = pikepdf.Stream(
            document, b"% " + RAW + b"\n0 0 10 10 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9]
        )
        drawn.PieceInfo = Dictionary(App=Dictionary(Private=SEED))
        document.pages[0].Resources.XObject = Dictionary(Fm1=drawn)
        document.pages[0].Contents = document.make_stream(document.pages[0].Contents.read_bytes() + b" /Fm1 Do")

    def comment(document):
        document.pages[0].Contents = document.make_stream(b"% " + RAW + b"\n" + document.pages[0].Contents.read_bytes())

    def attach(document):
        document.attachments[f"{SEED}.txt"] = RAW

    def outline(document):
        with document.open_outline() as outline_of:
            outline_of.root.append(pikepdf.OutlineItem(SEED, 0))

    def orphan(document):
        document.Root.Extra = document.make_indirect(Dictionary(Secret=SEED))

    script = Dictionary(S=Name.JavaScript, JS=f"app.alert('{SEED}')")
    field = Dictionary(FT=Name.Tx, T=SEED, V=SEED)
    yield Seeded("pdf with properties", pdf(info), "pdf")
    yield Seeded("pdf with XMP", pdf(with_xmp), "pdf")
    yield Seeded("pdf with a note", pdf(page("/Annots", note)), "pdf")
    yield Seeded("pdf with an attachment", pdf(attach), "pdf")
    yield Seeded("pdf with a program", pdf(root("/OpenAction", script)), "pdf")
    yield Seeded("pdf with a form", pdf(root("/AcroForm", Dictionary(Fields=Array([field]), XFA=SEED))), "pdf")
    yield Seeded("pdf with bookmarks", pdf(outline), "pdf")
    yield Seeded("pdf with data of the program that made it", pdf(page("/PieceInfo", Dictionary(A=SEED))), "pdf")
    yield Seeded("pdf with a thumbnail", pdf(page("/Thumb", lambda document: document.make_stream(RAW))), "pdf")
    yield Seeded("pdf with a photo that has place and comment", pdf(image), "pdf")
    yield Seeded("pdf with a comment in a drawing", pdf(form), "pdf")
    yield Seeded("pdf with a comment on its page", pdf(comment), "pdf")
    yield Seeded("pdf with something that nothing shows", pdf(orphan), "pdf")
    yield Seeded("pdf with its own word in the catalogue", pdf(root("/Afzender", SEED)), "pdf")
    yield Seeded("pdf with an own word on the page", pdf(page("/Afzender", SEED)), "pdf")
    yield Seeded("pdf with page names", pdf(root("/PageLabels", Dictionary(Nums=[0, Dictionary(P=SEED)]))), "pdf")
    first = pdf(lambda document: page_with_words(document, SEED))
    with pikepdf.open(io.BytesIO(first)) as opened:
        number = opened.pages[1].Contents.objgen[0]
    update = f"\n{number} 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n".encode()
    start = len(first)
    at = start + 1
    before = int(first.rsplit(b"startxref", 1)[1].split()[0])
    size = number + 1
    trailer = f"xref\n{number} 1\n{at:010} 00000 n \ntrailer\n<< /Size {size} /Root 1 0 R /Prev {before} >>\nstartxref\n{start + len(update)}\n%%EOF\n"
    yield Seeded("pdf with an earlier version inside", first + update + trailer.encode(), "pdf")
    yield Seeded("pdf with bytes behind its end", pdf(lambda _found: None) + RAW, "pdf")
    yield Seeded("pdf that is a zip too", pdf(lambda _found: None) + zipped({"a": RAW}), "pdf")
    yield Seeded(
        "pdf with a password", pdf(info, encryption=pikepdf.Encryption(owner="a", user="b")), refused="encrypted"
    )

    def long(document):
        for _number in range(500):
            document.add_blank_page()

    yield Seeded("pdf of 501 pages", pdf(long), refused="too_long")
    yield Seeded("pdf that is no pdf", b"%PDF-1.7\n" + RAW, refused="broken")


def _refused() -> Iterator[Seeded]:
    yield Seeded("program", b"MZ" + bytes(200), refused="type")
    yield Seeded("program of Linux", b"\x7fELF" + bytes(200), refused="type")
    yield Seeded("zip", zipped({"a.txt": RAW}), refused="archive")
    yield Seeded("rar", b"Rar!\x1a\x07\x00" + bytes(90), refused="type")
    yield Seeded("7z", b"7z\xbc\xaf\x27\x1c" + bytes(90), refused="type")
    yield Seeded(
        "svg with a program", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", refused="type"
    )
    yield Seeded("web page called jpg", b"<!doctype html><script>1</script>", refused="type")
    yield Seeded("gif with a program", b"GIF89a/*" + bytes(40) + b"*/=1;alert(1)", refused="type")
    yield Seeded("tiff", saved(picture(), "TIFF"), refused="type")
    yield Seeded("empty file", b"", refused="empty")
    yield Seeded("only spaces", b"  \n ", refused="empty")
