"""Every right by hand in a browser that runs no script; and what the camera module says when it cannot."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scripts.tour_served import Served
from tests.browser import steps
from tests.browser.conftest import ALLOWED, CAMERA, Enter, Launch, Open, watching
from tests.browser.looking import faults
from tests.browser.pages import NAMES
from tests.browser.window import Window
from tests.conftest import Portraits

if TYPE_CHECKING:
    from playwright.sync_api import Page

NEW_PIN = "730162"


def in_order(window: Window) -> None:
    """No fault on a page that only a form leads to, where scripts run."""
    found = faults(window, NAMES)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rights_without_scripts(
    enter: Enter, look: Open, residence: Served, portraits: Portraits, tmp_path: Path, language: str
) -> None:
    """A copy, a question and its answer's way, another PIN, a reset face, a check of one's own paper."""
    subject = f"resident-with-rights-{language}"
    desk = enter("attendant", javascript=False)
    link = steps.link_for(desk, residence, subject)
    person = look(language=language, width=360, javascript=False)
    steps.consent(person, link)
    steps.enrol_at_desk(desk, residence, subject, portraits.astronaut)
    page = person.open("/mine")

    with page.expect_download() as fetched:
        page.click("form[action='/mine/copy'] button")
    assert zipfile.is_zipfile(fetched.value.path())

    page = person.open("/mine/cases/new?kind=explanation")
    page.fill("[name=text]", "365 ?")
    page.click("form[action='/mine/cases/new'] button")
    code = page.inner_text("main code.big")
    page = person.open("/cases")
    page.fill("[name=code]", code)
    page.click("form[action='/cases'] button")
    assert "365 ?" in page.inner_text("main")

    page = person.open("/mine/pin")
    page.fill("[name=old]", steps.PIN)
    page.fill("[name=new]", NEW_PIN)
    page.fill("[name=pin_again]", NEW_PIN)
    page.click("form[action='/mine/pin'] button")
    page.wait_for_selector("main a[href='/mine']")
    steps.leave(person)
    steps.visit(person, link, NEW_PIN)

    page = person.open("/mine/reset")
    page.click("form[action='/mine/reset'] button")
    page.wait_for_selector("main a[href='/mine']")

    steps.withdraw(person)
    paper = tmp_path / "receipt.json"
    with person.page.expect_download() as fetched:
        person.page.click("form[action='/check/paper'] button >> nth=0")
    fetched.value.save_as(paper)
    page = person.open("/check")
    page.set_input_files("form[action='/check'] [name=file]", paper)
    page.click("form[action='/check'] button")
    assert page.locator("main .note.good").count()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_anybody_may_complain_and_follow_it(look: Open, language: str) -> None:
    person = look(language=language, width=360)
    page = person.open("/cases/new")
    page.check("[name=kind][value=complaint]")
    page.fill("[name=text]", "24 h")
    page.click("form[action='/cases/new'] button")
    code = page.inner_text("main code.big")
    in_order(person)
    page = person.open("/cases")
    page.fill("[name=code]", code)
    page.click("form[action='/cases'] button")
    assert "24 h" in page.inner_text("main")
    in_order(person)


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_answers_are_alike(look: Open, residence: Served, language: str, width: int) -> None:
    """My face, another way, not now: equally large, none of them chosen or marked."""
    person = look(language=language, width=width)
    page = person.open(f"{residence.told.links['choosing']}/choice")
    sizes = steps.answer_sizes(person)
    assert len(sizes) == 3
    assert len(set(sizes)) == 1, sizes
    assert not page.locator("ul.choices :is([checked], [aria-current], [autofocus], .good)").count()


def test_a_wrong_pin_opens_nothing(look: Open, residence: Served) -> None:
    """Said in words beside the field, the summary first."""
    person = look(width=360)
    page = person.open(f"{residence.told.links['mine']}/open")
    page.fill("[name=pin]", "111222")
    page.click("form button")
    page.wait_for_selector(".faults")
    in_order(person)
    person.open("/mine", 401)


# -- the camera -----------------------------------------------------------------------------------


def at_the_camera(window: Window, link: str) -> Window:
    """Consented, and on the page with the camera."""
    steps.consent(window, link)
    steps.start_capture(window)
    return window


@pytest.mark.parametrize(
    ("flags", "word"), [((CAMERA,), "refused"), ((ALLOWED,), "none")], ids=["refused", "none"]
)
def test_without_a_camera(
    enter: Enter, launch: Launch, residence: Served, flags: tuple[str, ...], word: str
) -> None:
    """Refused, or not there: said aloud to a screen reader, and a file may be sent all the same."""
    link = steps.link_for(enter("attendant"), residence, f"resident-camera-{word}")
    with watching(launch(*flags), residence.origin) as opened:
        page = at_the_camera(opened(language="en", width=360), link).page
        before = page.inner_text("[data-said]")
        page.click("[data-do=start]")
        page.wait_for_function(
            "(before) => document.querySelector('[data-do=start]').disabled === false"
            " && document.querySelector('[data-said]').textContent !== before",
            arg=before,
        )
        assert page.inner_text("[data-said]") == camera_words(page)[word]
        assert page.is_visible("form[action='/mine/face'] [name=photo]")


def test_nobody_in_the_picture(
    enter: Enter, launch: Launch, residence: Served, nobody: Path
) -> None:
    """An empty room enrols nobody; the page says what was wrong and offers another try."""
    link = steps.link_for(enter("attendant"), residence, "resident-who-is-not-there")
    flags = (ALLOWED, CAMERA, f"--use-file-for-fake-video-capture={nobody}")
    with watching(launch(*flags), residence.origin) as opened:
        person = at_the_camera(opened(language="en", width=360), link)
        steps.photograph(person)
        person.page.wait_for_selector(".faults, .refused")
        in_order(person)
        person.open("/mine/face/done")
        assert person.page.url.endswith("/mine/face")


def camera_words(page: Page) -> dict[str, str]:
    """What the camera module may say on a page."""
    words: dict[str, str] = page.evaluate(
        "() => JSON.parse(document.querySelector('[data-camera]').dataset.words)"
    )
    return words
