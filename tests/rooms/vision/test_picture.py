"""Pictures come in safely: nothing but upright RGB pixels, or a refusal that says nothing of them."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from facekeep.terms.errors import NotAPicture, PictureTooLarge
from facekeep.vision import picture as module
from facekeep.vision.picture import read_picture

GRADIENT = Image.fromarray(np.arange(48, dtype=np.uint8).reshape(6, 8))


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A tiny PNG whose header claims a size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    pixels = zlib.compress(b"\0" * 100)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", pixels), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_pixels_are_rgb_bytes_in_rows() -> None:
    """``uint8 (height, width, 3)``, contiguous, of its own memory."""
    pixels = read_picture(saved(GRADIENT.convert("RGB")))
    assert pixels.shape == (6, 8, 3)
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous


def test_a_path_and_its_bytes_give_the_same_pixels(tmp_path: Path) -> None:
    """The way in makes no difference."""
    file = tmp_path / "picture.png"
    file.write_bytes(saved(GRADIENT))
    assert np.array_equal(read_picture(file), read_picture(file.read_bytes()))


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"not a picture", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"]
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    """Not an image, or only the beginning of one."""
    with pytest.raises(NotAPicture):
        read_picture(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "TIFF"])
def test_a_truncated_picture_is_refused(kind: str) -> None:
    """Half a file is not half a person."""
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    data = saved(Image.fromarray(noise), kind)
    with pytest.raises(NotAPicture):
        read_picture(data[: len(data) // 2])


def test_a_missing_file_is_refused_without_its_name(tmp_path: Path) -> None:
    """A file's name may be a person's."""
    with pytest.raises(NotAPicture) as refusal:
        read_picture(tmp_path / "zhang-san.jpg")
    assert "zhang" not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__


@pytest.mark.parametrize(
    ("width", "height"), [(30_000, 30_000), (10_000, 5_001), (40_000, 4), (10_000, 12_000)]
)
def test_huge_pictures_are_refused_from_the_header(
    width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bomb is never decoded: the pixels behind this header would not even fill one row."""
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("decoded"))
    with pytest.raises(PictureTooLarge):
        read_picture(png_claiming(width, height))


def test_long_files_are_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes are counted before they are parsed, from memory and from disk."""
    monkeypatch.setattr(module, "MAX_BYTES", 100)
    file = tmp_path / "long"
    file.write_bytes(bytes(101))
    for source in (file, bytes(101)):
        with pytest.raises(PictureTooLarge):
            read_picture(source)


def test_an_empty_picture_is_refused() -> None:
    """0 x 0 pixels show nobody."""
    with pytest.raises(NotAPicture):
        read_picture(png_claiming(0, 0))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_several_frames_are_refused(kind: str) -> None:
    """A film is not a picture: which frame would be the person?"""
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:])
    with pytest.raises(NotAPicture, match="several frames"):
        read_picture(data)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied(orientation: int) -> None:
    """A phone held sideways: the corner that was up left comes up left."""
    upright = np.zeros((4, 6, 3), dtype=np.uint8)
    upright[0, 0] = 255
    turns = {1: None, **module._TURNS}
    inverse = {6: 8, 8: 6}.get(orientation, orientation)
    turn = turns[inverse]
    image = Image.fromarray(upright)
    stored = image if turn is None else image.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert np.array_equal(read_picture(saved(stored, exif=exif)), upright)


def test_damaged_metadata_does_not_spoil_the_pixels() -> None:
    """Metadata is dropped anyway."""
    data = saved(GRADIENT.convert("RGB"), exif=b"Exif\0\0MM\0*garbage")
    assert read_picture(data).shape == (6, 8, 3)


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    """65,535 is white, and the middle stays in the middle."""
    deep = np.array([[0, 257, 32896, 65535]], dtype=np.uint16)
    for kind in ("PNG", "TIFF"):
        assert read_picture(saved(Image.fromarray(deep), kind))[0, :, 0].tolist() == [
            0,
            1,
            128,
            255,
        ]


def test_pictures_without_a_known_white_are_refused() -> None:
    """Floating-point and 32-bit pictures could mean any brightness."""
    for values in (np.ones((4, 4), np.float32), np.full((4, 4), 70_000, np.int32)):
        with pytest.raises(NotAPicture, match="white"):
            read_picture(saved(Image.fromarray(values), "TIFF"))


@pytest.mark.parametrize(
    ("mode", "kind"), [("1", "PNG"), ("L", "PNG"), ("P", "PNG"), ("CMYK", "JPEG")]
)
def test_other_colour_models_become_rgb(mode: str, kind: str) -> None:
    """Black and white, grey, palette and print colours: a white picture stays white."""
    white = Image.new("RGB", (8, 8), "white").convert(mode)
    assert read_picture(saved(white, kind)).min() > 250


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_shows_paper(mode: str) -> None:
    """What is seen through is white, not whatever colour lay hidden there."""
    clear = Image.new("RGBA", (4, 4), (10, 200, 30, 0)).convert(mode)
    assert read_picture(saved(clear)).min() == 255


def test_transparent_palettes_show_paper() -> None:
    """A palette's see-through entry counts as transparency too."""
    image = Image.new("P", (4, 4), 0)
    image.putpalette([10, 200, 30] * 256)
    assert read_picture(saved(image, transparency=0)).min() == 255


def test_a_phone_jpeg_with_a_preview_is_one_picture() -> None:
    """MPO: the first picture is the picture."""
    main, preview = Image.new("RGB", (16, 8), "red"), Image.new("RGB", (4, 2), "blue")
    data = saved(main, "MPO", save_all=True, append_images=[preview])
    assert read_picture(data).shape == (8, 16, 3)


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF"]),
    st.data(),
)
def test_hostile_bytes_give_pixels_or_a_refusal(
    noise: bytes, kind: str, data: st.DataObject
) -> None:
    """Whatever a file becomes on its way, nothing but ours is raised."""
    whole = saved(GRADIENT.convert("RGB"), kind)
    at = data.draw(st.integers(0, len(whole)))
    try:
        pixels = read_picture(whole[:at] + noise + whole[at + len(noise) // 2 :])
    except (NotAPicture, PictureTooLarge):
        return
    assert pixels.ndim == 3
    assert pixels.shape[2] == 3
