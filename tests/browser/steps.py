"""What people do on the pages, step by step, as they would: by what the page calls things."""

from __future__ import annotations

from time import time
from typing import Any

from scripts.tour_home import Account
from scripts.tour_served import Served
from scripts.tour_story import PIN
from tests.browser.window import Window


def let_in(window: Window, residence: Served, door: str) -> Any:
    """Go through a door; returns the cookies that keep it open."""
    if door == "visitor":
        visit(window, residence.told.links["mine"])
    else:
        sign_in(window, residence.account(door))
    return window.cookies()


def sign_in(window: Window, account: Account) -> None:
    """As one of the staff."""
    page = window.open("/staff/sign-in")
    page.fill("[name=name]", account.name)
    page.fill("[name=passphrase]", account.passphrase)
    page.fill("[name=code]", account.code(time()))
    page.click("main [type=submit]")
    page.wait_for_url(lambda address: "/staff/sign-in" not in address)


def visit(window: Window, link: str, pin: str = PIN) -> None:
    """At one's own pages, by the link and the PIN."""
    page = window.open(link)
    page.fill("[name=pin]", pin)
    page.click("main [type=submit]")
    page.wait_for_url("**/mine**")
