"""The page with the camera: nothing before the person presses, words for whatever goes wrong, off at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scripts.tour_served import Served
from tests.browser import steps
from tests.browser.conftest import ALLOWED, CAMERA, Enter, Launch, Open, watching
from tests.browser.window import Window

REFUSING = (CAMERA, "--deny-permission-prompts")
LACKING = (ALLOWED, f"{CAMERA}=device-count=0")
OPEN = "document.querySelector('video').srcObject !== null"
UNPLUG = """() => document.querySelector('video').srcObject.getTracks()[0]
  .dispatchEvent(new Event('ended'))"""


@pytest.fixture(scope="module")
def begun() -> dict[str, object]:
    """Cookies of somebody who has consented: one visit serves all these tests."""
    return {}


def at_the_start(
    open_window: Open, enter: Enter, residence: Served, begun: dict[str, object]
) -> Window:
    """On the page with the camera, which is off."""
    if "visit" not in begun:
        link = steps.link_for(enter("attendant"), residence, "resident-before-the-camera")
        person = enter("open")
        steps.consent(person, link)
        begun["visit"] = person.cookies()
    window = open_window(begun["visit"], language="en", width=360)
    window.open("/mine/face").click("form#start button")
    return window


@pytest.fixture
def person(look: Open, enter: Enter, residence: Served, begun: dict[str, object]) -> Window:
    """Somebody with a camera that may be used."""
    return at_the_start(look, enter, residence, begun)


@pytest.fixture(params=[REFUSING, LACKING], ids=["refused", "none"])
def unlucky(
    request: pytest.FixtureRequest, launch: Launch, enter: Enter, residence: Served,
    begun: dict[str, object],
) -> Iterator[tuple[Window, bool]]:  # fmt: skip
    """Somebody whose camera may not be used, or who has none."""
    with watching(launch(*request.param), residence.origin) as opened:
        window = at_the_start(opened, enter, residence, begun)
        yield window, request.param is REFUSING


def test_the_camera_opens_on_a_press_and_closes_on_another(person: Window) -> None:
    page = person.page
    assert not page.evaluate(OPEN)
    page.click("[data-do=start]")
    page.wait_for_selector("[data-do=take]")
    page.click("[data-do=stop]")
    assert not page.evaluate(OPEN)
    assert page.inner_text("[data-said]") == "The camera is closed."


def test_a_camera_that_may_not_be_used_is_said_in_words(unlucky: tuple[Window, bool]) -> None:
    window, refused = unlucky
    page = window.page
    page.click("[data-do=start]")
    said = "was not allowed" if refused else "No camera was found"
    page.wait_for_selector(f"[data-said]:has-text('{said}')")
    assert page.locator("form[data-form] input[type=file]").is_enabled()
    assert page.locator("[data-do=start]").is_enabled()


def test_a_camera_that_is_unplugged_is_said_in_words(person: Window) -> None:
    page = person.page
    page.click("[data-do=start]")
    page.wait_for_selector("[data-do=take]")
    page.evaluate(UNPLUG)
    page.wait_for_selector("[data-said]:has-text('The camera went away')")
    assert not page.evaluate(OPEN)
    assert page.locator("[data-do=start]").is_enabled()


def test_a_picture_taken_again_is_thrown_away(person: Window) -> None:
    page = person.page
    page.click("[data-do=start]")
    page.click("[data-do=take]")
    page.wait_for_selector("[data-shots] li")
    page.click("[data-do=again]")
    assert page.locator("[data-shots] li").count() == 0
    assert page.locator("[data-do=send]").is_hidden()
