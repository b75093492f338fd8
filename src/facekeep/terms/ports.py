"""One-method doors between rooms; adapters are chosen in ``assembly`` and handed in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from facekeep.terms.values import Code, Face, Features, Float32, Grade

Picture = NDArray[np.uint8]
"""RGB pixels, ``uint8 (height, width, 3)``. Lives only inside ``vision.pipeline``."""


class Detector(Protocol):
    """Finds faces."""

    def detect(self, picture: Picture) -> Sequence[Face]:
        """Every face found, largest first."""
        ...


class Embedder(Protocol):
    """Turns one aligned face into a feature vector."""

    def embed(self, picture: Picture, face: Face) -> Float32:
        """A unit vector ``float32 (d,)``."""
        ...


class AttackJudge(Protocol):
    """Presentation-attack detection on the uncropped face context."""

    def bona_fide_score(self, picture: Picture, face: Face) -> float:
        """0..1; at least 0.5 passes."""
        ...


class Clock(Protocol):
    """Wall time, handed in."""

    def __call__(self) -> float:
        """Seconds since 1970, UTC."""
        ...


class Entropy(Protocol):
    """Random bytes, handed in."""

    def __call__(self, n: int, /) -> bytes:
        """``n`` bytes from the operating system."""
        ...


class CodeEncoder(Protocol):
    """The edge: feature vector to protected-domain code."""

    def __call__(self, vector: Float32, /) -> Code:
        """Rotate and quantise."""
        ...


class Progress(Protocol):
    """Told of long work as it goes."""

    def __call__(self, done: int, total: int, /) -> None:
        """``done`` of ``total`` steps are finished."""
        ...


class Sight(Protocol):
    """Eyes with one model and its calibration, as ``collection`` and ``use`` see them."""

    @property
    def model(self) -> str:
        """The model card's id."""
        ...

    @property
    def grade(self) -> Grade:
        """What the model may be used for."""
        ...

    @property
    def dim(self) -> int:
        """d: the feature vector's dimension."""
        ...

    @property
    def calibration(self) -> str:
        """Which calibration sets the thresholds: its population and date."""
        ...

    def features(self, source: Path | bytes) -> Features:
        """One picture to features; the pixels die inside. Raises ``NotRecognised``."""
        ...

    def for_enrolment(self, source: Path | bytes) -> Features:
        """The same with the higher quality a lasting reference needs."""
        ...

    def threshold(self, fmr: float) -> int:
        """The code threshold at a false match rate. Raises ``CalibrationTooWeak``."""
        ...
