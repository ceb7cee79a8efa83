"""Looks for the secret of the seeded files everywhere in a file: packed, coded, and inside what is inside it."""

import contextlib
import io
import zipfile

import av
import pikepdf
from PIL import Image

from tests.support.seeds.seed import SEED

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
    layers = [data]
    if kind == "pdf":
        layers += _in_pdf(data)
    elif kind in {"docx", "xlsx", "odt"}:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                suffix = info.filename.rpartition(".")[2].lower()
                layers += [info.filename.encode(), info.comment, info.extra, everything_in(archive.read(info), suffix)]
            layers.append(archive.comment)
    elif kind in _PICTURES:
        with Image.open(io.BytesIO(data)) as image:
            exif = image.getexif()
            more = [dict(exif.get_ifd(number)) for number in (0x8769, 0x8825, 0xA005)]
            layers.append(repr((image.info, dict(exif), more)).encode())
            if image.mode in {"RGBA", "RGB"}:
                layers += [image.tobytes(), image.convert("RGB").tobytes()]
    elif kind in {"mp3", "m4a", "mp4"}:
        with av.open(io.BytesIO(data)) as media:
            layers.append(
                repr((media.metadata, media.chapters(), [stream.metadata for stream in media.streams])).encode()
            )
            layers += [stream.codec_context.extradata or b"" for stream in media.streams if stream.codec_context]
    return b"\n".join(layers)


def _in_pdf(data: bytes) -> list[bytes]:
    texts = []
    with pikepdf.open(io.BytesIO(data)) as document:
        texts.append(repr(document.trailer).encode())
        for item in document.objects:
            texts.append(repr(item).encode())
            if isinstance(item, pikepdf.Stream):
                raw = item.read_raw_bytes()
                texts.append(raw)
                with contextlib.suppress(pikepdf.PdfError):  # a picture keeps the format of its own
                    texts.append(item.read_bytes(pikepdf.StreamDecodeLevel.generalized))
                if raw.startswith(b"\xff\xd8"):
                    texts.append(everything_in(raw, "jpg"))
    return texts
