"""Faces are found where they are, whatever the picture's size; boxes are decoded as published."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from facekeep.terms.ports import Detector, Picture
from facekeep.terms.values import Float32
from facekeep.vision.detect import CenterFace, YuNet, non_maximum_suppression
from facekeep.vision.models import Registry

# Eyes, nose tip and mouth corners of the astronaut, marked by hand to about 3 pixels.
ASTRONAUT = np.array([[202, 102], [247, 103], [222, 125], [201, 143], [240, 144]], np.float32)


@pytest.fixture(scope="module")
def centerface(packaged: Registry, centerface_file: object) -> Detector:
    return packaged.detector("centerface")


@pytest.fixture(scope="module")
def yunet(everything: Registry) -> Detector:
    return everything.detector("yunet")


@pytest.fixture(params=["centerface", "yunet"])
def detector(request: pytest.FixtureRequest) -> Detector:
    found: Detector = request.getfixturevalue(request.param)
    return found


def test_landmarks_come_in_the_documented_order(detector: Detector, astronaut: Picture) -> None:
    """Eye at the viewer's left, other eye, nose tip, mouth corner at the viewer's left, other."""
    (face,) = detector.detect(astronaut)
    assert face.landmarks.shape == (5, 2)
    assert face.landmarks.dtype == np.float32
    assert np.abs(face.landmarks - ASTRONAUT).max() < 6
    assert 0.5 < face.confidence <= 1


def test_the_box_holds_the_landmarks(detector: Detector, admiral: Picture) -> None:
    """Left, top, width, height in picture pixels."""
    (face,) = detector.detect(admiral)
    low = (face.box.x, face.box.y)
    high = (face.box.x + face.box.width, face.box.y + face.box.height)
    assert (face.landmarks > low).all()
    assert (face.landmarks < high).all()


@pytest.mark.parametrize("scale", [0.4, 0.73, 1.9, 4])
def test_positions_are_those_of_the_picture_handed_in(
    detector: Detector, astronaut: Picture, scale: float
) -> None:
    """Large pictures are reduced and all are padded; nobody outside notices."""
    size = round(512 * scale)
    resized = np.asarray(Image.fromarray(astronaut).resize((size, size)))
    (face,) = detector.detect(resized)
    assert np.abs(face.landmarks / scale - ASTRONAUT).max() < 8


def test_long_pictures_are_not_stretched(detector: Detector, astronaut: Picture) -> None:
    """A strip three times as wide as high: the face keeps its proportions."""
    strip = np.zeros((512, 1536, 3), dtype=np.uint8)
    strip[:, 900:1412] = astronaut
    (face,) = detector.detect(strip)
    assert np.abs(face.landmarks - ASTRONAUT - (900, 0)).max() < 12


def test_two_people_are_two_faces(detector: Detector, astronaut: Picture, admiral: Picture) -> None:
    """Largest first."""
    both = np.zeros((600, 1024, 3), dtype=np.uint8)
    both[:512, :512], both[:, 512:] = astronaut, admiral
    first, second = detector.detect(both)
    assert first.box.width * first.box.height >= second.box.width * second.box.height
    assert first.box.x > 512 > second.box.x


@pytest.mark.parametrize("shape", [(1, 1), (3, 700), (33, 31), (64, 64)])
def test_nobody_is_found_in_nothing(detector: Detector, shape: tuple[int, int]) -> None:
    """Black pictures of awkward sizes."""
    assert list(detector.detect(np.zeros((*shape, 3), dtype=np.uint8))) == []


def test_both_detectors_agree(centerface: Detector, yunet: Detector, admiral: Picture) -> None:
    """Two networks of two authors see the same face to a fifth of its eyes' distance."""
    (one,), (other,) = centerface.detect(admiral), yunet.detect(admiral)
    assert np.abs(one.landmarks - other.landmarks).max() < 17


