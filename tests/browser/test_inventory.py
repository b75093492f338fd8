"""No page is forgotten: what the application shows to people is what the browser looks at."""

from __future__ import annotations

from tests.browser.pages import CONSOLE, DESK, PORTAL, Listed, forgotten, invented

EVERY = (*PORTAL, *DESK, *CONSOLE)


def test_every_page_is_listed() -> None:
    assert not forgotten(EVERY), "add a line to tests/browser/pages.py"
    assert not invented(EVERY)


def test_a_forgotten_page_is_seen() -> None:
    """Control."""
    assert EVERY[0].route in forgotten(EVERY[1:])
    assert "/nowhere" in invented([*EVERY, Listed("/nowhere")])
