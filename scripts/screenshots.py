"""Pictures of the main pages for ``docs/pages.md``: a served tour, a real browser, small PNG files.

    python scripts/screenshots.py [FOLDER]

Maintainers only: needs Chromium and a Chinese font (``tests/browser`` has the same needs).
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run by its path
    sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from scripts.tour_home import GATE  # noqa: E402
from scripts.tour_served import Served, served  # noqa: E402
from scripts.tour_story import CAMPAIGN  # noqa: E402
from tests.browser.steps import RESIDENT, let_in, linked, turn_of  # noqa: E402
from tests.browser.window import View, Window  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
TALLEST = {360: 1_500, 1280: 1_000}
"""Pixels shown of a page of that width: what makes somebody want to see the rest."""

MOST_BYTES = 80_000
COLOURS = (256, 128, 64, 32)


PHONE, WIDE = 360, 1280
EVENT = "/console/ledger/[0-9a-f]{32}"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture. ``begin`` finds out where the page lies, where its address is not known beforehand."""

    name: str
    path: str
    door: str
    view: View
    begin: Callable[[Window, Served], str] | None = None

    def at(self, window: Window, residence: Served) -> str:
        """Where the page lies."""
        begun = self.begin(window, residence) if self.begin else ""
        return self.path.format_map({**residence.told.links, "begun": begun})


SHOTS = (
    Shot("notice", "{choosing}", "open", View("en", "light", WIDE)),
    Shot("choice", "{choosing}/choice", "open", View("zh", "light", PHONE)),
    Shot("mine", "/mine", "visitor", View("en", "dark", PHONE)),
    Shot("history", "/mine/history", "visitor", View("zh", "light", PHONE)),
    Shot("desk", "{begun}", "attendant", View("zh", "light", WIDE), turn_of(RESIDENT)),
    Shot("kiosk", "/kiosk", "kiosk", View("en", "dark", WIDE)),
    Shot("campaign", f"/desk/campaigns/{CAMPAIGN}", "officer", View("en", "light", WIDE)),
    Shot("today", "/console", "officer", View("en", "light", WIDE)),
    Shot("today-phone", "/console", "officer", View("zh", "dark", PHONE)),
    Shot("purpose", f"/console/purposes/{GATE}", "officer", View("zh", "light", WIDE)),
    Shot("compliance", "/console/compliance", "officer", View("zh", "dark", WIDE)),
    Shot("entry", "{begun}", "officer", View("en", "dark", WIDE), linked("/console/ledger", EVENT)),
    Shot("parity", "/console/parity", "officer", View("en", "light", WIDE)),
    Shot("approvals", "/console/approvals", "second", View("zh", "light", WIDE)),
)


def main(folder: Path = FOLDER) -> None:
    """Take every picture anew."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as below,
        served(Path(below)) as residence,
        _browser() as one,
    ):
        entered = {door: let_in(_window(one, residence), residence, door) for door in _doors()}
        for shot in SHOTS:
            window = _window(one, residence, shot.view, entered.get(shot.door))
            window.open(shot.at(window, residence))
            _keep(window, folder / f"{shot.name}.png")
            window.shut()


def _doors() -> list[str]:
    return sorted({shot.door for shot in SHOTS if shot.door != "open"})


def _window(
    browser: Browser, residence: Served, view: View | None = None, cookies: object = None
) -> Window:
    return Window(browser, residence.origin, view or View(), cookies)


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


def _keep(window: Window, to: Path) -> None:
    """The upper part of the page, in as few colours as make it small."""
    tall, width = TALLEST[window.view.width], window.view.width
    whole = Image.open(io.BytesIO(window.page.screenshot(full_page=True))).convert("RGB")
    upper = whole.crop((0, 0, width, min(tall, whole.height)))
    for colours in COLOURS:
        out = io.BytesIO()
        upper.quantize(colours).save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            break
    to.write_bytes(out.getvalue())
    print(f"{to.name}: {upper.size[0]} x {upper.size[1]}, {out.tell() >> 10} KB")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
