"""The attack check sees the whole frame, follows the published rule, and fails closed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facekeep.terms.errors import PresentationAttack
from facekeep.terms.ports import Picture
from facekeep.terms.values import AttackVerdict, Box, Face, Float32
from facekeep.vision.attack import ContextNetwork, MiniFasnetPair, check, context_corners, resized
from facekeep.vision.models import Registry

FACE = Face(Box(40, 40, 20, 20), np.zeros((5, 2), np.float32), 1.0)
FRAME = np.zeros((100, 100, 3), np.uint8)


class Judge:
    """Says what it is told to say."""

    def __init__(self, score: float) -> None:
        self.score = score

    def bona_fide_score(self, picture: Picture, face: Face) -> float:
        return self.score


def test_without_a_judge_nothing_was_checked() -> None:
    """Absent is said to be absent."""
    assert check(None, FRAME, FACE) is AttackVerdict.NOT_CHECKED


@pytest.mark.parametrize("score", [0.5, 0.73, 1.0])
def test_half_and_more_passes(score: float) -> None:
    """The published threshold, itself included."""
    assert check(Judge(score), FRAME, FACE) is AttackVerdict.PASSED


@pytest.mark.parametrize("score", [0.0, 0.4999, float("nan")])
def test_less_is_an_attack(score: float) -> None:
    """And so is no number at all."""
    with pytest.raises(PresentationAttack):
        check(Judge(score), FRAME, FACE)


def test_the_score_is_the_mean_probability_of_class_one() -> None:
    """Softmax of each network, class 1, mean of both."""
    logits: list[Float32] = [
        np.array([[0, np.log(2), 0]], np.float32),
        np.zeros((1, 3), np.float32),
    ]
    pair = MiniFasnetPair([ContextNetwork(lambda _, own=own: [own], 2.7) for own in logits])
    assert pair.bona_fide_score(FRAME, FACE) == pytest.approx((0.5 + 1 / 3) / 2)


def test_networks_see_blue_first_and_unscaled() -> None:
    """BGR 0..255, 80 x 80."""
    seen: list[Float32] = []

    def network(values: Float32, /) -> list[Float32]:
        seen.append(values)
        return [np.zeros((1, 3), np.float32)]

    red = FRAME.copy()
    red[:, :, 0] = 200
    MiniFasnetPair([ContextNetwork(network, 2.7)]).bona_fide_score(red, FACE)
    assert seen[0].shape == (1, 3, 80, 80)
    assert seen[0][0, :, 40, 40].tolist() == [0, 0, 200]


def test_the_context_is_centred() -> None:
    """2.7 times the box about its centre, corners truncated, the last pixel included."""
    assert context_corners(Box(40, 40, 20, 20), 2.7, 100, 100) == (23, 23, 77, 77)


def test_the_context_is_shifted_not_shrunk() -> None:
    """At the frame's edge the box moves inside and keeps its size."""
    left, top, right, bottom = context_corners(Box(0, 80, 20, 20), 2.7, 100, 100)
    assert (left, bottom) == (0, 99)
    assert (right - left, bottom - top) == (54, 54)


def test_the_context_shrinks_only_when_the_frame_is_too_small() -> None:
    """Factor (H - 1) / h at most."""
    assert context_corners(Box(10, 10, 80, 80), 4.0, 100, 100) == (0, 0, 99, 99)


@given(
    st.floats(0, 300),
    st.floats(0, 300),
    st.floats(1, 400),
    st.floats(1, 400),
    st.integers(2, 300),
    st.integers(2, 300),
    st.floats(1, 5),
)
def test_the_context_lies_in_the_frame(
    x: float, y: float, w: float, h: float, width: int, height: int, context: float
) -> None:
    """Whatever the detector says."""
    left, top, right, bottom = context_corners(Box(x, y, w, h), context, width, height)
    assert 0 <= left <= right < width
    assert 0 <= top <= bottom < height


def test_resizing_keeps_the_region() -> None:
    """A region of 80 x 80 pixels passes unchanged."""
    picture = np.random.default_rng(0).integers(0, 256, (100, 100, 3), dtype=np.uint8)
    assert np.array_equal(resized(picture, (10, 5, 89, 84)), picture[5:85, 10:90])


def test_portraits_are_bona_fide(
    everything: Registry, astronaut: Picture, admiral: Picture
) -> None:
    """Two photographs of people pass. They say nothing about attacks, of which we keep no pictures."""
    judge, detector = everything.attack_judge(), everything.detector()
    for picture in (astronaut, admiral):
        assert check(judge, picture, detector.detect(picture)[0]) is AttackVerdict.PASSED
