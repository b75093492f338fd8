"""A window of the browser on a home's pages, watched: whatever it should not do is a fault.

A request that leaves the origin, an error in the console (a breach of the content policy is one), a script
that stumbles. What a page answers with on purpose, such as a refusal, is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from facekeep.web.problems import LANGUAGE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

Language = Literal["zh", "en"]
Theme = Literal["light", "dark"]

LOCALES = {"zh": "zh-CN", "en": "en-GB"}
HEIGHT = 900
INSIDE = ("data:", "blob:", "about:")
"""Addresses that ask nobody."""

REFUSED_LOAD = "Failed to load resource"
"""How the console reports a page that answers with 4xx: what it says is looked at by the test."""

CAMERA_MODULE = "camera"
"""A part of the address of the one module that is not counted into a page's size."""

SIZES = """() => [
  ...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')
].map((entry) => [entry.name, entry.decodedBodySize])"""

OVERFLOW = """() => {
  const root = document.documentElement, wide = root.clientWidth;
  const out = [...document.body.querySelectorAll('*')].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.right > wide + 1;
  });
  return {over: root.scrollWidth - wide, by: out.slice(0, 3).map((one) =>
    `${one.tagName.toLowerCase()}.${one.className}`)};
}"""


@dataclass(frozen=True, slots=True)
class View:
    """Who looks: language, theme, width in CSS pixels, and whether scripts run."""

    language: Language = "zh"
    theme: Theme = "light"
    width: int = 1280
    javascript: bool = True


class Window:
    """One window with cookies of its own."""

    def __init__(self, browser: Browser, origin: str, view: View, cookies: Any = None) -> None:
        self.origin, self.view = origin, view
        self.faults: list[str] = []
        self._context: BrowserContext = browser.new_context(
            base_url=origin,
            locale=LOCALES[view.language],
            color_scheme=view.theme,
            viewport={"width": view.width, "height": HEIGHT},
            java_script_enabled=view.javascript,
            reduced_motion="reduce",
            timezone_id="Asia/Shanghai",
            storage_state=cookies,
        )
        self._context.set_default_timeout(15_000)
        self._context.on("request", self._request)
        self._context.on("console", self._console)
        self._context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        self.page: Page = self._context.new_page()

    def open(self, path: str, status: int = 200) -> Page:
        """Go to a page of the home; its answer has to be ``status``."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{path} answers {answer.status}, not {status}"
        return self.page

    def turn(self, theme: Theme) -> None:
        """The same page in another theme."""
        self.page.emulate_media(color_scheme=theme)

    def resize(self, width: int) -> None:
        """The same page in another width."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})

    def overflow(self) -> str:
        """What sticks out to the right; empty where nothing does."""
        found = self.page.evaluate(OVERFLOW)
        return "" if found["over"] <= 0 else f"{found['over']} px: {', '.join(found['by'])}"

    def size(self) -> int:
        """Bytes of the page and all it loaded, unpacked, the camera module left out."""
        loaded = self.page.evaluate(SIZES)
        return sum(size for name, size in loaded if CAMERA_MODULE not in urlsplit(name).path)

    def cookies(self) -> Mapping[str, Any]:
        """What another window needs to go on in this visit, but for the language it was read in."""
        state = self._context.storage_state()
        kept = [one for one in state["cookies"] if one["name"] != LANGUAGE]
        return {**state, "cookies": kept}

    def picture(self, to: Path, *, whole: bool = True) -> Path:
        """What it shows now, as PNG."""
        self.page.screenshot(path=to, full_page=whole)
        return to

    def shut(self) -> list[str]:
        """Close it; what it did that it should not have done."""
        self._context.close()
        return self.faults

    # -- what it should not do ----------------------------------------------------------------

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.origin, *INSIDE)):
            self.faults.append(f"left the origin: {request.url}")

    def _console(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not self._is_answer(said):
            self.faults.append(f"console: {said.text}")

    def _is_answer(self, said: ConsoleMessage) -> bool:
        """Whether it only reports a page that answered with a refusal."""
        at = str(said.location.get("url", "")).partition("#")[0]
        return said.text.startswith(REFUSED_LOAD) and at == self.page.url.partition("#")[0]
