"""What a file is, by its content. The name that it came with proves nothing."""

import zipfile
from io import BytesIO

from .refusal import Refused

_HEIF = {b"heic", b"heix", b"heif", b"mif1", b"msf1", b"hevc"}
_SOUND = {b"M4A ", b"M4B "}
_OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}


def kind_of(data: bytes) -> str:
    """ "jpg", "png", …; raises Refused("type") for what is on no list and Refused("empty") for nothing."""
    if not data.strip():
        raise Refused("empty")
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        return "heic" if brand in _HEIF else "m4a" if brand in _SOUND else "mp4"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _in_zip(data)
    if data.startswith(b"ID3") or (data[0] == 0xFF and data[1] & 0xE6 == 0xE2):
        return "mp3"
    return _text(data)


def _in_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                kind = archive.read("mimetype").decode("ascii", "replace")
                if kind == "application/vnd.oasis.opendocument.text":
                    return "odt"
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        raise Refused("broken") from None
    return next((kind for name, kind in _OFFICE.items() if name in names), "") or _refuse("archive")


def _text(data: bytes) -> str:
    head = data[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "txt"
    if b"\x00" in data or (head.lstrip()[:1] == b"<" and _is_markup(head)):
        _refuse("type")
    if any(byte < 9 or 13 < byte < 27 for byte in head):
        _refuse("type")
    return "eml" if _is_mail(head) else "txt"


def _is_markup(head: bytes) -> bool:
    low = head.lower()
    return any(mark in low for mark in (b"<html", b"<svg", b"<script", b"<!doctype", b"<?xml", b"<body"))


def _is_mail(head: bytes) -> bool:
    names = {line.split(b":", 1)[0].lower() for line in head.splitlines()[:60] if b":" in line}
    return b"from" in names and len(names & {b"subject", b"date", b"message-id", b"received", b"to"}) >= 2


def _refuse(code: str) -> str:
    raise Refused(code)
