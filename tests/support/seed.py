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
    found = Image.new(mode, (96, 64), "teal")
    found.paste(Image.new(mode, (30, 20), "orange"), (10, 10))
    return found


def saved(image: Image.Image, kind: str, **options) -> bytes:
    made = io.BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


def exif(**tags) -> bytes:
    found = Image.Exif()
    found[0x010F], found[0x0110], found[0x013B] = SEED, SEED, SEED
    gps = found.get_ifd(0x8825)
    gps[1], gps[2], gps[29] = "N", (52.0, 5.0, 0.0), SEED
    found.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + RAW
    return found.tobytes()


def zipped(parts: dict[str, bytes | str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return made.getvalue()
