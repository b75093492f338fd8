"""Quality falls for what spoils recognition, and names it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from facekeep.terms.ports import Picture
from facekeep.terms.values import Box, Face, Float32, Quality
from facekeep.vision.align import ARCFACE_112
from facekeep.vision.models import Registry
from facekeep.vision.quality import assess

LOW = 30
FRONTAL = ARCFACE_112 * 2


def of(landmarks: Float32, picture: Picture) -> Quality:
    return assess(picture, Face(Box(0, 0, 100, 100), landmarks.astype(np.float32), 1.0))


@pytest.fixture(scope="module")
def texture() -> Picture:
    """Sharp, well-lit noise: every component but pose is at its best."""
    noise = np.random.default_rng(0).integers(40, 216, (224, 224), dtype=np.uint8)
    return np.repeat(noise[:, :, None], 3, axis=2)


def test_good_portraits_are_good(
    packaged: Registry, centerface_file: object, astronaut: Picture, admiral: Picture
) -> None:
    """Two studio portraits need no improvement."""
    detector = packaged.detector()
    for picture in (astronaut, admiral):
        assert assess(picture, detector.detect(picture)[0]).value >= 80


@pytest.mark.parametrize(
    ("name", "component"),
    [
        ("blurred", "sharpness"),
        ("dark", "exposure"),
        ("bright", "exposure"),
        ("flat", "exposure"),
        ("small", "size"),
    ],
)
def test_each_fault_is_named(
    name: str, component: str, packaged: Registry, centerface_file: object, astronaut: Picture
) -> None:
    """The weakest component is the one that was spoilt."""
    image = Image.fromarray(astronaut)
    spoilt = {
        "blurred": lambda: image.filter(ImageFilter.GaussianBlur(4)),
        "dark": lambda: ImageEnhance.Brightness(image).enhance(0.15),
        "bright": lambda: ImageEnhance.Brightness(image).enhance(3),
        "flat": lambda: ImageEnhance.Contrast(image).enhance(0.15),
        "small": lambda: image.resize((image.width // 4, image.height // 4)),
    }[name]()
    pixels = np.asarray(spoilt)
    quality = assess(pixels, packaged.detector().detect(pixels)[0])
    assert quality.weakest == component
    assert quality.value < LOW
    assert quality.value == quality.components[component]


def test_a_frontal_pose_is_perfect(texture: Picture) -> None:
    """The template itself looks straight ahead."""
    assert of(FRONTAL, texture).components["pose"] == 100


@pytest.mark.parametrize("side", [-1, 1])
def test_a_profile_scores_low(side: int, texture: Picture) -> None:
    """The nose above one eye."""
    turned = FRONTAL.copy()
    turned[2, 0] += side * 34
    quality = of(turned, texture)
    assert quality.weakest == "pose"
    assert quality.value < LOW


@pytest.mark.parametrize("shift", [-18, 18])
def test_a_nod_scores_low(shift: int, texture: Picture) -> None:
    """The nose close to the eye line or to the mouth."""
    nodding = FRONTAL.copy()
    nodding[2, 1] += 2 * shift
    assert of(nodding, texture).components["pose"] < LOW


def test_a_mouth_above_the_eyes_is_no_pose(texture: Picture) -> None:
    """Landmarks that no face has."""
    upside = FRONTAL.copy()
    upside[3:, 1] = 0
    assert of(upside, texture).components["pose"] == 0


def test_tilting_the_head_costs_nothing(texture: Picture) -> None:
    """Alignment undoes rolling."""
    turn = np.array([[np.cos(0.5), -np.sin(0.5)], [np.sin(0.5), np.cos(0.5)]])
    rolled = (FRONTAL - 112) @ turn.T + 112
    assert of(rolled, texture).components["pose"] == 100


def test_quality_never_rises_with_blur(
    packaged: Registry, centerface_file: object, admiral: Picture
) -> None:
    """More blur, less sharpness."""
    detector, image = packaged.detector(), Image.fromarray(admiral)
    face = detector.detect(admiral)[0]
    blurs = [
        np.asarray(image.filter(ImageFilter.GaussianBlur(radius))) for radius in (0, 1, 2, 4, 8)
    ]
    values = [assess(pixels, face).components["sharpness"] for pixels in blurs]
    assert values == sorted(values, reverse=True)
