"""A place file from nowhere good: whatever it says, it is refused as a file, and told plainly."""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from facekeep.terms.errors import Misused
from tests.attacks.toolkit import place_text

BASE = place_text("hall", "entrance")
CORNERS = b"points = [[0, 0], [3, 0], [3, 2], [0, 2]]"


@pytest.mark.parametrize(
    "corners",
    [
        b"points = [[0, 0], [1" + b"0" * 400 + b", 0], [3, 2], [0, 2]]",
        b"points = [[0, 0], [-1" + b"0" * 4000 + b", 0], [3, 2], [0, 2]]",
        b"points = [[0, 0], [1e999, 0], [3, 2], [0, 2]]",
        b"points = [[nan, nan], [3, 0], [3, 2], [0, 2]]",
        b"points = " + b"[" * 3000 + b"]" * 3000,
        b"points." + b"a." * 3000 + b"b = 1",
        b"points = [[true, false], [3, 0], [3, 2], [0, 2]]",
        b'points = [["0", "0"], ["3", "0"], ["3", "2"]]',
        b"points = [[0, 0], [3, 0], [3, 2], [0, 2]]\n" + b"x = 1" + b"0" * 5000,
    ],
)
def test_it_is_refused_as_a_file(house: House, corners: bytes) -> None:
    """Numbers too large for a float, depth, wrong kinds: never something unforeseen."""
    with pytest.raises(Misused):
        house.register.add_place(BASE.replace(CORNERS, corners))
    assert house.home.places.find("hall") is None
