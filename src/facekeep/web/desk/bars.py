"""Counts as bars: a drawing with its title, every bar named and numbered; the table stands beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, ROW, LABEL = 420, 36, 130
"""The drawing's width, a bar's height with its gap, and the room for its name; in its own units."""

ROOM = WIDTH - LABEL - 50


@dataclass(frozen=True, slots=True)
class Bar:
    """One count."""

    name: str
    n: int


def bars(counts: Sequence[Bar]) -> Markup:
    """The drawing, described by whatever is called ``chart-title``."""
    most = max((bar.n for bar in counts), default=0) or 1
    inside = Markup("").join(_bar(bar, row, most) for row, bar in enumerate(counts))
    return Markup(
        '<svg class="chart figure" viewBox="0 0 {} {}" role="img" aria-labelledby="chart-title">{}</svg>'
    ).format(WIDTH, ROW * len(counts), inside)


def _bar(bar: Bar, row: int, most: int) -> Markup:
    length, top = ROOM * bar.n / most, row * ROW
    return Markup("").join(_parts(bar, top, length))


def _parts(bar: Bar, top: int, length: float) -> Iterator[Markup]:
    yield Markup('<text x="0" y="{}">{}</text>').format(top + 20, bar.name)
    yield Markup('<rect class="bar" x="{}" y="{}" width="{:.1f}" height="22"/>').format(
        LABEL, top + 4, max(length, 1.0)
    )
    yield Markup('<text x="{:.1f}" y="{}">{}</text>').format(LABEL + length + 8, top + 20, bar.n)
