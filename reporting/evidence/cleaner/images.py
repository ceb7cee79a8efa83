"""Paints images anew on an empty canvas. Only pixels come along; saving an image again would keep its comments."""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pillow_heif
from PIL import Image, ImageChops, UnidentifiedImageError

from .refusal import CannotClean

MOST_PIXELS = 51_000_000  # a phone of today makes 50 million
FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "heic": "HEIF"}
_SAVED_AS = {"jpg": ("jpg", {"quality": 88}), "png": ("png", {}), "webp": ("webp", {"quality": 86})}
_HARMLESS = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop", "background", "timestamp", "duration", "dpi"}
_IN_DOCUMENTS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".gif": "GIF", ".bmp": "BMP"}
_IN_DOCUMENTS |= {".tif": "TIFF", ".tiff": "TIFF", ".jfif": "JPEG"}
_TURN = Image.Transpose
_UPRIGHT = {2: _TURN.FLIP_LEFT_RIGHT, 3: _TURN.ROTATE_180, 4: _TURN.FLIP_TOP_BOTTOM, 5: _TURN.TRANSPOSE}
_UPRIGHT |= {6: _TURN.ROTATE_270, 7: _TURN.TRANSVERSE, 8: _TURN.ROTATE_90}
_UNREADABLE = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, TypeError, struct.error)


def clean(data: bytes, kind: str) -> tuple[bytes, str]:
    """The new image and its kind; heic becomes jpg, which everybody can open."""
    picture = _repainted(data, [FORMATS[kind]])
    saved_as, options = _SAVED_AS.get(kind, ("jpg", {"quality": 88}))
    out = BytesIO()
    picture.save(out, FORMATS[saved_as], **options)
    with Image.open(BytesIO(out.getvalue())) as check:
        if set(check.info) - _HARMLESS or check.getexif():
            raise CannotClean("broken")
    return out.getvalue(), saved_as


def in_document(data: bytes, suffix: str) -> bytes:
    """A picture of a text document, in the format of its file name, whatever format it really had. Raises
    CannotClean."""
    if suffix not in _IN_DOCUMENTS:
        raise CannotClean("embedded")
    picture, out = _repainted(data, sorted(set(_IN_DOCUMENTS.values()))), BytesIO()
    target = _IN_DOCUMENTS[suffix]
    picture.convert("RGB" if target in {"JPEG", "BMP"} else picture.mode).save(out, target)
    return out.getvalue()


def same_samples(data: bytes, format_name: str) -> tuple[bytes, str]:
    """A JPEG of the same size, orientation and colour model, and Pillow's name of this model. Raises CannotClean."""
    with _opened(data, [format_name]) as image:
        mode = image.mode if image.mode in {"L", "RGB", "CMYK"} else "RGB"
        canvas = Image.new(mode, image.size)
        canvas.paste(image.convert(mode))
        if mode == "CMYK" and "adobe" not in image.info:
            canvas = ImageChops.invert(canvas)  # Pillow writes CMYK the other way round than it was
        quality = min(88, _quality(image))
    out = BytesIO()
    canvas.save(out, "JPEG", quality=quality)
    return out.getvalue(), mode


def _quality(image: Image.Image) -> int:
    """The quality with which a JPEG was saved, about. With a higher one it would grow and look no better."""
    table = getattr(image, "quantization", {}).get(0)
    if not table:
        return 88
    coarse = sum(table) / 36.88  # the sum of the standard table is 3688 at quality 50, where this is 100
    return max(20, round((200 - coarse) / 2 if coarse < 100 else 5000 / coarse))


def _repainted(data: bytes, formats: list[str]) -> Image.Image:
    with _opened(data, formats) as image:
        upright = _UPRIGHT.get(_side_up(image))
        if image.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off at 255
            image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
        has_alpha = "A" in image.getbands() or "transparency" in image.info
        mode = "RGBA" if has_alpha and image.format != "JPEG" else "RGB"
        shown = image.convert(mode)
        canvas = Image.new(mode, image.size)  # a transparent pixel keeps no colour
        canvas.paste(
            shown, mask=shown.getchannel("A").point(lambda value: 255 * bool(value)) if mode == "RGBA" else None
        )
        return canvas.transpose(upright) if upright is not None else canvas


def _side_up(image: Image.Image) -> int:
    """How the camera was held, in EXIF's numbers; 1 (upright) where the camera wrote something wrong."""
    try:
        return int(image.getexif().get(0x0112, 1))
    except (*_UNREADABLE, KeyError, OverflowError, ZeroDivisionError):
        return 1


@contextmanager
def _opened(data: bytes, formats: list[str]) -> Iterator[Image.Image]:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    if "HEIF" in formats:
        pillow_heif.register_heif_opener(thumbnails=False)
    try:
        with Image.open(BytesIO(data), formats=formats) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise CannotClean("too_large_picture")
            yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise CannotClean("too_large_picture") from None
    except _UNREADABLE:
        raise CannotClean("broken") from None
