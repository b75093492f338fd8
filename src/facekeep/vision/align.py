"""From five landmarks to an upright chip of fixed size: least squares, then one bilinear warp."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facekeep.terms.ports import Picture
from facekeep.terms.values import Float32

Matrix = NDArray[np.float64]
"""``float64 (2, 3)``: maps picture pixels ``(x, y, 1)`` to chip pixels ``(x, y)``."""

ARCFACE_112: Float32 = np.array(
    [
        [38.2946, 51.6963],
        [73.5318, 51.5014],
        [56.0252, 71.7366],
        [41.5493, 92.3655],
        [70.7299, 92.2041],
    ],
    dtype=np.float32,
)
"""Landmarks in the 112 x 112 chip (ArcFace's template)."""

DLIB_150: Float32 = np.array(
    [
        [47.5, 46.5],
        [102.5, 46.3],
        [74.4, 78.7],
        [51.5, 103.6],
        [98.1, 103.2],
    ],
    dtype=np.float32,
)
"""Landmarks in dlib's 150 x 150 chip (``get_face_chip``, padding 0.25).

dlib aligns eye corners and the base of the nose, which our detectors do not give. These are the
mean positions of CenterFace's and YuNet's landmarks after dlib's own alignment (frontal HOG
detector, 5-point predictor c4b1e980...1888) of 430 of the development faces; the two detectors
differ by 1.1 pixels in the median. dlib's mean shape puts the eyes at (47.7, 47.1), (100.3, 47.1).
"""

TEMPLATES: dict[str, tuple[Float32, int]] = {
    "arcface112": (ARCFACE_112, 112),
    "dlib150": (DLIB_150, 150),
}
"""Template name to landmarks and chip side, in pixels."""

MARGIN = 2 * 64
"""Picture pixels kept around the chip: averaging blocks reach beyond it."""

MAX_REDUCTION = 64
"""Most pixels a side averaged into one before the warp."""


def aligned(picture: Picture, landmarks: Float32, template: str) -> Picture:
    """The chip ``uint8 (side, side, 3)`` with the face's landmarks where the template has them."""
    points, side = TEMPLATES[template]
    return warp(picture, similarity(landmarks, points), side, side)


def similarity(source: Float32, target: Float32) -> Matrix:
    """The rotation, one scale and translation that bring ``source`` closest to ``target``.

    Both are ``(n, 2)``. Umeyama, "Least-squares estimation of transformation parameters", 1991,
    equations 40-42; never a reflection. All points equal gives a scale of 0.
    """
    a, b = source.astype(np.float64), target.astype(np.float64)
    a_mean, b_mean = a.mean(axis=0), b.mean(axis=0)
    a, b = a - a_mean, b - b_mean
    u, singular, vt = np.linalg.svd(b.T @ a / len(a))
    signs = np.array([1.0, np.sign(np.linalg.det(u @ vt)) or 1.0])
    rotation = (u * signs) @ vt
    scale = float(singular @ signs) / max(float((a**2).sum()) / len(a), 1e-12)
    linear = scale * rotation
    return np.column_stack([linear, b_mean - linear @ a_mean])


def warp(picture: Picture, matrix: Matrix, width: int, height: int) -> Picture:
    """The picture seen through ``matrix``: ``uint8 (height, width, 3)``, black outside.

    Where the chip is less than half as fine as the picture, the picture is averaged down first,
    so that no detail folds back as noise.
    """
    smaller, finer = _reduced(*_cropped(picture, matrix, width, height))
    x, y = _positions(finer, width, height)
    return np.rint(sample(smaller, x, y)).astype(np.uint8)


def _cropped(picture: Picture, matrix: Matrix, width: int, height: int) -> tuple[Picture, Matrix]:
    """Only what the chip shows, so that a large picture costs no more than its face."""
    x, y = _positions(matrix, 2, 2, (width - 1, height - 1))
    left, right = _bounds(x, picture.shape[1])
    top, bottom = _bounds(y, picture.shape[0])
    moved = matrix[:, :2] @ np.array([left, top]) + matrix[:, 2]
    return picture[top:bottom, left:right], np.column_stack([matrix[:, :2], moved])


def _bounds(positions: Matrix, length: int) -> tuple[int, int]:
    """The stretch of ``0..length`` around ``positions``, never empty."""
    low, high = float(positions.min()) - MARGIN, float(positions.max()) + MARGIN
    start = int(np.clip(low, 0, length - 1))
    return start, int(np.clip(high, start + 1, length))


def _reduced(picture: Picture, matrix: Matrix) -> tuple[Picture, Matrix]:
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    factor = min(int(1 / max(scale, 1e-6)), MAX_REDUCTION, *picture.shape[:2])
    if factor < 2:
        return picture, matrix
    averaged = np.asarray(Image.fromarray(picture).reduce(factor))
    # pixel centres: x = factor * x' + (factor - 1) / 2
    linear = matrix[:, :2] * factor
    offset = matrix[:, :2] @ np.full(2, (factor - 1) / 2) + matrix[:, 2]
    return averaged, np.column_stack([linear, offset])


def _positions(
    matrix: Matrix, width: int, height: int, step: tuple[int, int] = (1, 1)
) -> tuple[Matrix, Matrix]:
    """Where every ``step``-th chip pixel lies in the picture: ``x``, ``y``: ``(height, width)``."""
    inverse = np.linalg.pinv(matrix[:, :2])
    columns, rows = np.meshgrid(
        np.arange(width) * step[0] - matrix[0, 2], np.arange(height) * step[1] - matrix[1, 2]
    )
    x = inverse[0, 0] * columns + inverse[0, 1] * rows
    y = inverse[1, 0] * columns + inverse[1, 1] * rows
    return x, y


def sample(picture: Picture, x: Matrix, y: Matrix) -> Matrix:
    """Bilinear values ``float64 (*x.shape, 3)`` at ``x``, ``y``; 0 beyond the border."""
    height, width = picture.shape[:2]
    x, y = np.clip(x, -2, width + 1), np.clip(y, -2, height + 1)
    left, top = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    right_share, lower_share = (x - left)[..., None], (y - top)[..., None]
    upper = _at(picture, left, top) * (1 - right_share) + _at(picture, left + 1, top) * right_share
    lower = (
        _at(picture, left, top + 1) * (1 - right_share)
        + _at(picture, left + 1, top + 1) * right_share
    )
    blended: Matrix = upper * (1 - lower_share) + lower * lower_share
    return blended


def _at(picture: Picture, x: NDArray[np.intp], y: NDArray[np.intp]) -> Matrix:
    height, width = picture.shape[:2]
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    values = picture[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
    seen: Matrix = values.astype(np.float64) * inside[..., None]
    return seen
