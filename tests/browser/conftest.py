"""A real browser on a really served home; where there is none, these tests are skipped and say so.

The browser is the one installed here (Debian's ``chromium``, or another named in ``FACEKEEP_BROWSER``);
nothing is downloaded. It looks no name up, so nothing it would load from elsewhere arrives unseen.

* ``residence``: the home of the tour, served by a process of its own;
* ``look``: opens windows on it (:class:`~tests.browser.window.Window`); what a window should not have done
  fails the test that opened it;
* ``enter``: the same behind a door, as one of the staff or as somebody at their own pages.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scripts.tour_served import Served, served
from tests.browser.camera import empty_room, film
from tests.browser.steps import let_in
from tests.browser.window import View, Window
from tests.conftest import Portraits

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

NAMED = "FACEKEEP_BROWSER"
BROWSERS = ("chromium", "google-chrome", "chromium-browser")
NO_BROWSER = (
    "THE PAGES WERE NOT TESTED IN A BROWSER: none is installed here. "
    f"On Debian: apt-get install chromium fonts-noto-cjk; elsewhere name one in {NAMED}"
)
NO_PLAYWRIGHT = "THE PAGES WERE NOT TESTED IN A BROWSER: Playwright is not installed (make test)"
NO_FONT = (
    "THE PAGES WERE NOT TESTED IN A BROWSER: it has no Chinese font. "
    "On Debian: apt-get install fonts-noto-cjk"
)

FLAGS = (
    "--no-sandbox",  # containers run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
ALLOWED = "--use-fake-ui-for-media-stream"
"""Whoever is asked for the camera says yes; without it, no."""

CAMERA = "--use-fake-device-for-media-stream"
HAN_WIDTH = """() => {
  const pen = document.createElement('canvas').getContext('2d');
  pen.font = '40px sans-serif';
  const wide = (text) => [...text].map((one) => pen.measureText(one).width);
  const drawn = (text) => { const c = document.createElement('canvas'); const p = c.getContext('2d');
    p.font = '40px sans-serif'; p.fillText(text, 10, 60); return c.toDataURL(); };
  return wide('同意').every((w) => w > 30) && drawn('同') !== drawn('\\uffff') && drawn('同') !== drawn('意');
}"""

Open = Callable[..., Window]
Enter = Callable[..., Window]
Launch = Callable[..., "Browser"]


def executable() -> str:
    """The browser that is installed here; empty where none is."""
    named = os.environ.get(NAMED)
    found = named if named and Path(named).is_file() else None
    return found or next(filter(None, map(shutil.which, BROWSERS)), "")


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """The driver, for the tests of one file: no event loop of its stays behind for others."""
    if not executable():
        pytest.skip(NO_BROWSER)
    api = pytest.importorskip("playwright.sync_api", reason=NO_PLAYWRIGHT)
    with api.sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def launch(playwright: Playwright) -> Iterator[Launch]:
    """Start a browser with these flags beside the usual ones."""
    started: list[Browser] = []

    def begin(*flags: str) -> Browser:
        browser = playwright.chromium.launch(executable_path=executable(), args=[*FLAGS, *flags])
        started.append(browser)
        _require_font(browser)
        return browser

    yield begin
    for browser in started:
        browser.close()


def _require_font(browser: Browser) -> None:
    page = browser.new_page()
    if not page.evaluate(HAN_WIDTH):
        pytest.skip(NO_FONT)
    page.close()


@pytest.fixture(scope="module")
def browser(launch: Launch, someone: Path) -> Browser:
    """A browser before whose camera somebody stands."""
    return launch(ALLOWED, CAMERA, f"--use-file-for-fake-video-capture={someone}")


@pytest.fixture(scope="session")
def someone(portraits: Portraits, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of the astronaut."""
    return film(portraits.astronaut, tmp_path_factory.mktemp("film") / "someone.mjpeg")


@pytest.fixture(scope="session")
def somebody_else(portraits: Portraits, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of the admiral."""
    return film(portraits.admiral, tmp_path_factory.mktemp("film") / "else.mjpeg")


@pytest.fixture(scope="session")
def nobody(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of an empty room."""
    return empty_room(tmp_path_factory.mktemp("film") / "nobody.mjpeg")


# -- windows ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def residence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The tour's home, served for the whole run of this worker."""
    if not executable():
        pytest.skip(NO_BROWSER)
    with served(tmp_path_factory.mktemp("residence")) as home:
        yield home


@pytest.fixture
def look(browser: Browser, residence: Served) -> Iterator[Open]:
    """Open a window on the residence: ``look(language=…, theme=…, width=…, javascript=…)``."""
    with watching(browser, residence.origin) as opened:
        yield opened


@contextmanager
def watching(browser: Browser, origin: str) -> Iterator[Open]:
    """Windows of one browser; at the end none may have done what it should not."""
    windows: list[Window] = []

    def opened(cookies: Any = None, **view: Any) -> Window:
        windows.append(Window(browser, origin, View(**view), cookies))
        return windows[-1]

    yield opened
    faults = [fault for window in windows for fault in window.shut()]
    assert not faults, "\n".join(faults)


@pytest.fixture(scope="session")
def entered() -> dict[str, Any]:
    """Cookies of those who are in already, by their door: a one-time code is good once."""
    return {}


@pytest.fixture
def enter(look: Open, residence: Served, entered: dict[str, Any]) -> Enter:
    """Open a window behind a door: ``enter("officer", language=…)``, ``enter("visitor")``."""

    def opened(door: str, **view: Any) -> Window:
        if door == "open":
            return look(**view)
        if door not in entered:
            entered[door] = let_in(look(), residence, door)
        return look(entered[door], **view)

    return opened
