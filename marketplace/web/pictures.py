"""Pictures drawn anew from their pixels: no metadata, no hidden payload, no pixel flood (T18)."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketplace.kernel.errors import Invalid

if TYPE_CHECKING:
    from PIL import Image

PIXELS = 30_000_000
SIDE = 2_000
SMALL = (480, 360)
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MEDIA_TYPES = {"image/jpeg": "jpg", "image/png": "png"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A fresh encoding of a picture and its thumbnail; sizes in pixels."""

    content: bytes
    media_type: str
    width: int
    height: int
    small: bytes

    @property
    def extension(self) -> str:
        """The usual extension of its type."""
        return MEDIA_TYPES[self.media_type]


def redraw(content: bytes) -> Drawn:
    """Decode at most ``PIXELS`` pixels and encode again, at most ``SIDE`` wide and high.

    The size is read from the header before anything is decoded. Raises Invalid:
    upload.too_many_pixels, upload.damaged.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - megabytes that only an upload needs

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as source:
                if source.width * source.height > PIXELS:
                    raise Invalid("upload.too_many_pixels", megapixels=PIXELS // 1_000_000)
                source.draft("RGB", (SIDE, SIDE))  # JPEG: decode no more than is kept
                image = ImageOps.exif_transpose(source)
                image.thumbnail((SIDE, SIDE))
                return _encode(image)
    except Invalid:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid("upload.too_many_pixels", megapixels=PIXELS // 1_000_000) from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise Invalid("upload.damaged") from error


def _encode(image: Image.Image) -> Drawn:
    opaque = image.mode in ("RGB", "L", "CMYK", "YCbCr", "1", "I", "F", "I;16")
    kept = image.convert("RGB" if opaque else "RGBA")
    small = kept.copy()
    small.thumbnail(SMALL)
    name = "JPEG" if opaque else "PNG"
    return Drawn(
        _bytes(kept, name),
        "image/jpeg" if opaque else "image/png",
        kept.width,
        kept.height,
        _bytes(small, name),
    )


def _bytes(image: Image.Image, name: str) -> bytes:
    target = io.BytesIO()
    image.save(target, name, quality=85, optimize=True)
    return target.getvalue()
