"""The report's drawings: the tally, the noise, the chart. SVG, no script, colours by class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup, escape

from facekeep.cli.demo_words import say
from facekeep.settings import Language

_LEFT = "M9 1H25V15H18V31H25V47H9Q1 47 1 39V9Q1 1 9 1Z"
_RIGHT = "M26.6 1H39Q47 1 47 9V39Q47 47 39 47H26.6V29.4H19.6V16.6H26.6Z"
_CARVED_LEFT = "M21.5 5H10Q5 5 5 10V38Q5 43 10 43H21.5"
_CARVED_RIGHT = "M30.5 5H38Q43 5 43 10V38Q43 43 38 43H30.5"

APART = (6, 3)
"""How far the right half lies from its place once the tally is broken."""


def tally(joined: bool, label: str = "") -> Markup:
    """The split-tally mark: joined for a kept promise, apart for what has ended."""
    x, y = (0, 0) if joined else APART
    seen = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(  # noqa: S704 - constants, and a label that is escaped
        f'<svg class="tally {"joined" if joined else "apart"}" viewBox="0 0 {48 + x} {48 + y}" {seen}>'
        f'<path class="half" d="{_LEFT}"/><path class="carved" d="{_CARVED_LEFT}"/>'
        f'<g transform="translate({x} {y})"><path class="half" d="{_RIGHT}"/>'
        f'<path class="carved" d="{_CARVED_RIGHT}"/></g></svg>'
    )


# -- noise ----------------------------------------------------------------------------------

COLUMNS = 26
CELL = 6
GAP = 28


def noise(figures: dict[str, str], language: Language) -> Markup:
    """The stolen reference beside random bytes, half a byte a cell."""
    left, right = (_cells(bytes.fromhex(figures[name])) for name in ("stolen", "random"))
    height = CELL * (-(-len(left) // COLUMNS))
    across = CELL * COLUMNS
    body = [
        *_patch(left, 0),
        *_patch(right, across + GAP),
        _text(across / 2, height + 17, say("figure.noise.stolen", language), "middle"),
        _text(across * 1.5 + GAP, height + 17, say("figure.noise.random", language), "middle"),
    ]
    return _svg(
        "noise", 2 * across + GAP, height + 24, body,
        say("figure.noise.title", language), say("figure.noise.text", language),
    )  # fmt: skip


def _cells(data: bytes) -> list[int]:
    return [half for byte in data for half in (byte >> 4, byte & 15)]


def _patch(cells: Sequence[int], left: int) -> list[str]:
    """One path a grey level."""
    paths = []
    for level in range(16):
        steps = "".join(
            f"M{left + CELL * (at % COLUMNS)} {CELL * (at // COLUMNS)}h{CELL}v{CELL}h-{CELL}z"
            for at, cell in enumerate(cells)
            if cell == level
        )
        grey = 40 + 13 * level
        paths.append(f'<path fill="rgb({grey},{grey},{grey})" d="{steps}"/>')
    return paths


# -- the chart ------------------------------------------------------------------------------

WIDTH, HEIGHT = 400, 236
LEFT, RIGHT, TOP, BASE = 12, 12, 64, 176


def cosines(figures: dict[str, Any], language: Language) -> Markup:
    """The thief's best cosine among blind guesses, the threshold and the person."""
    body = [
        *_bars(figures["shares"]),
        f'<path class="axis" d="M{LEFT} {BASE}H{WIDTH - RIGHT}"/>',
        *_ticks(),
        _text(WIDTH / 2, HEIGHT - 4, say("figure.cosine.axis", language), "middle", "muted"),
        *_range(figures, language),
        *_needles(figures, language),
    ]
    return _svg(
        "cosines", WIDTH, HEIGHT, body,
        say("figure.cosine.title", language, **figures), say("figure.cosine.text", language, **figures),
    )  # fmt: skip


def cosine_table(figures: dict[str, Any], language: Language) -> list[tuple[str, str, str]]:
    """The chart's figures: twentieths of the axis that hold anything."""
    rows = []
    per = len(figures["shares"]) // 20
    for at in range(20):
        share = sum(figures["shares"][per * at : per * (at + 1)])
        low, high = at / 20, (at + 1) / 20
        who = [
            say(f"figure.cosine.{name}", language, **figures)
            for name, value in _marks(figures)
            if low <= value < high or (at == 19 and value >= 1)
        ]
        if share or who:
            rows.append(
                (
                    f"{low:.2f}–{high:.2f}",
                    _percent(share),
                    "；".join(who) if language == "zh" else "; ".join(who),
                )
            )
    return rows


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %" if share else "0 %"


def _marks(figures: dict[str, Any]) -> list[tuple[str, float]]:
    return [
        ("thief", figures["best"]),
        ("genuine", figures["genuine"]),
        ("threshold", figures["threshold"]),
    ]


def _x(value: float) -> float:
    return round(LEFT + max(0.0, min(1.0, value)) * (WIDTH - LEFT - RIGHT), 2)


def _bars(shares: Sequence[float]) -> list[str]:
    most, width = max(shares) or 1.0, 1 / len(shares)
    return [
        f'<rect class="guess" x="{_x(at * width)}" y="{BASE - (BASE - TOP) * share / most:.2f}"'
        f' width="{_x(width) - LEFT - 0.8:.2f}" height="{(BASE - TOP) * share / most:.2f}"/>'
        for at, share in enumerate(shares)
        if share
    ]


def _ticks() -> list[str]:
    ticks = []
    for value in (0.0, 0.25, 0.5, 0.75, 1.0):
        anchor = "start" if value == 0 else "end" if value == 1 else "middle"
        ticks.append(f'<path class="axis" d="M{_x(value)} {BASE}v4"/>')
        ticks.append(_text(_x(value), BASE + 36, f"{value:g}", anchor, "muted"))
    return ticks


def _range(figures: dict[str, Any], language: Language) -> list[str]:
    """95 % of the guesses, as a bracket under the axis."""
    low, high, y = _x(figures["low"]), _x(figures["high"]), BASE + 11
    label = say("figure.cosine.range", language)
    return [
        f'<path class="bracket" d="M{low} {y - 4}v8M{low} {y}H{high}M{high} {y - 4}v8"/>',
        _text(high + 8, y + 4, label, "start", "muted"),
    ]


def _needles(figures: dict[str, Any], language: Language) -> list[str]:
    """Three marks, each labelled on the spot at a height of its own."""
    drawn = []
    for level, (name, value) in enumerate(_marks(figures)):
        x, y = _x(value), 14 + 17 * level
        anchor, shift = ("start", 5) if value < 0.5 else ("end", -5)
        drawn.append(f'<path class="needle {name}" d="M{x} {y - 8}V{BASE}"/>')
        label = say(f"figure.cosine.{name}", language, **figures)
        drawn.append(_text(x + shift, y + 2, label, anchor, name))
    return drawn


def _text(x: float, y: float, words: str, anchor: str = "start", kind: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" class="{kind}">{escape(words)}</text>'


def _svg(name: str, width: float, height: float, body: list[str], title: str, text: str) -> Markup:
    return Markup(  # noqa: S704 - numbers, and words that are escaped
        f'<svg class="figure {name}" viewBox="0 0 {width:g} {height:g}" role="img"'
        f' aria-labelledby="{name}-title {name}-text"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-text">{escape(text)}</desc>{"".join(body)}</svg>'
    )
