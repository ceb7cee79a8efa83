"""Looks for the secret of the seeded files everywhere in a file: packed, coded, and inside what is inside it."""

import contextlib
import io
import zipfile

import av
import pikepdf
from PIL import Image

from tests.support.seed import SEED

FORMS = tuple(
    form
    for word in (SEED, SEED.lower())
    for form in (word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be"), word.encode().hex().encode())
)
_PICTURES = {"jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"}


def has_seed(data: bytes, kind: str) -> bool:
    whole = everything_in(data, kind)
    return any(form in whole for form in FORMS)


def everything_in(data: bytes, kind: str) -> bytes:
    """The bytes of a file with all that is packed inside."""
    found = [data]
    if kind == "pdf":
        found += _in_pdf(data)
    elif kind in {"docx", "xlsx", "odt"}:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                suffix = info.filename.rpartition(".")[2].lower()
                found += [info.filename.encode(), info.comment, info.extra, everything_in(archive.read(info), suffix)]
            found.append(archive.comment)
    elif kind in _PICTURES:
        with Image.open(io.BytesIO(data)) as image:
            exif = image.getexif()
            more = [dict(exif.get_ifd(number)) for number in (0x8769, 0x8825, 0xA005)]
            found.append(repr((image.info, dict(exif), more)).encode())
            if image.mode in {"RGBA", "RGB"}:
                found += [image.tobytes(), image.convert("RGB").tobytes()]
    elif kind in {"mp3", "m4a", "mp4"}:
        with av.open(io.BytesIO(data)) as media:
            found.append(
                repr((media.metadata, media.chapters(), [stream.metadata for stream in media.streams])).encode()
            )
            found += [stream.codec_context.extradata or b"" for stream in media.streams if stream.codec_context]
    return b"\n".join(found)


def _in_pdf(data: bytes) -> list[bytes]:
    found = []
    with pikepdf.open(io.BytesIO(data)) as document:
        found.append(repr(document.trailer).encode())
        for one in document.objects:
            found.append(repr(one).encode())
            if isinstance(one, pikepdf.Stream):
                raw = one.read_raw_bytes()
                found.append(raw)
                with contextlib.suppress(pikepdf.PdfError):  # a picture keeps the format of its own
                    found.append(one.read_bytes(pikepdf.StreamDecodeLevel.generalized))
                if raw.startswith(b"\xff\xd8"):
                    found.append(everything_in(raw, "jpg"))
    return found
