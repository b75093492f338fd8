"""The instruments themselves: each finds the fault that was planted for it, and none in a good page."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from facekeep.settings import Settings
from facekeep.vision.models import Registry
from facekeep.vision.sight import CalibratedEyes
from tests.browser.axe import violations
from tests.browser.conftest import CAMERA, Launch
from tests.browser.planted import page, planted
from tests.browser.tongues import of_text, strangeness
from tests.browser.window import View, Window
from tests.conftest import Portraits

if TYPE_CHECKING:
    from playwright.sync_api import Browser

GOOD = page("<p>Nothing is wrong here.</p>")
PAGES = {
    "/good": GOOD,
    "/elsewhere": page('<img alt="" src="http://elsewhere.example/spy.png">'),
    "/inline": page("<script>document.title = 'run'</script>"),
    "/wide": page('<pre id="long">' + "wide " * 400 + "</pre>"),
    "/unlabelled": page("<p><input></p>"),
    "/mixed": page("<p>同意</p>"),
    "/zh": page("<p>同意</p>", "zh-CN"),
    "/zh-mixed": page("<p>请选择 your answer</p>", "zh-CN"),
    "/aside": page(
        '<p lang="zh">同意</p><p><code>同意</code> <span translate="no">河畔</span></p>'
    ),
}
SEEN = """async () => {
  const film = document.createElement('video');
  film.srcObject = await navigator.mediaDevices.getUserMedia({video: {width: 640, height: 480}});
  film.muted = true;
  await film.play();
  const pen = document.createElement('canvas');
  [pen.width, pen.height] = [film.videoWidth, film.videoHeight];
  const frames = [];
  for (let n = 0; n < 3; n++) {
    await new Promise((done) => setTimeout(done, 200));
    pen.getContext('2d').drawImage(film, 0, 0);
    frames.push(pen.toDataURL('image/jpeg', 0.9).split(',')[1]);
  }
  film.srcObject.getTracks().forEach((track) => track.stop());
  return frames;
}"""

Shown = Callable[..., Window]


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with planted(PAGES) as address:
        yield address


@pytest.fixture
def shown(browser: Browser, origin: str) -> Iterator[Shown]:
    """A window on one planted page; whoever asks looks at its faults."""
    windows: list[Window] = []

    def opened(path: str, status: int = 200, **view: object) -> Window:
        windows.append(Window(browser, origin, View(**view)))  # type: ignore[arg-type]
        windows[-1].open(path, status)
        windows[-1].page.wait_for_load_state("networkidle")
        return windows[-1]

    yield opened
    for window in windows:
        window.shut()


def test_a_good_page_has_no_fault(shown: Shown) -> None:
    window = shown("/good", width=360)
    assert not window.overflow()
    assert 0 < window.size() < 1_000
    assert not violations(window.page)
    assert not strangeness(window.page, "en")
    assert not window.shut()


def test_a_refusal_is_no_fault(shown: Shown) -> None:
    assert not shown("/nothing-here", 404).shut()


@pytest.mark.parametrize(
    ("path", "fault"), [("/elsewhere", "left the origin"), ("/inline", "Content Security Policy")]
)
def test_what_a_window_should_not_do_is_seen(shown: Shown, path: str, fault: str) -> None:
    assert any(fault in one for one in shown(path).shut())


def test_what_sticks_out_is_seen(shown: Shown) -> None:
    assert "px" in shown("/wide", width=360).overflow()


def test_a_field_without_a_label_is_seen(shown: Shown) -> None:
    assert any("label" in one for one in violations(shown("/unlabelled").page))


def test_two_languages_on_a_page_are_seen(shown: Shown) -> None:
    assert any("Chinese" in one for one in strangeness(shown("/mixed").page, "en"))
    assert any("English" in one for one in strangeness(shown("/zh-mixed").page, "zh"))
    assert any("says it is" in one for one in strangeness(shown("/good").page, "zh"))
    assert not strangeness(shown("/zh").page, "zh")
    assert not strangeness(shown("/aside").page, "en")


@pytest.mark.parametrize(
    ("text", "language", "seen"),
    [
        ("portal.choose.title", "en", True),
        ("Write to privacy@riverside.example", "en", False),
        ("{n} to put right", "en", True),
        ("None", "en", True),
        ("您的 PIN 已设置", "zh", False),
        ("请输入 PIN，然后继续", "zh", False),
        ("请输入 PIN, 然后继续", "zh", True),
        ("请输入密码, 然后继续", "zh", True),
        ("您好！", "zh", True),
        ("已由 Officer 签署", "zh", True),
        ("设备 gate-1，条目 3f2a", "zh", False),
        ("ＡＢＣ", "en", True),
    ],
)
def test_what_belongs_into_a_text(text: str, language: str, seen: bool) -> None:
    assert bool(list(of_text(text, language))) is seen


# -- the camera -----------------------------------------------------------------------------------


def frames(browser: Browser, origin: str) -> list[bytes]:
    """What the browser's camera shows."""
    window = Window(browser, origin, View())
    window.open("/good")
    seen = [base64.b64decode(one) for one in window.page.evaluate(SEEN)]
    assert not window.shut()
    return seen


@pytest.fixture(scope="module")
def eyes() -> CalibratedEyes:
    own = Settings()
    return CalibratedEyes(Registry(own.models, own.cache), "dlib-resnet")


def test_the_camera_shows_the_portrait(
    browser: Browser, origin: str, eyes: CalibratedEyes, portraits: Portraits
) -> None:
    """Frames through a real camera path are good enough to enrol, and show the person of the film."""
    person = eyes.features(portraits.astronaut).vector
    other = eyes.features(portraits.admiral).vector
    seen = frames(browser, origin)
    assert len(set(seen)) > 1, "the film stands still"
    for frame in seen:
        vector = eyes.for_enrolment(frame).vector
        assert float(vector @ person) > 0.95 > 0.5 > float(vector @ other)


def test_a_camera_may_be_refused(launch: Launch, origin: str, someone: Path) -> None:
    """Control: without the flag that says yes, asking ends in a refusal."""
    from playwright.sync_api import Error

    browser = launch(CAMERA, f"--use-file-for-fake-video-capture={someone}")
    with pytest.raises(Error, match="NotAllowedError"):
        frames(browser, origin)
