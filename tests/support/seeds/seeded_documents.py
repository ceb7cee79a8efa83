"""Documents, sound, film and mail of the seeded corpus (tests/support/seeds/seeded.py)."""

import io
import json
import struct
from collections.abc import Iterator

import av
import numpy

from tests.support.seeds.seed import RAW, SEED, WORDS, Seeded, exif, picture, saved, zipped


def every() -> Iterator[Seeded]:
    yield from _offices()
    yield from _media()
    yield from _texts()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


def docx(body: str = "", extra: dict[str, bytes | str] | None = None, rels: str = "", types: str = "") -> bytes:
    text = f'<w:p w:rsidR="00A1"><w:r><w:t>{WORDS}</w:t></w:r></w:p>{body}'
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
            "_rels/.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="r1" Type="{R}/officeDocument" '
            f'Target="word/document.xml"/><Relationship Id="r2" Type="{R}/core" Target="docProps/core.xml"/></Relationships>',
            "word/document.xml": f"<w:document {W}><w:body>{text}</w:body></w:document>",
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELS}">{rels}</Relationships>',
            **(extra or {}),
        }
    )


def _offices() -> Iterator[Seeded]:
    core = f"<cp:coreProperties xmlns:cp='a' xmlns:dc='b'><dc:creator>{SEED}</dc:creator></cp:coreProperties>"
    comments = f"<w:comments {W}><w:comment w:author='{SEED}'/></w:comments>"
    relation = f'<Relationship Id="r9" Type="{R}/comments" Target="comments.xml"/>'
    yield Seeded("docx with an author", docx(extra={"docProps/core.xml": core, "docProps/app.xml": core}), "docx")
    yield Seeded("docx with comments", docx(extra={"word/comments.xml": comments}, rels=relation), "docx")
    change = f'<w:p><w:ins w:author="{SEED}" w:date="2026-01-01T00:00:00Z" w:id="1"><w:r><w:t>erbij</w:t></w:r></w:ins></w:p>'
    yield Seeded("docx with a tracked change", docx(change), "docx")
    yield Seeded("docx with people", docx(extra={"word/people.xml": f"<a>{SEED}</a>"}), "docx")
    yield Seeded("docx with a hidden part", docx(extra={"customXml/item1.xml": f"<a>{SEED}</a>"}), "docx")
    photo = saved(picture(), "JPEG", comment=RAW, exif=exif())
    shown = f'<Relationship Id="r7" Type="{R}/image" Target="media/image1.jpeg"/>'
    yield Seeded("docx with a photo", docx(extra={"word/media/image1.jpeg": photo}, rels=shown), "docx")
    yield Seeded("docx with a thumbnail", docx(extra={"docProps/thumbnail.jpeg": photo}), "docx")
    yield Seeded("docx with a comment in its code", docx(f"<!-- {SEED} -->"), "docx")
    linked = f'<Relationships xmlns="{RELS}"><Relationship Id="r1" Type="{R}/attachedTemplate" Target="file:///C:/{SEED}" TargetMode="External"/></Relationships>'
    settings = {"word/settings.xml": f"<a>{SEED}</a>", "word/_rels/settings.xml.rels": linked}
    yield Seeded("docx made from somebody's template", docx(extra=settings), "docx")
    yield Seeded("docx with a program", docx(extra={"word/vbaProject.bin": RAW}), refused="macro")
    yield Seeded("docx with a file inside", docx(extra={"word/embeddings/oleObject1.bin": RAW}), refused="embedded")
    template = f'<Relationship Id="r9" Type="{R}/attachedTemplate" Target="http://a.example" TargetMode="External"/>'
    yield Seeded("docx that fetches a template", docx(rels=template), refused="external")
    yield Seeded("docx with a zip inside", docx(extra={"word/a.zip": zipped({"a": RAW})}), refused="embedded")
    yield Seeded(
        "docx that swells up", docx(extra={"word/a.xml": b"<a>" + b"0" * 60_000_000 + b"</a>"}), refused="bomb"
    )
    styles = f'<Relationship Id="r8" Type="{R}/styles" Target="styles.xml"/>'
    laughs = '<!DOCTYPE a [<!ENTITY x "haha"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;</a>'
    yield Seeded(
        "docx that laughs a billion times", docx(extra={"word/styles.xml": laughs}, rels=styles), refused="broken"
    )
    yield Seeded("docx that climbs out", docx(extra={"../../etc/a.xml": "<a/>"}), refused="broken")
    sheet = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="r1" Type="{R}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="r1" Type="{R}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/workbook.xml": "<workbook xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'/>",
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData><c><is><t>{WORDS}</t></is></c></sheetData></worksheet>",
    }
    yield Seeded("xlsx with comments", zipped({**sheet, "xl/comments1.xml": f"<a>{SEED}</a>"}), "xlsx")
    yield Seeded("xlsx with persons", zipped({**sheet, "xl/persons/person.xml": f"<a>{SEED}</a>"}), "xlsx")
    yield Seeded("xlsx with a printer", zipped({**sheet, "xl/printerSettings/printerSettings1.bin": RAW}), "xlsx")
    yield Seeded("xlsx that looks elsewhere", zipped({**sheet, "xl/externalLinks/e1.xml": "<a/>"}), refused="external")
    odt = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<o:document xmlns:o='urn:o' xmlns:t='urn:t'><t:p>{WORDS}</t:p></o:document>",
    }
    noted = f"<o:d xmlns:o='u' xmlns:t='v' xmlns:dc='w'><t:p>{WORDS}<o:annotation><dc:creator>{SEED}</dc:creator></o:annotation></t:p></o:d>"
    yield Seeded("odt with an author", zipped({**odt, "meta.xml": f"<a>{SEED}</a>"}), "odt")
    yield Seeded("odt with a note", zipped({**odt, "content.xml": noted}), "odt")
    yield Seeded(
        "odt of an office program", zipped({**odt, "manifest.rdf": SEED, "settings.xml": f"<a>{SEED}</a>"}), "odt"
    )
    yield Seeded("odt with a thumbnail", zipped({**odt, "Thumbnails/thumbnail.png": RAW}), "odt")


