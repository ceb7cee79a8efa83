"""Finds out what a file is by its content. The name of the file proves nothing."""

import re
import zipfile
from io import BytesIO

from .kinds import KINDS
from .refusal import CannotClean

_HEIF = {b"heic", b"heix", b"heif", b"mif1", b"msf1", b"hevc"}
_SOUND = {b"M4A ", b"M4B "}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_TEXT = (b"{\\rtf", b"%!PS", b"GIF8")  # made of letters, and made for programs
_MOST_HEAD = 256 * 1024
_HEADER = re.compile(rb"[!-9;-~]+:")
_ANOTHER_MAIL = re.compile(rb"^From \S+.*\d{4}\r?$", re.MULTILINE)  # of a mailbox with several mails
_OFFICE = {re.compile(r"word/document\d*\.xml"): "docx", re.compile(r"xl/workbook\d*\.xml"): "xlsx"}


def kind_of(data: bytes) -> str:
    """ "jpg", "png", …; raises CannotClean("type") for what is on no list and CannotClean("empty") for nothing."""
    if not data.strip():
        raise CannotClean("empty")
    for name, kind in KINDS.items():
        if kind.begins and data.startswith(kind.begins):
            return name
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
        raise CannotClean("broken") from None
    for pattern, kind in _OFFICE.items():
        if any(pattern.fullmatch(name) for name in names):
            return kind
    is_document = bool(names & {"[Content_Types].xml", "mimetype"})  # of a kind that we do not take
    return _refuse("type" if is_document else "archive")


def _text(data: bytes) -> str:
    if data.startswith(_OLD_OFFICE):
        _refuse("encrypted" if "EncryptedPackage".encode("utf-16-le") in data else "type")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "eml" if is_mail(data.decode("utf-16", "replace").encode()) else "txt"
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"\x00" in data or text.startswith(_NO_TEXT) or (text[:1] == b"<" and _is_markup(text[:4096])):
        _refuse("type")
    if any(byte < 9 or 13 < byte < 27 for byte in data[:4096]):
        _refuse("type")
    if text.startswith(b"From ") and len(_ANOTHER_MAIL.findall(text)) > 1:
        _refuse("archive")
    return "eml" if is_mail(text) else "txt"


def _is_markup(head: bytes) -> bool:
    low = head.lower()
    return any(mark in low for mark in (b"<html", b"<svg", b"<script", b"<!doctype", b"<?xml", b"<body"))


def is_mail(text: bytes) -> bool:
    """Whether a text begins with the header of a mail. It can be long: each machine on the way adds lines to it."""
    head = re.split(rb"\r?\n[ \t]*\r?\n", text[:_MOST_HEAD], maxsplit=1)[0]
    names = {line.split(b":", 1)[0].lower() for line in head.splitlines() if _HEADER.match(line)}
    return b"from" in names and len(names & {b"subject", b"date", b"message-id", b"received", b"to"}) >= 2


def _refuse(code: str) -> str:
    raise CannotClean(code)
