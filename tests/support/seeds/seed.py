"""The secret that seeded files carry, and what their builders share."""

import io
import zipfile
from dataclasses import dataclass

from PIL import Image

SEED = "KANARIE7731ZAAD"
RAW = SEED.encode()
WORDS = "zichtbaar blijft staan"


@dataclass(frozen=True)
class Seeded:
    """One file: it is kept as `kind` without its seed, or refused with the code `refused`."""

    name: str
    data: bytes
    kind: str = ""
    refused: str = ""


def picture(mode: str = "RGB") -> Image.Image:
    image = Image.new(mode, (96, 64), "teal")
    image.paste(Image.new(mode, (30, 20), "orange"), (10, 10))
    return image


def saved(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif() -> bytes:
    tags = Image.Exif()
    tags[0x010F], tags[0x0110], tags[0x013B] = SEED, SEED, SEED
    gps = tags.get_ifd(0x8825)
    gps[1], gps[2], gps[29] = "N", (52.0, 5.0, 0.0), SEED
    tags.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + RAW
    return tags.tobytes()


def zipped(parts: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()