def sound(kind: str, **metadata: str) -> bytes:
    out = io.BytesIO()
    codec = {"mp3": "mp3", "ipod": "aac"}[kind]
    with av.open(out, "w", format=kind) as target:
        target.metadata.update(metadata)
        stream = target.add_stream(codec, rate=44100)
        samples = (numpy.sin(numpy.arange(44100) / 20) * 9000).astype(numpy.int16)
        for start in range(0, 44100, 1152):
            frame = av.AudioFrame.from_ndarray(samples[None, start : start + 1152], "s16", "mono")
            frame.sample_rate = 44100
            target.mux(stream.encode(frame))
        target.mux(stream.encode())
    return out.getvalue()


def film(**metadata: str) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as target:
        target.metadata.update(metadata)
        stream = target.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        stream.metadata["handler_name"] = metadata.get("title", "")
        for _number in range(10):
            target.mux(stream.encode(av.VideoFrame.from_image(picture())))
        target.mux(stream.encode())
    return out.getvalue()


def _media() -> Iterator[Seeded]:
    tags = {"title": SEED, "artist": SEED, "comment": SEED}
    plain = sound("mp3")
    yield Seeded("mp3 with tags", sound("mp3", **tags), "mp3")
    yield Seeded("mp3 with old tags", plain + b"TAG" + RAW.ljust(125, b"\0"), "mp3")
    yield Seeded(
        "mp3 with tags at its end", plain + b"APETAGEX" + struct.pack("<IIII", 2000, 40, 1, 0) + bytes(8) + RAW, "mp3"
    )
    yield Seeded("m4a with tags", sound("ipod", **tags), "m4a")
    yield Seeded("mp4 with title and place", film(**tags, location="+52.0+5.0/"), "mp4")
    yield Seeded("mp4 with a box of its own", film() + struct.pack(">I", 40) + b"uuid" + RAW.ljust(32), "mp4")
    yield Seeded("mp4 that is none", b"\0\0\0\x18ftypisom" + RAW * 40, refused="broken")


def _texts() -> Iterator[Seeded]:
    mail = (
        f"Received: from {SEED}.thuis (10.0.0.1)\r\nX-Originating-IP: [{SEED}]\r\nMessage-ID: <{SEED}@a>\r\n"
        f"From: Boze Burger <b@example.org>\r\nTo: {SEED} <r@example.org>\r\nDelivered-To: {SEED}\r\n"
        f"Subject: Pas op\r\nDate: Mon, 23 Nov 2026 23:10:00 +0100\r\n"
    )
    parts = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n'
        f'{WORDS}\r\n--x\r\nContent-Type: text/plain; name="{SEED}.txt"\r\n\r\n{SEED}\r\n--x--\r\n'
    )
    page = f"Content-Type: text/html\r\n\r\n<html><head><title>{SEED}</title></head><body><p>{WORDS}</p><!-- {SEED} --></body>"
    yield Seeded("mail with its way", (mail + f"\r\n{WORDS}\r\n").encode(), "eml")
    yield Seeded("mail with an attachment", (mail + parts).encode(), "eml")
    yield Seeded("mail that is a page", (mail + page).encode(), "eml")
    yield Seeded("text of another age", f"{WORDS} caf\u00e9".encode("cp1252"), "txt")
    yield Seeded("text in UTF-16", WORDS.encode("utf-16"), "txt")
    yield Seeded("platform export", json.dumps([{"text": WORDS}]).encode(), "txt")
