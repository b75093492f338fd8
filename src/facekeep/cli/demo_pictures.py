"""Whose pictures play which part: two portraits, a folder of people, or the camera.

The portraits are one photograph each, so the genuine pair is the same photograph transformed.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from time import sleep
from typing import Any, Protocol

from PIL import Image, ImageEnhance

from facekeep.terms.errors import Broken, ConsentMissing, Misused

ASTRONAUT = ("scikit-image", "skimage/data/astronaut.png")
ADMIRAL = ("matplotlib", "matplotlib/mpl-data/sample_data/grace_hopper.jpg")
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})

COUNTDOWN_S = 3
APART_S = 1.5
"""Seconds between the picture that enrols and the one that verifies."""


@dataclass(frozen=True, slots=True)
class Photographs:
    """Encoded pictures for the story: bytes, dropped when it ends."""

    first: bytes = field(repr=False)
    again: bytes = field(repr=False)
    stranger: bytes = field(repr=False)


class Source(Protocol):
    """Where pictures come from, and who says yes."""

    @property
    def kind(self) -> str:
        """``portraits``, ``photos`` or ``camera``."""
        ...

    @property
    def told(self) -> dict[str, Any]:
        """What the report says of the pictures."""
        ...

    def ready(self) -> None:
        """Raises what is missing, before anything is founded."""
        ...

    def ask(self, notice: str) -> None:
        """Show the notice to whoever can answer. Raises ``ConsentMissing`` for a no."""
        ...

    def take(self) -> Photographs:
        """The pictures; called only once consent is given."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """What is done to the only photograph of a person to get another one."""

    degrees: float = 4.0
    crop_percent: float = 6.0
    brightness_percent: float = 115.0
    jpeg_quality: int = 70

    def applied(self, photo: bytes) -> bytes:
        """Turned, cropped, brightened, saved as a lossy JPEG."""
        with Image.open(io.BytesIO(photo)) as opened:
            turned = opened.convert("RGB").rotate(self.degrees, Image.Resampling.BICUBIC)
        width, height = turned.size
        x, y = (round(side * self.crop_percent / 100) for side in (width, height))
        cropped = turned.crop((x, y, width - x, height - y))
        bright = ImageEnhance.Brightness(cropped).enhance(self.brightness_percent / 100)
        return _jpeg(bright, self.jpeg_quality)


class Portraits:
    """Two people in the public domain, carried by the ``demo`` extra."""

    kind = "portraits"

    def __init__(self, change: Change | None = None) -> None:
        self._change = change or Change()

    @property
    def told(self) -> dict[str, Any]:
        """The transformation, in figures."""
        return {"kind": self.kind, "transformed": True, "change": asdict(self._change)}

    def ready(self) -> None:
        """Raises ``Broken`` where the extra is not installed."""
        carried(*ASTRONAUT)
        carried(*ADMIRAL)

    def ask(self, notice: str) -> None:
        """A photograph cannot answer; the report says that the yes is played."""

    def take(self) -> Photographs:
        """The astronaut, the same photograph transformed, and the admiral."""
        first = carried(*ASTRONAUT).read_bytes()
        return Photographs(first, self._change.applied(first), carried(*ADMIRAL).read_bytes())


class Folder:
    """One folder per person; the first with two pictures enrols, another person is the stranger."""

    kind = "photos"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def told(self) -> dict[str, Any]:
        """Real pairs; no name leaves the folder."""
        return {"kind": self.kind, "transformed": False}

    def ready(self) -> None:
        """Raises ``Misused`` where there is no pair, or no stranger."""
        self._chosen()

    def ask(self, notice: str) -> None:
        """Whoever brings the pictures answers for the consent; the report says so."""

    def take(self) -> Photographs:
        """Two pictures of one person and one of another."""
        first, again, stranger = (path.read_bytes() for path in self._chosen())
        return Photographs(first, again, stranger)

    def _chosen(self) -> tuple[Path, Path, Path]:
        people = [pictures for pictures in map(_pictures, _folders(self._folder)) if pictures]
        enrolee = next((pictures for pictures in people if len(pictures) > 1), None)
        if enrolee is None:
            raise Misused("no folder holds two pictures of one person")
        stranger = next((pictures for pictures in people if pictures is not enrolee), None)
        if stranger is None:
            raise Misused("a second person's folder is needed for the stranger")
        return enrolee[0], enrolee[1], stranger[0]


class Camera:
    """The person before the camera: asked first, then a countdown, then two pictures."""

    kind = "camera"

    def __init__(self, ask: Callable[[str], bool], count: Callable[[int], None]) -> None:
        self._ask, self._count = ask, count

    @property
    def told(self) -> dict[str, Any]:
        """Real pairs, of somebody who said yes."""
        return {"kind": self.kind, "transformed": False}

    def ready(self) -> None:
        """Raises ``Broken`` without PyAV or the stranger's portrait."""
        carried(*ASTRONAUT)
        _camera_library()

    def ask(self, notice: str) -> None:
        """Raises ``ConsentMissing`` for a no, and then nothing was captured."""
        if not self._ask(notice):
            raise ConsentMissing(
                "you said no, and no picture was taken", "The portraits need nobody: facekeep demo"
            )

    def take(self) -> Photographs:
        """A visible countdown before the camera is opened. Raises ``Broken`` without one."""
        stranger = carried(*ASTRONAUT).read_bytes()
        library = _camera_library()
        for left in range(COUNTDOWN_S, 0, -1):
            self._count(left)
            sleep(1)
        self._count(0)
        first, again = _two_frames(library)
        return Photographs(first, again, stranger)


