"""Drawings: whatever the figures, they are drawn inside the picture, told in words, and escaped."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from facekeep.web.console.charts import (
    WIDTH,
    Figure,
    Point,
    bars,
    dots,
    fit,
    gauge,
    width_of,
)
from facekeep.web.console.shares import interval, share

NUMBERS = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True))
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=90)
POINTS = st.builds(Point, TEXTS, TEXTS, NUMBERS, NUMBERS, NUMBERS, st.booleans())
FIGURES = st.builds(
    Figure, st.just("one"), TEXTS, TEXTS, st.lists(POINTS, max_size=6),
    st.floats(allow_nan=True, allow_infinity=True), TEXTS,
)  # fmt: skip
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def read(drawing: Markup) -> ET.Element:
    """The drawing as XML: whatever was not escaped would break it."""
    return ET.fromstring(str(drawing))


def inside(drawing: Markup) -> None:
    """Every place lies in the picture, and every text fits where it begins."""
    root = read(drawing)
    for one in root.iter():
        for name in ("x", "x1", "x2", "cx", "width"):
            if name in one.attrib:
                assert 0 <= float(one.attrib[name]) <= WIDTH, one.attrib
        if one.tag == "text":
            begins, width = float(one.attrib["x"]), width_of(one.text or "")
            ends_here = one.attrib.get("text-anchor") == "end"
            assert (begins if ends_here else WIDTH - begins) >= width - 0.5, one.text


@given(FIGURES)
def test_rows_are_drawn_inside_and_never_no_number(figure: Figure) -> None:
    """Of dots and of bars."""
    for drawing in (dots(figure), bars(figure)):
        assert not re.search(r"\b(?:nan|inf)\b", re.sub(r">[^<]*<", "><", drawing))
        inside(drawing)


@given(st.integers(0, 10**9), st.integers(0, 10**6), st.integers(1, 10**6), TEXTS)
def test_the_counter_is_drawn_inside(lower: int, more: int, line: int, said: str) -> None:
    """However far over the line."""
    point = Point(said, said, lower + more, lower, lower + more)
    inside(gauge(Figure("people", said, said, (point,), line, str(line)), line))


def test_label_and_figure_of_a_row_do_not_run_into_each_other() -> None:
    """The label is cut, the figure never."""
    point = Point(
        "a very long way of getting in that nobody would call so", "98.3 % (95.1–99.5 %)", 0.9
    )
    label, said = [one.text or "" for one in read(dots(Figure("a", "t", "d", [point], 1, ""))).iter("text")][:2]  # fmt: skip
    assert said == "98.3 % (95.1–99.5 %)"
    assert label.endswith("…")
    assert width_of(label) + width_of(said) <= WIDTH


def test_everything_is_told_in_words() -> None:
    """Title and description by their own identifiers, for whoever sees no picture."""
    drawn = read(dots(Figure("rates", "Rates", "How often", [Point("all", "1 %", 0.01, 0.0, 0.02)], 1, "")))  # fmt: skip
    assert drawn.attrib["role"] == "img"
    named = {one.attrib["id"]: one.text for one in drawn if "id" in one.attrib}
    assert drawn.attrib["aria-labelledby"].split() == list(named)
    assert list(named.values()) == ["Rates", "How often"]
    assert "style" not in drawn.attrib


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><svg onload=x>', "&amp;", "]]>"])
def test_texts_stay_texts(text: str) -> None:
    """A group somebody called so draws nothing of its own."""
    root = read(bars(Figure("x", text, text, [Point(text, text, 1.0)], 1.0, text)))
    assert {one.tag for one in root.iter()} <= {"svg", "title", "desc", "g", "text", "rect", "line", "path"}  # fmt: skip
    assert root[0].text == text


@given(TEXTS, st.floats(0, WIDTH))
def test_a_text_is_cut_to_its_room(text: str, room: float) -> None:
    """Or left as it is."""
    cut = fit(text, room)
    assert cut == text or cut.endswith("…")
    assert width_of(cut) <= max(room, width_of("…")) + 0.01


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_rate_is_always_a_number(rate: float) -> None:
    """Whatever was divided by what."""
    assert NUMBER.match(share(rate, "en").replace(",", ""))


@pytest.mark.parametrize(
    ("rate", "said"), [(0.0, "0 %"), (1.0, "100 %"), (0.00093, "0.093 %"), (0.335, "33.5 %")]
)
def test_a_small_rate_keeps_its_figures(rate: float, said: str) -> None:
    """A nought that is none would be a promise."""
    assert share(rate, "en") == share(rate, "zh") == said


def test_an_interval_names_its_unit_once() -> None:
    assert interval(0.0005, 0.0017, "en") == "0.05–0.17 %"
