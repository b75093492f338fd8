"""The people of the tour: nobody's face. Where eyes would turn a photograph into a vector, these draw one.

A "photograph" here is the words ``name/number``. Vectors of one name lie close together, vectors of two
names do not; that is all a recognition network promises, and all a story about uses needs.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from facekeep.terms.errors import NoFace
from facekeep.terms.ports import Sight
from facekeep.terms.values import AttackVerdict, Features, Grade, Quality

SHARE = 0.9
"""How much of a vector is the person; the rest is the day, the light, the turn of the head."""


def shown(name: str, number: int) -> bytes:
    """What stands for one photograph of somebody."""
    return f"{name}/{number}".encode()


class DrawnPeople:
    """Eyes (``Sight``) that draw what they see; the model and its thresholds are the real ones."""

    def __init__(self, real: Sight) -> None:
        self._real = real

    @property
    def model(self) -> str:
        """The model card's id."""
        return self._real.model

    @property
    def grade(self) -> Grade:
        """What the model may be used for."""
        return self._real.grade

    @property
    def dim(self) -> int:
        """The vector's dimension."""
        return self._real.dim

    @property
    def calibration(self) -> str:
        """Which calibration sets the thresholds."""
        return self._real.calibration

    def threshold(self, fmr: float) -> int:
        """The code threshold at a false match rate."""
        return self._real.threshold(fmr)

    def features(self, source: Path | bytes) -> Features:
        """One drawn vector. Raises ``NoFace`` for whatever is no name and number."""
        if not isinstance(source, bytes) or b"/" not in source:
            raise NoFace("no face in the picture")
        person, day = _direction(self.dim, source.partition(b"/")[0]), _direction(self.dim, source)
        vector = SHARE * person + np.sqrt(1 - SHARE**2) * day
        vector = (vector / np.linalg.norm(vector)).astype(np.float32)
        quality = Quality(90, "size", {})
        return Features(vector, self.model, self.grade, quality, AttackVerdict.NOT_CHECKED)

    def for_enrolment(self, source: Path | bytes) -> Features:
        """The same for a lasting reference."""
        return self.features(source)


def _direction(dim: int, seed: bytes) -> NDArray[np.float64]:
    """A direction that a name always has."""
    lot = np.random.default_rng(int.from_bytes(sha256(b"tour" + seed).digest()[:16], "big"))
    drawn = lot.standard_normal(dim)
    unit: NDArray[np.float64] = drawn / np.linalg.norm(drawn)
    return unit
