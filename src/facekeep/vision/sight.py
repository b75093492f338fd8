"""Eyes with one model and its calibration, ready for ``collection`` and ``use``."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from facekeep.terms.errors import CalibrationTooWeak
from facekeep.terms.values import Features, Grade
from facekeep.vision.calibration import Calibration, threshold_for
from facekeep.vision.embed import OnnxEmbedder
from facekeep.vision.mask import Holds, MaskedDetector
from facekeep.vision.models import Registry
from facekeep.vision.pipeline import Eyes


class CalibratedEyes:
    """One embedder, one detector, the attack check where installed, and the thresholds."""

    def __init__(self, registry: Registry, model: str, mask: Holds | None = None) -> None:
        self._registry, self.model, self._mask = registry, model, mask

    @property
    def grade(self) -> Grade:
        """What the model may be used for."""
        return self._embedder.grade

    @property
    def dim(self) -> int:
        """d: the feature vector's dimension."""
        return self._embedder.dim

    @property
    def calibration(self) -> str:
        """Which calibration sets the thresholds."""
        known = self._calibration
        return "none" if known is None else f"{known.population.name}, {known.population.date}"

    def features(self, source: Path | bytes) -> Features:
        """One picture to features; the pixels die inside."""
        return self._eyes.features(source)

    def for_enrolment(self, source: Path | bytes) -> Features:
        """The same with the higher quality a lasting reference needs."""
        return self._eyes.for_enrolment(source)

    def threshold(self, fmr: float) -> int:
        """The code threshold at a false match rate. Raises ``CalibrationTooWeak``."""
        if self._calibration is None:
            raise CalibrationTooWeak(
                "this model has no calibration", "Calibrate it: facekeep calibrate DIR --model ID"
            )
        return threshold_for(self._calibration, fmr)

    @cached_property
    def _embedder(self) -> OnnxEmbedder:
        return self._registry.embedder(self.model)

    @cached_property
    def _calibration(self) -> Calibration | None:
        return self._registry.calibration(self.model)

    @cached_property
    def _eyes(self) -> Eyes:
        """The detector the thresholds were calibrated with: another would move the landmarks."""
        known = self._calibration
        detector = self._registry.detector(known.population.detector if known else None)
        masked = detector if self._mask is None else MaskedDetector(detector, self._mask)
        return Eyes(masked, self._embedder, self._registry.attack_judge())


def sight_of(
    model: str, models_dir: Path, cache_dir: Path, threads: int, mask: Holds | None = None
) -> CalibratedEyes:
    """The eyes of one model card's id; with a mask they see nobody outside a zone."""
    return CalibratedEyes(Registry(models_dir, cache_dir, threads), model, mask)
