"""Pictures are found wherever they begin; noise, codes and our own files are not taken for one."""

from __future__ import annotations

import base64
import io
import struct

import numpy as np
import pytest
from PIL import Image

from facekeep.storage.picture_scan import kinds_in

NOISE = np.random.default_rng(3)
FORMATS = {
    "JPEG": "JPEG", "PNG": "PNG", "WEBP": "WebP", "GIF": "GIF", "BMP": "BMP", "TIFF": "TIFF",
    "AVIF": "HEIC or AVIF",
}  # fmt: skip


def picture(form: str, mode: str = "RGB") -> bytes:
    """A picture of noise in one format."""
    pixels = NOISE.integers(0, 255, (48, 40, 3), dtype=np.uint8)
    written = io.BytesIO()
    try:
        Image.fromarray(pixels).convert(mode).save(written, form)
    except (KeyError, OSError):
        pytest.skip(f"this Pillow writes no {form}")
    return written.getvalue()


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize(("form", "kind"), FORMATS.items())
@pytest.mark.parametrize("before", [b"", b"\0" * 999, b"page of a store"])
def test_every_kind_is_found_anywhere(form: str, kind: str, mode: str, before: bytes) -> None:
    """At the start and in the midst."""
    assert kind in list(kinds_in(before + picture(form, mode) + b"behind"))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_written_as_text_is_found(form: str) -> None:
    """As JSON would carry it."""
    text = base64.b64encode(picture(form))
    assert list(kinds_in(b'{"photo": "' + text + b'"}')) == [FORMATS[form]]
    assert list(kinds_in(b"data:image;base64," + text)) == [FORMATS[form]]


def test_a_camera_file_without_a_name_in_it_is_found() -> None:
    """A JPEG whose first segment is a table, as some cameras write them."""
    plain = picture("JPEG")
    length = int.from_bytes(plain[4:6], "big")
    bare = plain[:2] + plain[4 + length :]
    assert bare[:4] == b"\xff\xd8\xff\xdb"
    assert list(kinds_in(bare)) == ["JPEG"]


def test_an_array_of_pixels_is_found() -> None:
    """A dump of a decoded frame."""
    written = io.BytesIO()
    np.save(written, NOISE.integers(0, 255, (8, 8, 3), dtype=np.uint8))
    assert list(kinds_in(written.getvalue())) == ["NumPy array"]


def test_heic_is_found_by_its_brand() -> None:
    """What telephones write."""
    assert list(kinds_in(struct.pack(">I", 24) + b"ftypheic" + bytes(40))) == ["HEIC or AVIF"]


def test_noise_is_no_picture() -> None:
    """Sixteen megabytes; by chance one in 10^14 times."""
    assert list(kinds_in(NOISE.bytes(16 * 2**20))) == []


@pytest.mark.parametrize(
    "text",
    [
        b"", b"BM", b"GIF89a", b"GIF89a is an old format" + bytes(64), b"II*\0" + bytes(64),
        b"\xff\xd8\xff\xe0" + bytes(64), b"/9j/ is how they begin" + bytes(64),
        b"BM" + b"\xff" * 80, b"MM\0*" + b"\xff" * 80, b"RIFF1234WAVEfmt " + bytes(64),
        b"\0\0\0\x18ftypmp42" + bytes(64), b"iVBORw0KGgo", b"\x89PNG\r\n\x1a\n",
    ],
)  # fmt: skip
def test_a_signature_alone_is_no_picture(text: bytes) -> None:
    """Words and headers without what must follow."""
    assert list(kinds_in(text)) == []
