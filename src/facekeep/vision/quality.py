"""How usable a sample is: size, sharpness, pose and exposure, each 0..100.

In the spirit of ISO/IEC 29794-5: each component is measured alone, on the aligned chip or the
landmarks, mapped linearly between a value that is useless and one that needs no improvement,
and the weakest governs. The bounds were set by looking at what blur, reduction and darkening do
to recognition on two portraits of public domain and on the development faces.
"""

from __future__ import annotations

import numpy as np

from facekeep.terms.ports import Picture
from facekeep.terms.values import Face, Float32, Quality
from facekeep.vision.align import Matrix, aligned

EYES_USELESS, EYES_GOOD = 8.0, 40.0
"""Distance between the eyes in picture pixels. The 112-pixel chip has 35."""

SHARPNESS_USELESS, SHARPNESS_GOOD = 0.008, 0.08
"""Share of the chip's local contrast that lies in its finest detail (see :func:`sharpness`)."""

YAW_USELESS, YAW_GOOD = 0.95, 0.30
"""Nose off the middle between the eyes, in half eye distances: 0 frontal, 1 above one eye."""

PITCH_USELESS, PITCH_GOOD = 0.40, 0.15
"""Nose off its usual height between eyes and mouth, as a share of that height."""

PITCH_FRONTAL = 0.52
"""Usual height of the nose tip: share of the way from eyes to mouth."""

DARK_USELESS, DARK_GOOD = 20.0, 70.0
BRIGHT_GOOD, BRIGHT_USELESS = 200.0, 245.0
"""Mean luminance of the face, 0..255."""

CONTRAST_USELESS, CONTRAST_GOOD = 15.0, 70.0
"""Luminance between the 5th and 95th percentile of the face."""

_LUMA = np.array([0.299, 0.587, 0.114])
"""ITU-R BT.601 weights of red, green, blue."""

_FACE = slice(16, 96)
"""Rows and columns of the 112-pixel chip that show skin rather than hair or background."""


def assess(picture: Picture, face: Face) -> Quality:
    """The sample's quality; ``value`` is that of the weakest component."""
    luminance = aligned(picture, face.landmarks, "arcface112") @ _LUMA
    components = {
        "size": _size(face.landmarks),
        "sharpness": sharpness(luminance),
        "pose": _pose(face.landmarks),
        "exposure": _exposure(luminance[_FACE, _FACE]),
    }
    weakest = min(components, key=lambda name: components[name])
    return Quality(components[weakest], weakest, components)


def _grade(value: float, useless: float, good: float) -> int:
    """0 at ``useless``, 100 at ``good``, linear between; either may be the larger."""
    return round(100 * float(np.clip((value - useless) / (good - useless), 0, 1)))


def eye_distance(landmarks: Float32) -> float:
    """Picture pixels between the eye centres."""
    return float(np.linalg.norm(landmarks[1] - landmarks[0]))


def _size(landmarks: Float32) -> int:
    return _grade(eye_distance(landmarks), EYES_USELESS, EYES_GOOD)


def sharpness(luminance: Matrix) -> int:
    """0..100 from the energy that a 3 x 3 mean removes, against all contrast of the face.

    The ratio does not change with brightness or contrast; a picture enlarged or out of focus
    loses nothing to the mean, because it holds no finer detail.
    """
    face = luminance[_FACE, _FACE]
    removed = face[1:-1, 1:-1] - _mean_of_nine(face)
    ratio = float(removed.std() / max(face.std(), 1.0))
    return _grade(ratio, SHARPNESS_USELESS, SHARPNESS_GOOD)


def _mean_of_nine(plane: Matrix) -> Matrix:
    rows = plane[:-2] + plane[1:-1] + plane[2:]
    mean: Matrix = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9
    return mean


def _pose(landmarks: Float32) -> int:
    """The worse of turning (yaw) and nodding (pitch). Rolling is undone by alignment."""
    across, down = _upright_coordinates(landmarks)
    yaw = abs(across[2])
    mouth = (down[3] + down[4]) / 2
    if mouth <= 0:
        return 0
    pitch = abs(down[2] / mouth - PITCH_FRONTAL)
    return min(
        _grade(yaw, YAW_USELESS, YAW_GOOD),
        _grade(float(pitch), PITCH_USELESS, PITCH_GOOD),
    )


def _upright_coordinates(landmarks: Float32) -> tuple[Matrix, Matrix]:
    """Positions along and across the eye line from its middle, in half eye distances."""
    points = landmarks.astype(np.float64)
    middle, half = (points[0] + points[1]) / 2, (points[1] - points[0]) / 2
    length = max(float(half @ half), 1e-9)
    relative = points - middle
    return relative @ half / length, relative @ np.array([-half[1], half[0]]) / length


def _exposure(face: Matrix) -> int:
    mean = float(face.mean())
    low, high = np.percentile(face, [5, 95])
    return min(
        _grade(mean, DARK_USELESS, DARK_GOOD),
        _grade(mean, BRIGHT_USELESS, BRIGHT_GOOD),
        _grade(float(high - low), CONTRAST_USELESS, CONTRAST_GOOD),
    )
