"""From photographs to one sample: features of every photograph that serves, fused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import numpy as np

from facekeep.governance.purposes import Purpose
from facekeep.terms.errors import NotRecognised, TooPoor
from facekeep.terms.ports import Sight
from facekeep.terms.values import NORM_BOUND, Features, Float32

AGREEMENT_FMR = 1e-3
"""Photographs of one enrolment must match each other at this rate."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Several photographs as one feature vector ``float32 (d,)``, and how they did."""

    vector: Float32 = field(repr=False)
    best: Features
    used: int
    left_out: tuple[str, ...]


def sample_of(photos: Sequence[Path | bytes], sight: Sight, purpose: Purpose) -> Sample:
    """The mean direction of the photographs that serve; the others' reasons beside it.

    Raises the first reason where none serves, ``TooPoor`` where they may show different people.
    """
    kept: list[Features] = []
    reasons: list[NotRecognised] = []
    for photo in photos:
        try:
            kept.append(_good_enough(sight.for_enrolment(photo), purpose))
        except NotRecognised as reason:
            reasons.append(reason)
    if not kept:
        raise reasons[0] if reasons else TooPoor("no photograph was given")
    _refuse_disagreement(kept, sight)
    best = max(kept, key=lambda features: features.quality.value)
    return Sample(_fused(kept), best, len(kept), tuple(reason.code for reason in reasons))


def _good_enough(features: Features, purpose: Purpose) -> Features:
    quality = features.quality
    if quality.value < purpose.least_quality:
        raise TooPoor(f"the photograph's {quality.weakest} is too poor to enrol")
    return features


def _refuse_disagreement(features: Sequence[Features], sight: Sight) -> None:
    """Photographs that do not match each other may show different people."""
    if len(features) < 2:
        return
    least = sight.threshold(AGREEMENT_FMR) / NORM_BOUND
    if any(float(a.vector @ b.vector) < least for a, b in combinations(features, 2)):
        raise TooPoor(
            "the photographs do not agree with each other: they may show different people"
        )


def _fused(features: Sequence[Features]) -> Float32:
    total: Float32 = np.stack([f.vector for f in features]).sum(axis=0)
    return np.asarray(total / np.linalg.norm(total), dtype=np.float32)
