"""What ``collection`` and ``use`` see: one model, its thresholds, and where they come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from facekeep.terms.errors import CalibrationTooWeak, UnknownModel
from facekeep.terms.values import Grade
from facekeep.vision.calibration import threshold_for
from facekeep.vision.models import Registry
from facekeep.vision.sight import CalibratedEyes, sight_of


def test_thresholds_are_those_of_the_calibration(packaged: Registry, dlib_file: Path) -> None:
    """By the model card's own, named with population and date."""
    sight = CalibratedEyes(packaged, "dlib-resnet")
    calibration = packaged.calibration("dlib-resnet")
    assert calibration is not None
    assert sight.threshold(1e-3) == threshold_for(calibration, 1e-3)
    assert "faces-dev" in sight.calibration
    assert "2026-11-22" in sight.calibration
    assert (sight.model, sight.dim, sight.grade) == ("dlib-resnet", 128, Grade.DEMONSTRATION)


def test_a_rate_that_867_pictures_cannot_show_is_refused(
    packaged: Registry, dlib_file: Path
) -> None:
    """One in a million is beyond 369,421 pairs."""
    with pytest.raises(CalibrationTooWeak):
        CalibratedEyes(packaged, "dlib-resnet").threshold(1e-6)


def test_a_model_that_is_not_installed_is_refused(tmp_path: Path) -> None:
    """At the first question, with the remedy."""
    with pytest.raises(UnknownModel):
        sight_of("mobilefacenet-foamliu", tmp_path / "m", tmp_path / "c", 1).threshold(1e-3)
