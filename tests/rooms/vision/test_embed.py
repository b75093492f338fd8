"""Chips become the vectors that the models' authors meant; dlib itself is the oracle for dlib."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facekeep.terms.errors import Broken
from facekeep.terms.ports import Picture
from facekeep.terms.values import Float32, Grade
from facekeep.vision.align import aligned
from facekeep.vision.cards import EmbedderCard, shipped_cards
from facekeep.vision.embed import OnnxEmbedder, blob, unit
from facekeep.vision.models import Registry


def card(card_id: str) -> EmbedderCard:
    found = next(card for card in shipped_cards() if card.id == card_id)
    assert isinstance(found, EmbedderCard)
    return found


def chips(astronaut: Picture, admiral: Picture, registry: Registry) -> list[Picture]:
    detector = registry.detector()
    return [
        aligned(picture, detector.detect(picture)[0].landmarks, "dlib150")
        for picture in (astronaut, admiral)
    ]


def test_dlibs_network_gives_dlibs_vectors(
    packaged: Registry, dlib_file: Path, centerface_file: Path, astronaut: Picture, admiral: Picture
) -> None:
    """The same chip through dlib and through ONNX Runtime: equal to 1e-3 (measured: 1e-6)."""
    dlib = pytest.importorskip(
        "dlib", reason="dlib-bin is not installed: no oracle for its vectors"
    )
    oracle = dlib.face_recognition_model_v1(str(dlib_file))
    embedder = packaged.embedder("dlib-resnet")
    noise = np.random.default_rng(0).integers(0, 256, (150, 150, 3), dtype=np.uint8)
    for chip in [*chips(astronaut, admiral, packaged), noise]:
        theirs = np.array(oracle.compute_face_descriptor(np.ascontiguousarray(chip)))
        assert np.abs(embedder.describe(chip) - theirs).max() < 1e-3


def test_dlibs_chip_is_dlibs_chip(
    packaged: Registry, dlib_file: Path, centerface_file: Path, astronaut: Picture, admiral: Picture
) -> None:
    """Aligned by our landmarks or by dlib's own, the network sees the same person.

    dlib's documented distance of one person is 0.6.
    """
    dlib = pytest.importorskip("dlib", reason="dlib-bin is not installed: no oracle for its chips")
    five = dlib_file.parent / "shape_predictor_5_face_landmarks.dat"
    predictor, frontal = dlib.shape_predictor(str(five)), dlib.get_frontal_face_detector()
    oracle = dlib.face_recognition_model_v1(str(dlib_file))
    embedder = packaged.embedder("dlib-resnet")
    for picture, chip in zip(
        (astronaut, admiral), chips(astronaut, admiral, packaged), strict=True
    ):
        shape = predictor(picture, frontal(picture, 1)[0])
        theirs = np.array(oracle.compute_face_descriptor(picture, shape))
        assert np.linalg.norm(embedder.describe(chip) - theirs) < 0.3


def test_vectors_are_unit_and_of_the_cards_length(
    packaged: Registry, dlib_file: Path, centerface_file: Path, astronaut: Picture
) -> None:
    """``float32 (d,)``, norm 1."""
    embedder = packaged.embedder("dlib-resnet")
    vector = embedder.embed(astronaut, packaged.detector().detect(astronaut)[0])
    assert vector.shape == (embedder.dim,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)
    assert (embedder.model, embedder.grade) == ("dlib-resnet", Grade.DEMONSTRATION)


def test_dlib_is_centred(
    packaged: Registry, dlib_file: Path, centerface_file: Path, astronaut: Picture, admiral: Picture
) -> None:
    """Two strangers' raw vectors point the same way; centred ones do not."""
    embedder, detector = packaged.embedder("dlib-resnet"), packaged.detector()
    faces = [(picture, detector.detect(picture)[0]) for picture in (astronaut, admiral)]
    raw = [unit(embedder.describe(aligned(p, f.landmarks, "dlib150"))) for p, f in faces]
    centred = [embedder.embed(picture, face) for picture, face in faces]
    assert raw[0] @ raw[1] > 0.7
    assert centred[0] @ centred[1] < 0.4


def test_two_pictures_of_one_person_are_closer_than_two_people(
    everything: Registry, astronaut: Picture, admiral: Picture
) -> None:
    """The reference embedder, on a portrait, its mirror image, and somebody else."""
    embedder, detector = everything.embedder("mobilefacenet-foamliu"), everything.detector()
    mirrored = np.ascontiguousarray(astronaut[:, ::-1])
    one, same, other = (
        embedder.embed(picture, detector.detect(picture)[0])
        for picture in (astronaut, mirrored, admiral)
    )
    assert one @ same > 0.6
    assert one @ other < 0.3


def test_preprocessing_is_the_cards() -> None:
    """``(chip * scale - mean) / std`` per colour, in the card's order."""
    chip = np.zeros((112, 112, 3), dtype=np.uint8)
    chip[:] = (255, 0, 51)
    foamliu = card("mobilefacenet-foamliu").preprocessing
    rgb = blob(chip, foamliu)
    assert rgb.shape == (1, 3, 112, 112)
    assert rgb.dtype == np.float32
    wanted = [(1 - 0.485) / 0.229, -0.456 / 0.224, (0.2 - 0.406) / 0.225]
    assert rgb[0, :, 5, 5] == pytest.approx(wanted, abs=1e-5)
    assert blob(chip, replace(foamliu, colours="BGR"))[0, 2, 0, 0] == pytest.approx(
        (1 - 0.406) / 0.225, abs=1e-5
    )


@pytest.mark.parametrize("vector", [np.zeros(4), np.full(4, np.nan), np.array([np.inf, 0, 0, 1])])
def test_a_vector_without_direction_is_broken(vector: Float32) -> None:
    """A NaN or a zero is never compared."""
    with pytest.raises(Broken):
        unit(vector.astype(np.float32))


def test_a_network_of_another_length_is_refused() -> None:
    """The card's dimension is checked before the first face."""
    short: Float32 = np.ones((1, 64), dtype=np.float32)
    with pytest.raises(Broken):
        OnnxEmbedder(lambda _: [short], card("mobilefacenet-foamliu"))
