"""Bytes or a file to RGB pixels, safely; everything but the pixels is left behind.

Rules: size is judged before anything is decoded; only listed formats are tried; one picture per
file; EXIF orientation is applied and then all metadata is dropped. No message carries the
file's name or content, and no cause is chained, since the cause of a decoding error may.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facekeep.terms.errors import FacekeepError, NotAPicture, PictureTooLarge
from facekeep.terms.ports import Picture

MAX_BYTES = 40 * 1024 * 1024
"""Largest file read, in bytes: twice the largest 50-megapixel camera JPEG we know of."""

MAX_PIXELS = 50_000_000
"""Largest picture decoded, in pixels: 150 MB as RGB. Checked from the header."""

MAX_SIDE = 30_000
"""Longest side decoded, in pixels; beyond it a picture is a strip, not a photograph."""

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
"""Formats tried."""

PREVIEWED = "MPO"
"""Pillow's name for a phone's JPEG with a preview behind it; its first picture is the picture."""

BACKGROUND = (255, 255, 255)
"""What shows through transparent pixels."""

_ORIENTATION_TAG = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def read_picture(source: bytes | Path) -> Picture:
    """RGB pixels ``uint8 (height, width, 3)``, upright, C-contiguous.

    Raises :class:`PictureTooLarge` above :data:`MAX_BYTES`, :data:`MAX_PIXELS` or
    :data:`MAX_SIDE`, before decoding; :class:`NotAPicture` for anything else that is not
    exactly one readable picture.
    """
    data = source if isinstance(source, bytes) else _read(source)
    if len(data) > MAX_BYTES:
        raise PictureTooLarge(f"The file is larger than {MAX_BYTES // 2**20} MB")
    try:
        return _decode(data)
    except FacekeepError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except Exception:  # noqa: BLE001 - a decoder may raise anything on hostile bytes
        raise NotAPicture("The file is not a picture we can read, or it is damaged") from None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError:
        raise NotAPicture("The file cannot be opened") from None


def _decode(data: bytes) -> Picture:
    Image.init()
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        _refuse_unreadable_sizes(image)
        if image.format != PREVIEWED and getattr(image, "is_animated", False):
            raise NotAPicture("The file holds several frames; send a single picture")
        image.load()
        return np.ascontiguousarray(_rgb(_upright(image)))


def _refuse_unreadable_sizes(image: Image.Image) -> None:
    width, height = image.size
    if width < 1 or height < 1:
        raise NotAPicture("The picture is empty")
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise _too_many_pixels()


def _too_many_pixels() -> PictureTooLarge:
    return PictureTooLarge(f"The picture has more than {MAX_PIXELS // 10**6} megapixels")


def _upright(image: Image.Image) -> Image.Image:
    turn = _TURNS.get(_orientation(image))
    return image if turn is None else image.transpose(turn)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:  # noqa: BLE001 - damaged metadata does not spoil the pixels
        return 1


def _rgb(image: Image.Image) -> Picture:
    if image.mode.startswith("I"):
        return _from_sixteen_bits(np.asarray(image).astype(np.int64))
    if image.mode == "F":
        raise NotAPicture("Pictures of floating-point values have no known white")
    if image.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in image.info:
        image = _composited(image)
    return np.asarray(image.convert("RGB"), dtype=np.uint8)


def _from_sixteen_bits(values: NDArray[np.int64]) -> Picture:
    """Grey 0..65535 to RGB 0..255: 257 steps of the one to one of the other, rounded."""
    if values.min() < 0 or values.max() > 65535:
        raise NotAPicture("Pictures of more than 16 bits have no known white")
    grey = ((values + 128) // 257).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def _composited(image: Image.Image) -> Image.Image:
    seen = image.convert("RGBA")
    paper = Image.new("RGBA", seen.size, (*BACKGROUND, 255))
    return Image.alpha_composite(paper, seen)