def test_centerface_is_decoded_as_published() -> None:
    """One hot cell at row 3, column 5: formulas of the published ``centerface.py``."""

    def network(values: Float32, /) -> list[Float32]:
        heat, size = np.zeros((1, 1, 16, 16)), np.zeros((1, 2, 16, 16))
        offset, marks = np.zeros((1, 2, 16, 16)), np.zeros((1, 10, 16, 16))
        heat[0, 0, 3, 5] = 0.9
        size[0, :, 3, 5] = np.log([6, 4])  # height 24, width 16
        offset[0, :, 3, 5] = (0.25, -0.25)
        marks[0, :, 3, 5] = np.arange(10) / 10  # y, x of each landmark in box sizes
        return [heat, size, offset, marks]

    (face,) = CenterFace(network).detect(np.zeros((64, 64, 3), np.uint8))
    left, top = (5 - 0.25 + 0.5) * 4 - 8, (3 + 0.25 + 0.5) * 4 - 12
    assert (face.box.x, face.box.y) == pytest.approx((left, top))
    assert (face.box.width, face.box.height) == pytest.approx((16, 24))
    assert face.landmarks[1] == pytest.approx((left + 0.3 * 16, top + 0.2 * 24))


@pytest.mark.parametrize("size", [0.0, np.nan, -40.0])
def test_a_face_outside_the_picture_is_none(size: float) -> None:
    """Boxes of no area would divide by zero further on."""

    def network(values: Float32, /) -> list[Float32]:
        outputs = [np.zeros((1, channels, 16, 16)) for channels in (1, 2, 2, 10)]
        outputs[0][0, 0, 3, 5] = 0.9
        outputs[1][0, :, 3, 5] = size
        outputs[2][0, :, 3, 5] = 500
        return outputs

    assert CenterFace(network).detect(np.zeros((64, 64, 3), np.uint8)) == []


def test_yunet_is_decoded_as_published() -> None:
    """One cell of stride 16 at row 2, column 7, and colours in the order blue, green, red."""
    seen: list[Float32] = []

    def network(values: Float32, /) -> list[Float32]:
        seen.append(values)
        cells = [(640 // stride) ** 2 for stride in (8, 16, 32)]
        outputs = [np.zeros((1, n, width)) for width in (1, 1, 4, 10) for n in cells]
        at = 2 * 40 + 7
        outputs[1][0, at], outputs[4][0, at] = 0.81, 1.0
        outputs[7][0, at] = (0.5, 0.25, np.log(2), np.log(3))
        outputs[10][0, at] = np.arange(10)
        return outputs

    picture = np.zeros((640, 640, 3), np.uint8)
    picture[:, :, 0] = 7
    (face,) = YuNet(network).detect(picture)
    assert face.confidence == pytest.approx(0.9)
    assert (face.box.x + face.box.width / 2, face.box.y + face.box.height / 2) == (120, 36)
    assert (face.box.width, face.box.height) == pytest.approx((32, 48))
    assert face.landmarks[1] == pytest.approx(((7 + 2) * 16, (2 + 3) * 16))
    assert seen[0][0, :, 0, 0].tolist() == [0, 0, 7]


@given(st.integers(0, 10_000), st.integers(0, 30))
def test_suppression_keeps_the_best_and_no_overlap(seed: int, count: int) -> None:
    """No two kept boxes overlap, and every fallen one overlaps a better kept one."""
    generator = np.random.default_rng(seed)
    corners = generator.uniform(0, 50, (count, 2))
    boxes = np.hstack([corners, corners + generator.uniform(1, 40, (count, 2))]).astype(np.float32)
    scores = generator.uniform(size=count).astype(np.float32)
    kept = non_maximum_suppression(boxes, scores, 0.3)

    def share(a: int, b: int) -> float:
        low, high = np.maximum(boxes[a, :2], boxes[b, :2]), np.minimum(boxes[a, 2:], boxes[b, 2:])
        common = float(np.prod(np.clip(high - low, 0, None)))
        areas = np.prod(boxes[[a, b], 2:] - boxes[[a, b], :2], axis=1)
        return common / float(areas.sum() - common)

    assert all(share(a, b) < 0.3 + 1e-5 for a in kept for b in kept if a != b)
    for fallen in set(range(count)) - set(kept):
        assert any(share(fallen, k) >= 0.3 - 1e-5 and scores[k] >= scores[fallen] for k in kept)
