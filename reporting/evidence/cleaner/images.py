"""Images are painted anew on an empty canvas: what is not a pixel stays behind (a plain re-save keeps comments)."""

import warnings
from io import BytesIO

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from .refusal import Refused

MOST_PIXELS = 50_000_000  # a phone of today makes 48 million
FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "heic": "HEIF"}
_SAVED_AS = {"jpg": ("jpg", {"quality": 88}), "png": ("png", {}), "webp": ("webp", {"quality": 86})}
_HARMLESS = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop", "background", "timestamp", "duration", "dpi"}


def clean(data: bytes, kind: str) -> tuple[bytes, str]:
    """The new image and its kind; heic becomes jpg, which everybody can open."""
    picture = repaint(data, FORMATS[kind])
    saved_as, options = _SAVED_AS.get(kind, ("jpg", {"quality": 88}))
    made = BytesIO()
    picture.save(made, FORMATS[saved_as], **options)
    with Image.open(BytesIO(made.getvalue())) as check:
        if set(check.info) - _HARMLESS or check.getexif():
            raise Refused("broken")
    return made.getvalue(), saved_as


def repaint(data: bytes, format_name: str) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    if format_name == "HEIF":
        pillow_heif.register_heif_opener(thumbnails=False)
    try:
        with Image.open(BytesIO(data), formats=[format_name]) as found:
            width, height = found.size
            if width * height > MOST_PIXELS:
                raise Refused("too_large_picture")
            upright = ImageOps.exif_transpose(found)
            has_alpha = "A" in upright.getbands() or "transparency" in upright.info
            mode = "RGBA" if has_alpha and format_name != "JPEG" else "RGB"
            canvas = Image.new(mode, upright.size)
            canvas.paste(upright.convert(mode))
            return canvas
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise Refused("too_large_picture") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, TypeError):
        raise Refused("broken") from None
