"""Alignment is the best similarity, undoes every similarity, and does not alias."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facekeep.vision.align import ARCFACE_112, DLIB_150, TEMPLATES, aligned, similarity, warp

ANGLES = st.floats(-3.1, 3.1)
SCALES = st.floats(0.05, 20)
SHIFTS = st.floats(-500, 500)


@given(ANGLES, SCALES, SHIFTS, SHIFTS)
def test_a_similarity_is_found_again(angle: float, scale: float, x: float, y: float) -> None:
    """Landmarks moved by rotation, scale and shift come back onto the template."""
    rotation = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = (ARCFACE_112 @ rotation.T + (x, y)).astype(np.float64)
    matrix = similarity(moved, ARCFACE_112)
    assert np.allclose(moved @ matrix[:, :2].T + matrix[:, 2], ARCFACE_112, atol=1e-2)


@given(st.integers(0, 10_000))
def test_no_other_similarity_is_closer(seed: int) -> None:
    """Least squares: any small change of the answer is worse."""
    generator = np.random.default_rng(seed)
    source = generator.normal(size=(5, 2)) * 30
    matrix = similarity(source.astype(np.float32), ARCFACE_112)

    def error(scale: float, angle: float, shift: float) -> float:
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        mapped = source @ (scale * turn @ matrix[:, :2]).T + matrix[:, 2]
        middle = mapped.mean(axis=0) - ARCFACE_112.mean(axis=0)
        return float(((mapped - middle - ARCFACE_112 + shift) ** 2).sum())

    best = error(1, 0, 0)
    changes = [(1.01, 0, 0), (0.99, 0, 0), (1, 0.01, 0), (1, -0.01, 0), (1, 0, 0.1)]
    assert all(best <= error(*change) + 1e-6 for change in changes)


def test_a_mirrored_face_is_never_mirrored_back() -> None:
    """No reflection: a face stays the face it is."""
    mirrored = ARCFACE_112 * (-1, 1)
    assert np.linalg.det(similarity(mirrored.astype(np.float32), ARCFACE_112)[:, :2]) > 0


def test_one_point_five_times_is_survived() -> None:
    """A detector gone wrong gives a black or flat chip, not a crash."""
    picture = np.full((50, 50, 3), 9, dtype=np.uint8)
    chip = aligned(picture, np.full((5, 2), 25, np.float32), "arcface112")
    assert chip.shape == (112, 112, 3)


def test_the_identity_changes_nothing() -> None:
    """Pixel centres lie on whole numbers."""
    picture = np.random.default_rng(0).integers(0, 256, (40, 30, 3), dtype=np.uint8)
    unmoved = np.array([[1.0, 0, 0], [0, 1.0, 0]])
    assert np.array_equal(warp(picture, unmoved, 30, 40), picture)


def test_outside_is_black() -> None:
    """Border 0, as the embedders learnt it."""
    picture = np.full((10, 10, 3), 200, dtype=np.uint8)
    away = np.array([[1.0, 0, 100], [0, 1.0, 100]])
    assert warp(picture, away, 50, 50).max() == 0


@pytest.mark.parametrize("reduction", [2, 3.5, 8, 20])
def test_strong_reduction_averages(reduction: float) -> None:
    """A fine chequerboard becomes grey, not a coarser chequerboard."""
    rows, columns = np.indices((800, 800))
    board = (255 * ((rows + columns) % 2)).astype(np.uint8)
    picture = np.repeat(board[:, :, None], 3, axis=2)
    matrix = np.array([[1 / reduction, 0, 0], [0, 1 / reduction, 0]])
    inner = warp(picture, matrix, 40, 40)[2:-2, 2:-2].astype(float)
    assert abs(inner.mean() - 127.5) < 3
    assert inner.std() < 40


def test_reduction_keeps_positions() -> None:
    """Averaging first does not shift the face: a bright square lands where the matrix says."""
    picture = np.zeros((400, 400, 3), dtype=np.uint8)
    picture[160:240, 200:280] = 255
    matrix = np.array([[0.1, 0, 0], [0, 0.1, 0]])
    seen = warp(picture, matrix, 40, 40)[:, :, 0].astype(float)
    rows, columns = (np.indices(seen.shape) * seen).sum(axis=(1, 2)) / seen.sum()
    assert (rows, columns) == pytest.approx((19.95, 23.95), abs=0.05)


def test_templates_lie_inside_their_chips() -> None:
    """Eyes above nose above mouth, the viewer's left on the left."""
    assert TEMPLATES["dlib150"][0] is DLIB_150
    for points, side in TEMPLATES.values():
        assert points.min() > 0
        assert points.max() < side
        assert points[0, 0] < points[2, 0] < points[1, 0]
        assert points[:2, 1].max() < points[2, 1] < points[3:, 1].min()
