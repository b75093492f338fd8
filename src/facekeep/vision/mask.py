"""The mask of a collection zone: faces outside it are dropped before anything is read from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from facekeep.terms.ports import Detector, Picture
from facekeep.terms.values import Face

Holds = Callable[[float, float], bool]
"""Whether a point lies in the zone: shares of the picture's width and height, from the top left."""


class MaskedDetector:
    """A detector that sees nobody outside a zone (Measures art. 13: a reasonable collection area).

    A face counts as outside where the middle of its box does.
    """

    def __init__(self, detector: Detector, holds: Holds) -> None:
        self._detector, self._holds = detector, holds

    def detect(self, picture: Picture) -> Sequence[Face]:
        """The faces inside, largest first."""
        height, width = picture.shape[:2]
        faces = self._detector.detect(picture)
        return [face for face in faces if self._holds(*_middle(face, width, height))]


def _middle(face: Face, width: int, height: int) -> tuple[float, float]:
    box = face.box
    return (box.x + box.width / 2) / width, (box.y + box.height / 2) / height
