"""The kinds of files that are taken as evidence. The system reads this table too, and nothing else of the cleaner."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of file. `family` is the module of this folder that makes it anew: `clean(data, kind)` gives the bytes and the kind
    of the new file. `begins`: bytes by which alone it is known; sniff.py knows the others. `becomes`: of which kind the new
    file is, where it is another one. `is_shown`: a browser may show it inside a page; all else is only saved.
    """

    family: str
    endings: tuple[str, ...]
    media_type: str
    begins: bytes = b""
    becomes: str = ""
    is_shown: bool = False


KINDS = {
    "jpg": Kind("images", (".jpg", ".jpeg"), "image/jpeg", b"\xff\xd8\xff", is_shown=True),
    "png": Kind("images", (".png",), "image/png", b"\x89PNG\r\n\x1a\n", is_shown=True),
    "webp": Kind("images", (".webp",), "image/webp", is_shown=True),
    "heic": Kind("images", (".heic", ".heif"), "image/heic", becomes="jpg"),
    "pdf": Kind("pdf", (".pdf",), "application/pdf"),
    "txt": Kind("plain", (".txt",), "text/plain; charset=utf-8"),
    "eml": Kind("plain", (".eml",), "message/rfc822"),
    "docx": Kind("office", (".docx",), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": Kind("office", (".xlsx",), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "odt": Kind("office", (".odt",), "application/vnd.oasis.opendocument.text"),
    "m4a": Kind("media", (".m4a",), "audio/mp4"),
    "mp3": Kind("media", (".mp3",), "audio/mpeg"),
    "mp4": Kind("media", (".mp4",), "video/mp4"),
}


def endings_taken() -> str:
    """The endings of all of them, as a file field of a page offers them: ".jpg, .jpeg, …"."""
    return ", ".join(ending for kind in KINDS.values() for ending in kind.endings)


MADE = {name: kind for name, kind in KINDS.items() if not kind.becomes}  # the kinds that new files have
