"""A film for Chromium's fake camera, made from one portrait.

Chromium plays a Motion-JPEG file as if a camera stood there: pictures one behind the other, round and
round. The portrait drifts and breathes a little, as somebody does who holds still.
"""

from __future__ import annotations

import io
from math import cos, pi, sin
from pathlib import Path

from PIL import Image

SIZE = (640, 480)
FRAMES = 40
DRIFT = 6
"""Pixels to each side, once round in the whole film."""


def film(portrait: Path, to: Path) -> Path:
    """Write the film of a portrait; returns the file."""
    with Image.open(portrait) as opened:
        person = _fitted(opened.convert("RGB"))
    to.write_bytes(b"".join(_frame(person, number / FRAMES) for number in range(FRAMES)))
    return to


def empty_room(to: Path) -> Path:
    """Write a film in which nobody is; returns the file."""
    wall = Image.linear_gradient("L").resize(SIZE).convert("RGB")
    to.write_bytes(b"".join(_encoded(wall) for _ in range(FRAMES)))
    return to


def _fitted(person: Image.Image) -> Image.Image:
    """The upper part, where the head is, as large as the film and a margin to drift in."""
    width, height = person.size
    side = min(width, height)
    left = (width - side) // 2
    tall = SIZE[1] + 2 * DRIFT
    return person.crop((left, 0, left + side, side)).resize((tall, tall), Image.Resampling.LANCZOS)


def _frame(person: Image.Image, turn: float) -> bytes:
    """One picture, at a share of the way round."""
    across, down = round(DRIFT * sin(2 * pi * turn)), round(DRIFT * cos(2 * pi * turn))
    scene = Image.new("RGB", SIZE, (96, 104, 112))
    middle = (SIZE[0] - person.width) // 2
    scene.paste(person, (middle + across, down - DRIFT))
    return _encoded(scene)


def _encoded(scene: Image.Image) -> bytes:
    out = io.BytesIO()
    scene.save(out, "JPEG", quality=88)
    return out.getvalue()
