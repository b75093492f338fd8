"""The eyes: a picture goes in, features come out, and the pixels die here.

Order, always: decode, strip metadata, detect, quality, attack check on the uncropped frame,
align, embed, drop the pixels. This is the only holder of pixels: nothing here returns them,
keeps them after a call, or writes them anywhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from facekeep.terms.cores import spread
from facekeep.terms.errors import NoFace, SeveralFaces, TooPoor
from facekeep.terms.ports import AttackJudge, Detector, Embedder, Picture
from facekeep.terms.values import Face, Features, Grade, Quality
from facekeep.vision.attack import check
from facekeep.vision.picture import read_picture
from facekeep.vision.quality import assess

COMPARABLE = 0.5
"""A second face whose box is at least this share of the largest one's, by the geometric mean of
its sides, makes it unclear who is asking; a smaller one is somebody in the background."""

LEAST_PROBE_QUALITY = 10
"""Under this a sample is refused: what is left of it compares like noise."""

LEAST_ENROLMENT_QUALITY = 30
"""Under this a sample is not enrolled: every later comparison would pay for it."""

NOBODY = "No face was found in the picture"

Choose = Callable[[Sequence[Face], Picture], Face]
"""Picks the person among the faces found, or raises."""

_REASONS = {
    "size": "The face is too small in the picture; come closer",
    "sharpness": "The face is blurred; hold still, or clean the lens",
    "pose": "The face is turned away; look into the camera",
    "exposure": "The face is too dark, too bright or too flat; change the light",
}


class NamedEmbedder(Embedder, Protocol):
    """An embedder that says which model it is."""

    @property
    def model(self) -> str:
        """The model card's id."""
        ...

    @property
    def grade(self) -> Grade:
        """What the model may be used for."""
        ...


class Eyes:
    """From picture to features. Holds no state of any picture; safe to share between threads."""

    def __init__(
        self, detector: Detector, embedder: NamedEmbedder, judge: AttackJudge | None = None
    ) -> None:
        """Without a ``judge`` features say that attacks were not checked."""
        self._detector, self._embedder, self._judge = detector, embedder, judge

    def features(self, source: bytes | Path) -> Features:
        """The features of the one person in the picture, good enough to be compared.

        Raises :class:`~facekeep.terms.errors.NotAPicture`,
        :class:`~facekeep.terms.errors.PictureTooLarge`, :class:`NoFace`, :class:`SeveralFaces`,
        :class:`TooPoor` and :class:`~facekeep.terms.errors.PresentationAttack`.
        """
        return self._seen(source, the_one, LEAST_PROBE_QUALITY)

    def for_enrolment(self, source: bytes | Path) -> Features:
        """As :meth:`features`, with the higher quality that a lasting reference needs."""
        return self._seen(source, the_one, LEAST_ENROLMENT_QUALITY)

    def for_evaluation(self, source: bytes | Path) -> Features:
        """As :meth:`features`, but of the face nearest the middle, whoever stands beside it.

        For labelled collections, whose subject is in the middle; never for a person who asks.
        """
        return self._seen(source, nearest_the_middle, LEAST_PROBE_QUALITY)

    def _seen(self, source: bytes | Path, choose: Choose, least: int) -> Features:
        with spread():
            return self._looked_at(source, choose, least)

    def _looked_at(self, source: bytes | Path, choose: Choose, least: int) -> Features:
        picture = read_picture(source)
        face = choose(self._detector.detect(picture), picture)
        quality = _good_enough(picture, face, least)
        verdict = check(self._judge, picture, face)
        vector = self._embedder.embed(picture, face)
        return Features(vector, self._embedder.model, self._embedder.grade, quality, verdict)


def the_one(faces: Sequence[Face], _: Picture) -> Face:
    """The only face of its size; ``faces`` come largest first.

    Raises :class:`NoFace`, and :class:`SeveralFaces` when another is :data:`COMPARABLE`.
    """
    if not faces:
        raise NoFace(NOBODY)
    if len(faces) > 1 and _size(faces[1]) >= COMPARABLE * _size(faces[0]):
        raise SeveralFaces("Several people are in the picture; show only one")
    return faces[0]


def nearest_the_middle(faces: Sequence[Face], picture: Picture) -> Face:
    """The face whose box's centre is nearest the picture's. Raises :class:`NoFace`."""
    if not faces:
        raise NoFace(NOBODY)
    height, width = picture.shape[:2]
    return min(faces, key=lambda face: _from(face, width / 2, height / 2))


def _from(face: Face, x: float, y: float) -> float:
    box = face.box
    return math.hypot(box.x + box.width / 2 - x, box.y + box.height / 2 - y)


def _size(face: Face) -> float:
    return float((face.box.width * face.box.height) ** 0.5)


def _good_enough(picture: Picture, face: Face, least: int) -> Quality:
    quality = assess(picture, face)
    if quality.value < least:
        raise TooPoor(_REASONS[quality.weakest])
    return quality
