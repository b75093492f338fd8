"""What every page is looked at for: one language, no rule broken, nothing sticking out, not too heavy."""

from __future__ import annotations

from collections.abc import Iterable

from tests.browser.axe import violations
from tests.browser.tongues import strangeness
from tests.browser.window import Window

WIDTHS = (360, 768, 1280)
MOST_BYTES = 150_000
"""A page with all it loads, unpacked, the camera module left out."""

MOST_TOLD = 15
"""Faults of one page that are told; whoever mends them runs the test again."""


def faults(window: Window, names: Iterable[str]) -> list[str]:
    """What is wrong with the page in a window, in both themes and every width."""
    found = strangeness(window.page, window.view.language, names)
    if (size := window.size()) > MOST_BYTES:
        found.append(f"{size} bytes")
    for width in WIDTHS:
        window.resize(width)
        found += [f"sticks out at {width}: {over}" for over in (window.overflow(),) if over]
    return list(dict.fromkeys([*found, *_rules(window)]))[:MOST_TOLD]


def _rules(window: Window) -> list[str]:
    """axe on the wide page in light colours, and on the narrow one in dark colours."""
    window.turn("light")
    wide = [f"light: {one}" for one in violations(window.page)]
    window.turn("dark")
    window.resize(WIDTHS[0])
    return [*wide, *(f"dark: {one}" for one in violations(window.page))]
