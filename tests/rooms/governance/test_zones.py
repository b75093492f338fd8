"""Places: what a file may say, and the geometry of a zone."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facekeep.governance.places import MAX_PLACE_BYTES, Zone, parse
from facekeep.terms.errors import Misused, PlaceForbidden
from tests.attacks.toolkit import place_text

Points = list[tuple[float, float]]


def zone(points: Points, unit: str = "metres") -> Zone:
    return Zone.model_validate({"label": "z", "unit": unit, "points": points})


@pytest.mark.parametrize(
    ("points", "area"),
    [
        ([(0, 0), (4, 0), (4, 3), (0, 3)], 12.0),
        ([(0, 0), (4, 0), (4, 3), (0, 3), (0, 0)], 12.0),
        ([(0, 0), (0, 3), (4, 3), (4, 0)], 12.0),
        ([(0, 0), (4, 0), (0, 3)], 6.0),
        ([(0, 0), (4, 0), (4, 4), (2, 1), (0, 4)], 10.0),
    ],
)
def test_area_of_a_sane_zone(points: Points, area: float) -> None:
    """Clockwise or not, closed by hand or not, dented or not."""
    assert zone(points).area == pytest.approx(area)


@pytest.mark.parametrize(
    ("points", "unit"),
    [
        ([(0, 0), (1, 1)], "metres"),
        ([(0, 0), (1, 0), (2, 0)], "metres"),
        ([(0, 0), (2, 2), (2, 0), (0, 2)], "metres"),
        ([(0, 0), (2, 0), (2, 2), (0, 2), (2, 0), (3, 3)], "metres"),
        ([(0, 0), (4, 0), (2, 0), (2, 2)], "metres"),
        ([(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)], "metres"),
        ([(0, 0), (math.nan, 0), (1, 1)], "metres"),
        ([(0, 0), (math.inf, 0), (1, 1)], "metres"),
        ([(0, 0), (1e9, 0), (1, 1)], "metres"),
        ([(0, 0), (100, 0), (100, 100), (0, 100)], "metres"),
        ([(0, 0), (1.5, 0), (1, 1)], "picture"),
        ([(-0.1, 0), (1, 0), (1, 1)], "picture"),
        ([(0, 0), (1, 0), (1, 1)], "feet"),
        ([(float(n), float(n * n)) for n in range(70)], "metres"),
    ],
)
def test_zone_that_makes_no_sense_is_refused(points: Points, unit: str) -> None:
    """Too few corners, crossing itself, nowhere, too large, outside the picture, too many."""
    with pytest.raises(ValueError, match=r"."):
        zone(points, unit)


@given(st.floats(0.3, 1.0), st.integers(3, 24), st.floats(0, 6.28))
def test_mask_keeps_the_middle_and_drops_what_lies_far_off(
    radius: float, corners: int, turned: float
) -> None:
    """For every regular zone: its centre is in, twice its radius is out."""
    turns = [turned + 2 * math.pi * n / corners for n in range(corners)]
    made = zone([(5 + radius * math.cos(t), 5 + radius * math.sin(t)) for t in turns])
    assert made.holds(5, 5)
    assert not any(
        made.holds(5 + 2 * radius * math.cos(t), 5 + 2 * radius * math.sin(t)) for t in turns
    )
    assert made.area <= math.pi * radius**2 + 1e-9


def test_dent_in_a_zone_is_outside() -> None:
    """The mask follows the line, not its hull."""
    dented = zone([(0, 0), (4, 0), (4, 4), (2, 1), (0, 4)])
    assert not dented.holds(2, 3)
    assert dented.holds(2, 0.5)
    assert dented.holds(0.2, 3)


GOOD = place_text().decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "id = 1",
        GOOD.replace('kind = "entrance"', 'kind = "moon"'),
        GOOD.replace('kind = "entrance"', ""),
        GOOD.replace('kind = "entrance"', 'kind = "station"'),
        GOOD.replace('id = "entrance"', 'id = "No Spaces Please"'),
        GOOD.replace("public = false", 'public = "no"'),
        GOOD.replace("public = false", "public = false\nsecret = 1"),
        GOOD.replace('label = "whole"', 'label = ""'),
        GOOD + '\n[[zones]]\nlabel = "whole"\nunit = "metres"\npoints = [[0,0],[1,0],[0,1]]',
        GOOD + '\n[public_safety]\ndocument = "x"\ndigest = "' + "0" * 64 + '"',
        GOOD.split("[[zones]]", maxsplit=1)[0],
        GOOD + "\n" + "a" * MAX_PLACE_BYTES,
        "\x00\xff",
        "[" * 5000,
    ],
)
def test_contradictory_or_hostile_place_files_are_refused(text: str) -> None:
    """As misuse with the field's name, never as a crash."""
    with pytest.raises(Misused):
        parse(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("kind", ["hotel_room", "toilet", "fitting_room"])
def test_private_spaces_are_refused_when_they_are_read(kind: str) -> None:
    """Before anything is written."""
    with pytest.raises(PlaceForbidden):
        parse(place_text("room", kind))
