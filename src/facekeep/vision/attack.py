"""Presentation-attack detection (ISO/IEC 30107-3) with the MiniFASNet pair.

The networks judge a face by its surroundings: 2.7 and 4 times its box in the *whole frame*. On a
tight crop their answer is worth nothing (equal error rate 27 %), so the check comes before any
cropping and a crop that a client sends cannot be checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from facekeep.terms.errors import PresentationAttack
from facekeep.terms.ports import AttackJudge, Picture
from facekeep.terms.values import AttackVerdict, Box, Face, Float32
from facekeep.vision.align import Matrix, sample
from facekeep.vision.sessions import Network

PASS = 0.5
"""Least mean bona fide score that passes."""

BONA_FIDE = 1
"""The class of bona fide presentations; 0 and 2 are attacks."""

SIDE = 80
"""Input of both networks, in pixels."""


def check(judge: AttackJudge | None, picture: Picture, face: Face) -> AttackVerdict:
    """The verdict on one face of an uncropped frame.

    ``NOT_CHECKED`` without a judge. Raises :class:`PresentationAttack` under :data:`PASS`.
    """
    if judge is None:
        return AttackVerdict.NOT_CHECKED
    if not judge.bona_fide_score(picture, face) >= PASS:  # not "<": a NaN must not pass
        raise PresentationAttack("The attack check did not accept this capture")
    return AttackVerdict.PASSED


@dataclass(frozen=True, slots=True)
class ContextNetwork:
    """A MiniFASNet and how many face boxes wide it looks."""

    network: Network
    context: float


class MiniFasnetPair:
    """The mean of networks that look at the face from different distances."""

    def __init__(self, networks: Sequence[ContextNetwork]) -> None:
        """Each takes ``float32 (1, 3, 80, 80)`` BGR 0..255 and gives three logits."""
        self._networks = tuple(networks)

    def bona_fide_score(self, picture: Picture, face: Face) -> float:
        """0..1, the mean probability of class 1; at least 0.5 passes."""
        scores = [self._score(member, picture, face) for member in self._networks]
        return float(np.mean(scores))

    def _score(self, member: ContextNetwork, picture: Picture, face: Face) -> float:
        corners = context_corners(face.box, member.context, picture.shape[1], picture.shape[0])
        crop = resized(picture, corners)
        blob = np.ascontiguousarray(crop[:, :, ::-1].transpose(2, 0, 1)[None], dtype=np.float32)
        return float(_softmax(member.network(blob)[0][0])[BONA_FIDE])


def context_corners(box: Box, context: float, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the surroundings, in pixels, the last two included.

    The box grows by ``context``, or less where the frame is smaller, about its centre; where it
    crosses the frame it is shifted inside without shrinking (the published code's rule).
    """
    factor = min(context, (height - 1) / box.height, (width - 1) / box.width)
    left, right = _span(box.x, box.width, factor, width)
    top, bottom = _span(box.y, box.height, factor, height)
    return left, top, right, bottom


def _span(start: float, length: float, factor: float, limit: int) -> tuple[int, int]:
    grown = length * factor
    low = start + length / 2 - grown / 2
    low = min(max(low, 0.0), limit - 1 - grown)
    return max(int(low), 0), min(int(low + grown), limit - 1)


def resized(picture: Picture, corners: tuple[int, int, int, int]) -> Float32:
    """The region as ``float32 (80, 80, 3)`` 0..255.

    Plain bilinear without averaging, although it aliases: the networks learnt from pictures
    reduced that way, and a screen's grid shows in just that.
    """
    left, top, right, bottom = corners
    region = picture[top : bottom + 1, left : right + 1]
    x = _centres(region.shape[1])
    y = _centres(region.shape[0])
    columns, rows = np.meshgrid(x, y)
    return np.rint(sample(region, columns, rows)).astype(np.float32)


def _centres(length: int) -> Matrix:
    """Positions of 80 pixel centres in a row of ``length`` pixels, kept inside it."""
    centres = (np.arange(SIDE) + 0.5) * length / SIDE - 0.5
    inside: Matrix = np.clip(centres, 0, length - 1)
    return inside


def _softmax(logits: Float32) -> Float32:
    powers = np.exp(logits - logits.max())
    shares: Float32 = powers / powers.sum()
    return shares
