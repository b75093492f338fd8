"""The mask of a zone drops faces outside before they are looked at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from facekeep.governance.places import Zone
from facekeep.terms.ports import Picture
from facekeep.terms.values import Box, Face
from facekeep.vision.mask import MaskedDetector

LEFT_HALF = Zone.model_validate(
    {"label": "left", "unit": "picture", "points": [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]}
)


def face(x: float, y: float, side: float = 20) -> Face:
    return Face(Box(x, y, side, side), np.zeros((5, 2), np.float32), 0.9)


class Crowd:
    """A detector that finds the same three faces everywhere."""

    def detect(self, picture: Picture) -> Sequence[Face]:
        return [face(100, 20, 40), face(10, 10, 30), face(45, 70, 16)]


@pytest.mark.parametrize("size", [(100, 200), (400, 200)])
def test_faces_outside_are_dropped_and_the_order_stays(size: tuple[int, int]) -> None:
    """By the middle of the box, whatever the picture's shape."""
    seen = MaskedDetector(Crowd(), LEFT_HALF.holds).detect(np.zeros((*size, 3), np.uint8))
    assert [one.box.x for one in seen] == [10, 45]


def test_nobody_inside_is_nobody() -> None:
    """A picture of people beyond the line shows no face at all."""
    nowhere = MaskedDetector(Crowd(), lambda _x, _y: False)
    assert nowhere.detect(np.zeros((100, 200, 3), np.uint8)) == []