def carried(distribution: str, path: str) -> Path:
    """A file inside an installed distribution, found without importing it."""
    try:
        found = Path(str(metadata.distribution(distribution).locate_file(path)))
    except metadata.PackageNotFoundError:
        found = Path()
    if not found.is_file():
        raise Broken(
            f"the portrait inside {distribution} is not installed",
            "Install it: pip install 'facekeep[demo]', or bring pictures: facekeep demo --photos DIR",
        )
    return found


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise Misused("--photos names a folder that holds one folder per person")
    return sorted(path for path in folder.iterdir() if path.is_dir())


def _pictures(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


# -- the camera -----------------------------------------------------------------------------


def _camera_library() -> Any:
    try:
        import av
    except ImportError:
        raise Broken(
            "the camera needs PyAV", "Install it: make camera, or pip install 'facekeep[camera]'"
        ) from None
    return av


def _two_frames(library: Any) -> tuple[bytes, bytes]:
    """One frame, a moment, another frame. Every frame between them is dropped unseen."""
    try:
        with _opened_camera(library) as device:
            frames = _frames(device)
            first = next(frames)
            began = first.time or 0.0
            again = next(frame for frame in frames if (frame.time or 0.0) - began >= APART_S)
            return _jpeg(first.to_image(), 92), _jpeg(again.to_image(), 92)
    except (OSError, StopIteration, ValueError):
        raise Broken(
            "no camera answers", "Plug one in and allow its use, or: facekeep demo --photos DIR"
        ) from None


WARM_UP = 15
"""Frames a camera needs to find its exposure."""


def _frames(device: Any) -> Iterator[Any]:
    for number, frame in enumerate(device.decode(video=0)):
        if number >= WARM_UP:
            yield frame


def _opened_camera(library: Any) -> Any:
    """The first camera of this platform."""
    if sys.platform == "darwin":
        return library.open("0", format="avfoundation", options={"framerate": "30"})
    if sys.platform == "win32":
        return library.open(f"video={_first_on_windows(library)}", format="dshow")
    return library.open("/dev/video0", format="v4l2")


def _first_on_windows(library: Any) -> str:
    devices = library.enumerate_input_devices("dshow")
    names = [d.name for d in devices if "video" in (d.media_types or ["video"])]
    if not names:
        raise OSError
    return str(names[0])
