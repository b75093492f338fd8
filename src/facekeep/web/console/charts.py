"""Small drawings in SVG: everything they show stands beside the mark in words, and again in a table below.

Pure: figures in, markup out. Nothing is coloured but by class, so the drawing follows the page's theme; a
text that does not fit is cut, never squeezed or let run out of the picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from unicodedata import east_asian_width

from markupsafe import Markup

WIDTH = 420
"""Units of a drawing; a phone shows one as 0.8 px, a desk as 1.25."""

ROW = 44
FONT = 13
WIDE, NARROW = 13.0, 7.6
"""Units of a wide (CJK) and of a narrow letter, generously."""

GAP = 12
"""Units between two texts of a line."""

SHARES = (70, 90, 100)
"""Per cent of a line that are marked."""

ROOM = 210
"""Units from the left at which two marks stand far enough apart for a text each."""


@dataclass(frozen=True, slots=True)
class Point:
    """One row: what it is, its figure in words, the figure and its interval (None where unknown).

    ``other`` draws it in the second colour.
    """

    label: str
    said: str
    value: float | None
    low: float | None = None
    high: float | None = None
    other: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """What a drawing is about. ``name`` tells its parts from those of others on the page; ``top`` is the
    end of its scale, ``end`` how that end reads."""

    name: str
    title: str
    desc: str
    points: Sequence[Point]
    top: float
    end: str


def bars(figure: Figure) -> Markup:
    """A bar a row, from zero, with its interval where there is one."""
    return _drawn(figure, (_bar(point, figure.top) for point in figure.points))


def dots(figure: Figure) -> Markup:
    """A dot a row on a scale from zero, with its interval."""
    return _drawn(figure, (_dot(point, figure.top) for point in figure.points))


def gauge(figure: Figure, line: int) -> Markup:
    """One range of a number of people against a line of the law, with marks at 70, 90 and 100 per cent."""
    (point,) = figure.points
    top = max(line * 1.1, (point.high or 0) * 1.05)
    marks = Markup("").join(_mark(share, line * share / 100, top) for share in SHARES)
    body = Markup('<text x="0" y="14">{}</text><g transform="translate(0 22)">{}{}</g>').format(
        fit(point.said, WIDTH), _range(point, top), marks
    )
    return _framed(figure, 78, body)


def _range(point: Point, top: float) -> Markup:
    low, high = _at(point.low, top), _at(point.high, top)
    return Markup(
        '<rect class="track" x="0" y="0" width="{}" height="16"/>'
        '<rect class="bar" x="0" y="0" width="{}" height="16"/>'
        '<rect class="bar unsure" x="{}" y="0" width="{}" height="16"/>'
    ).format(WIDTH, low, low, max(round(high - low, 1), 0))


def _mark(share: int, people: float, top: float) -> Markup:
    """A line with its share. The last one's stands behind it, since the one before is near; far over
    the line it is the only one there is room for."""
    x, last = _at(people, top), share == SHARES[-1]
    told = f"{share} %" if last or x >= ROOM else ""
    return Markup(
        '<line class="axis" x1="{x}" x2="{x}" y1="-4" y2="22"/>'
        '<text x="{x}" y="38" text-anchor="{anchor}">{told}</text>'
    ).format(x=x, told=told, anchor="start" if last else "end")


def _drawn(figure: Figure, marks: Iterable[Markup]) -> Markup:
    rows = Markup("").join(
        Markup('<g transform="translate(0 {})">{}{}</g>').format(ROW * n, _told(point), mark)
        for n, (point, mark) in enumerate(zip(figure.points, marks, strict=True))
    )
    foot = ROW * len(figure.points)
    return _framed(figure, foot + 20, rows + _scale(figure, foot))


def _framed(figure: Figure, height: int, body: Markup) -> Markup:
    return Markup(
        '<svg class="chart figure" viewBox="0 0 {width} {height}" role="img"'
        ' aria-labelledby="{name}-title {name}-desc">'
        '<title id="{name}-title">{title}</title><desc id="{name}-desc">{desc}</desc>{body}</svg>'
    ).format(
        width=WIDTH, height=height, name=figure.name, title=figure.title, desc=figure.desc,
        body=body,
    )  # fmt: skip


def _told(point: Point) -> Markup:
    """What the row is, and its figure in words at the other end of the line; the figure is never cut."""
    said = fit(point.said, WIDTH)
    room = WIDTH - width_of(said) - GAP
    label = fit(point.label, room)
    return Markup(
        '<text x="0" y="14">{}</text><text x="{}" y="14" text-anchor="end">{}</text>'
    ).format(label, WIDTH, said)


def _bar(point: Point, top: float) -> Markup:
    if point.value is None:
        return _TRACK
    kind = "bar other" if point.other else "bar"
    return Markup('<rect class="{}" x="0" y="22" width="{}" height="10"/>{}').format(
        kind, max(_at(point.value, top), 2), _error(point, top)
    )


def _dot(point: Point, top: float) -> Markup:
    if point.value is None:
        return _TRACK
    kind = "bar other" if point.other else "bar"
    at = min(max(_at(point.value, top), 5), WIDTH - 5)
    return Markup('{}{}<circle class="{}" cx="{}" cy="27" r="5"/>').format(
        _TRACK, _error(point, top), kind, at
    )


_TRACK = Markup('<line class="axis" x1="0" x2="{}" y1="27" y2="27"/>').format(WIDTH)


def _error(point: Point, top: float) -> Markup:
    """The interval: a line with two ends."""
    if point.low is None or point.high is None:
        return Markup("")
    low, high = _at(point.low, top), _at(point.high, top)
    return Markup(
        '<path class="error" fill="none" d="M{low} 21v12M{low} 27H{high}M{high} 21v12"/>'
    ).format(low=low, high=high)


def _scale(figure: Figure, y: int) -> Markup:
    return Markup('<text x="0" y="{y}">0</text><text x="{w}" y="{y}" text-anchor="end">{end}</text>').format(
        y=y + 12, w=WIDTH, end=fit(figure.end, WIDTH - 40)
    )  # fmt: skip


def _at(value: float | None, top: float) -> float:
    """Where a value lies, never outside the picture and never no number."""
    if value is None or not isfinite(value) or not isfinite(top) or top <= 0:
        return 0.0
    return round(min(max(value / top, 0.0), 1.0) * WIDTH, 1)


def width_of(text: str) -> float:
    """Units a text takes, at most."""
    return sum(WIDE if east_asian_width(letter) in "WFA" else NARROW for letter in text)


def fit(text: str, room: float) -> str:
    """A text as far as there is room for it."""
    if width_of(text) <= room:
        return text
    while text and width_of(text) + WIDE > room:
        text = text[:-1]
    return f"{text}…"
