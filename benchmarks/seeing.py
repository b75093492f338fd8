"""With real eyes: enrolling from a camera's picture, and searching a hundred thousand references.

YuNet and MobileFaceNet, taken in by their digests as an operator would, over pictures of 640 x 480 in
which a development face stands before grey; through the whole house, entries committed to the disk.
Models and faces are no part of this repository: where they are absent it says so and measures nothing.
"""

from __future__ import annotations

import io
import tarfile
import tempfile
import time
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
from PIL import Image

from benchmarks import house as made
from benchmarks.house import Calendar
from benchmarks.load import at
from facekeep.assembly import House
from facekeep.collection.capture import Wish
from facekeep.terms.errors import FacekeepError
from facekeep.terms.values import NORM_BOUND, Features, Grade, Operation
from facekeep.vision.models import Registry
from facekeep.vision.pipeline import Eyes

DETECTOR, EMBEDDER = "yunet", "mobilefacenet-foamliu"
FILES = ("face_detection_yunet_2023mar.onnx", "mobilefacenet_foamliu.onnx")
REFERENCES, PEOPLE = 100_000, 25
WIDTH, HEIGHT, FACE = 640, 480, 280


@dataclass(frozen=True)
class RealEyes:
    """YuNet before MobileFaceNet; satisfies ``terms.ports.Sight``. Thresholds as of calm strangers."""

    registry: Registry
    model: str = EMBEDDER
    grade: Grade = Grade.PRODUCTION
    calibration: str = "none: thresholds of a normal distribution"
    dim: int = 128

    def features(self, source: Path | bytes) -> Features:
        """One picture to features."""
        return self._eyes.features(source)

    def for_enrolment(self, source: Path | bytes) -> Features:
        """The same with the quality a reference needs."""
        return self._eyes.for_enrolment(source)

    def threshold(self, fmr: float) -> int:
        """The code threshold at a false match rate."""
        return int((0.012 + 0.102 * NormalDist().inv_cdf(1 - fmr)) * NORM_BOUND)

    @cached_property
    def _eyes(self) -> Eyes:
        registry = self.registry
        return Eyes(registry.detector(DETECTOR), registry.embedder(EMBEDDER), None)


def measured(models: Path, faces: Path, references: int = REFERENCES) -> dict[str, Any]:
    """Medians in milliseconds; ``skipped`` where models or faces are absent."""
    missing = [str(file.name) for file in (*_files(models), faces) if not file.exists()]
    if missing:
        return {"skipped": f"not found: {', '.join(missing)}"}
    with tempfile.TemporaryDirectory() as folder:
        registry = Registry(Path(folder) / "models", Path(folder) / "cache")
        for file in _files(models):
            registry.add(file)
        eyes = RealEyes(registry)
        pictures = _usable(eyes, _pictures(faces, 2 * PEOPLE))
        with made.temporary_house(Calendar(), folder=Path(tempfile.gettempdir())) as house:
            return _through(house, eyes, dict(list(pictures.items())[:PEOPLE]), references)


def _through(
    house: House, eyes: RealEyes, pictures: dict[str, list[bytes]], references: int
) -> dict[str, Any]:
    made.publish(house, made.purpose_text("hall", EMBEDDER))
    enrolled = {name: _enrol(house, eyes, name, shown[0]) for name, shown in pictures.items()}
    generator = np.random.default_rng(5)
    codes = made.quantised(made.random_units(references, eyes.dim, generator))
    _plant(house, codes)
    _search(house, eyes, next(iter(pictures.values()))[0])  # the gallery is warm
    searched = [_search(house, eyes, shown[1]) for shown in pictures.values()]
    return {
        "picture": f"{WIDTH}x{HEIGHT}", "references": references + len(enrolled),
        "enrol_p50_ms": at(0.5, list(enrolled.values())), "enrol_p99_ms": at(0.99, list(enrolled.values())),
        "identify_p50_ms": at(0.5, searched), "identify_p99_ms": at(0.99, searched),
        "eyes_p50_ms": at(0.5, [_seconds(partial(eyes.features, two[1])) for two in pictures.values()]),
    }  # fmt: skip


def _plant(house: House, codes: Any) -> None:
    """References of people nobody asks for, under the model of these eyes."""
    named, made.MODEL = made.MODEL, EMBEDDER
    try:
        made.plant(house, codes, "hall")
    finally:
        made.MODEL = named


def _enrol(house: House, eyes: RealEyes, subject: str, picture: bytes) -> float:
    made.agree(house, subject, "hall")
    wish = Wish("hall", Operation.ENROLMENT, subject)
    origin = made.origin_of(house, wish, [picture], device="hall-camera")
    return _seconds(lambda: house.enroller.enrol(subject, "hall", [picture], eyes, origin))


def _search(house: House, eyes: RealEyes, picture: bytes) -> float:
    from facekeep.use.identification import Search

    wish = Wish("hall", Operation.IDENTIFICATION)
    origin = made.origin_of(house, wish, [picture], device="hall-camera")
    search = Search("hall", picture, origin, None, 5)
    return _seconds(lambda: house.identifier.identify(search, eyes))


def _seconds(act: Any) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


# -- pictures ---------------------------------------------------------------------------------


def _pictures(faces: Path, people: int) -> dict[str, list[bytes]]:
    """Two pictures of each of some people, large enough for a camera."""
    found: dict[str, list[bytes]] = {}
    with tarfile.open(faces) as archive:
        for member in sorted(archive.getmembers(), key=lambda one: one.name):
            name = Path(member.name).parent.name
            if member.isfile() and member.name.endswith(".jpg") and len(found.get(name, ())) < 2:
                file = archive.extractfile(member)
                assert file is not None
                found.setdefault(name, []).append(_in_a_hall(file.read()))
    whole = [(name, two) for name, two in found.items() if len(two) == 2]
    return {f"person-{n}": two for n, (_, two) in enumerate(whole[:people])}


def _in_a_hall(face: bytes) -> bytes:
    """The face before grey, as a camera would send it."""
    hall = Image.new("RGB", (WIDTH, HEIGHT), (128, 128, 128))
    near = Image.open(io.BytesIO(face)).convert("RGB").resize((FACE, FACE))
    hall.paste(near, ((WIDTH - FACE) // 2, (HEIGHT - FACE) // 2))
    written = io.BytesIO()
    hall.save(written, "JPEG", quality=90)
    return written.getvalue()


def _files(models: Path) -> list[Path]:
    return [models / name for name in FILES]


def _usable(eyes: RealEyes, pictures: dict[str, list[bytes]]) -> dict[str, list[bytes]]:
    """Whoever is seen in both pictures."""

    def seen(shown: list[bytes]) -> bool:
        try:
            eyes.for_enrolment(shown[0])
            eyes.features(shown[1])
        except FacekeepError:
            return False
        return True

    return {name: shown for name, shown in pictures.items() if seen(shown)}
