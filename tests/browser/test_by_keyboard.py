"""A person's way by the keyboard alone: every control is reached, and whoever looks sees where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scripts.tour_served import Served
from scripts.tour_story import PIN
from tests.browser import steps
from tests.browser.conftest import Enter, Open

if TYPE_CHECKING:
    from playwright.sync_api import Page

MOST = 40
"""Presses of Tab to whatever a page is about; a longer way keeps people out."""

THERE = "(like) => document.activeElement.matches(like)"
SEEN = """() => {
  const told = getComputedStyle(document.activeElement);
  return told.outlineStyle !== 'none' && parseFloat(told.outlineWidth) >= 2;
}"""


def reach(page: Page, like: str) -> None:
    """Press Tab until the focus stands on what a selector names."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN), "the focus is on something, and nobody can see on what"
        if page.evaluate(THERE, like):
            return
    raise AssertionError(f"no Tab leads to {like}")


def follow(page: Page, like: str, to: str) -> None:
    """Reach it, press Enter, arrive."""
    reach(page, like)
    page.keyboard.press("Enter")
    page.wait_for_url(to)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_the_notice_to_the_end(
    enter: Enter, look: Open, residence: Served, language: str
) -> None:
    """Choosing, a PIN, the own pages, and leaving."""
    link = steps.link_for(enter("attendant"), residence, f"resident-by-keyboard-{language}")
    page = look(language=language, width=360).open(link)
    follow(page, f"main a[href='{link}/choice']", f"**{link}/choice")
    follow(page, f"form[action='{link}/consent'] button", f"**{link}/consent**")
    for field in ("pin", "pin_again"):
        reach(page, f"[name={field}]")
        page.keyboard.type(PIN)
    follow(page, f"form[action='{link}/consent'] button", "**/mine/receipts")
    follow(page, "main a[href='/mine/face']", "**/mine/face")
    reach(page, "form#start button")
    page.goto("/mine")
    follow(page, "main a[href='/mine/withdraw']", "**/mine/withdraw")
    reach(page, "main form button")
    page.keyboard.press("Enter")
    page.wait_for_selector("main form[action='/check/paper']")


def test_a_focus_that_nobody_sees_is_seen(look: Open) -> None:
    """Control: a page whose style hides the focus."""
    page = look(language="en").open("/")
    page.evaluate("""() => { const style = new CSSStyleSheet();
      style.replaceSync('*:focus, *:focus-visible { outline: none !important; }');
      document.adoptedStyleSheets.push(style); }""")
    with pytest.raises(AssertionError, match="nobody can see"):
        reach(page, "main button")
