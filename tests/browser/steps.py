"""What people do on the pages, step by step, as they would: by what the page calls things."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import urlsplit

from scripts.tour_home import GATE, Account
from scripts.tour_served import Served
from scripts.tour_story import CONSENTING, PIN
from tests.browser.window import Window

LINK = re.compile(r"/p/[0-9a-f]{40}")
RESIDENT, NEWCOMER = CONSENTING[1], "resident-301"


def let_in(window: Window, residence: Served, door: str) -> Any:
    """Go through a door; returns the cookies that keep it open."""
    if door == "visitor":
        visit(window, residence.told.links["mine"])
    elif door == "kiosk":
        sign_in(window, residence.told.residence.staff[-1])  # the attendant at night
        become_kiosk(window)
    elif door == "second":
        sign_in(window, residence.told.residence.staff[1])  # another officer: four eyes
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


def prove(window: Window, account: Account) -> None:
    """Both factors once more, before a grave act."""
    page = window.page
    page.fill("[name=passphrase]", account.passphrase)
    page.fill("[name=code]", account.code(time()))
    page.click("form[action='/staff/prove'] button")
    page.wait_for_url(lambda address: "/staff/prove" not in address)


def visit(window: Window, link: str, pin: str = PIN) -> None:
    """At one's own pages, by the link and the PIN."""
    page = window.open(f"{link}/open")
    page.fill("[name=pin]", pin)
    page.click("main [type=submit]")
    page.wait_for_url("**/mine**")


def linked(page: str, like: str) -> Callable[[Window, Served], str]:
    """Where the first link of a page's main part leads whose address has this pattern."""

    def begin(window: Window, _: Served) -> str:
        hrefs = window.open(page).eval_on_selector_all(
            "main a[href]", "all => all.map((one) => one.getAttribute('href'))"
        )
        found = next((one for one in hrefs if re.search(like, one)), "")
        assert found, f"{page} links to nothing like {like}"
        return str(found)

    return begin


def turn_of(subject: str, purpose: str = GATE) -> Callable[[Window, Served], str]:
    """The desk's card of somebody whose turn it is."""

    def begin(window: Window, _: Served) -> str:
        page = window.open("/desk")
        page.fill("[name=reference]", subject)
        if page.locator("select[name=purpose]").count():
            page.select_option("[name=purpose]", purpose)
        page.click(
            "main form[action='/desk/people'] [type=submit], main form[action='/desk/people'] button"
        )
        page.wait_for_url("**/desk/people/*")
        return urlsplit(page.url).path

    return begin


# -- the person's way -----------------------------------------------------------------------------


def link_for(attendant: Window, residence: Served, subject: str, purpose: str = GATE) -> str:
    """A new link for somebody, made at the desk; returns its path."""
    begun = turn_of(subject, purpose)(attendant, residence)
    page = attendant.open(f"{begun}/link")
    page.click(f"form[action='{begun}/link'] [type=submit]")
    found = LINK.search(page.inner_text("main"))
    assert found, "the slip shows no link"
    return found[0]


def consent(window: Window, link: str, pin: str = PIN) -> None:
    """Read the notice, choose one's face, agree, set a PIN; ends at the receipt."""
    page = window.open(link)
    page.click(f"main a[href='{link}/choice']")
    page.click(f"form[action='{link}/consent'] button")
    page.fill("[name=pin]", pin)
    page.fill("[name=pin_again]", pin)
    page.click(f"form[action='{link}/consent'] button")
    page.wait_for_url("**/mine/receipts")


def start_capture(window: Window) -> None:
    """From the receipt to the page with the camera."""
    page = window.page
    page.click("main a[href='/mine/face']")
    page.click("form#start button")
    page.wait_for_selector("form[action='/mine/face']")


def photograph(window: Window) -> None:
    """Open the camera, take one picture, send it."""
    page = window.page
    page.click("[data-do=start]")
    page.click("[data-do=take]")
    page.wait_for_selector("[data-shots] li")
    page.click("[data-do=send]")


def upload(window: Window, portrait: Path, form: str) -> None:
    """Send a picture as a file."""
    page = window.page
    within = f"form[method=post][action='{form}']"
    page.set_input_files(f"{within} [name=photo]", portrait)
    page.click(f"{within} button:not([data-do])")


def enrol_at_desk(attendant: Window, residence: Served, subject: str, portrait: Path) -> None:
    """The desk's own picture of somebody who stands before it."""
    begun = turn_of(subject)(attendant, residence)
    attendant.open(f"{begun}/face")
    upload(attendant, portrait, f"{begun}/face")
    attendant.page.wait_for_selector("main .proof")


def refused_at_desk(attendant: Window, residence: Served, subject: str, portrait: Path) -> str:
    """The same for somebody whose consent is not there (any more): what the refusal says."""
    begun = turn_of(subject)(attendant, residence)
    attendant.open(f"{begun}/face")
    upload(attendant, portrait, f"{begun}/face")
    return attendant.page.inner_text("main .faults")


def become_kiosk(window: Window, purpose: str = GATE, device: str = "kiosk-1") -> None:
    """Turn an attendant's window into a kiosk."""
    page = window.open("/desk/kiosk")
    page.select_option("[name=device]", f"{purpose}/{device}")
    page.click("form[action='/desk/kiosk'] button")
    page.wait_for_url("**/kiosk?**")


def ask_kiosk(kiosk: Window, subject: str, portrait: Path | None = None) -> str:
    """Somebody asks to be let in, by the camera or with a picture as a file: yes, no, or refused."""
    page = kiosk.open("/kiosk/face")
    page.fill("[name=reference]", subject)
    with page.expect_response(lambda one: one.request.method == "POST") as answered:
        if portrait is None:
            photograph(kiosk)
        else:
            upload(kiosk, portrait, "/kiosk/face")
    page.wait_for_selector(".answer")
    if answered.value.status != 200:
        return "refused"
    return "yes" if page.locator(".answer.yes").count() else "no"


def history(window: Window) -> int:
    """One's own history; how many entries it shows."""
    return window.open("/mine/history").locator("ol.story > li").count()


def withdraw(window: Window) -> None:
    """From one's own first page: two clicks."""
    page = window.open("/mine")
    page.click("main a[href='/mine/withdraw']")
    page.click("main form button.grave")


def leave(window: Window) -> None:
    """End the visit."""
    window.open("/mine").click("form[action='/mine/leave'] button")


def answer_sizes(window: Window) -> list[tuple[int, int]]:
    """How large the buttons of a choice are: width and height of each, in whole pixels."""
    answers = window.page.locator("ul.choices .button, ul.choices button").all()
    boxes = [box for one in answers if (box := one.bounding_box())]
    assert len(boxes) > 1, "no choice is on this page"
    return [(round(box["width"]), round(box["height"])) for box in boxes]
